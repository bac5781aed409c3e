import { sqlite } from "./drivers.ts"
import { storeKeepsItsPromisesOn } from "./suites/all.ts"

storeKeepsItsPromisesOn(sqlite)
