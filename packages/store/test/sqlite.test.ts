import { sqlite } from "../src/testing/index.ts"
import { storeKeepsItsPromisesOn } from "./suites/all.ts"

storeKeepsItsPromisesOn(sqlite)
