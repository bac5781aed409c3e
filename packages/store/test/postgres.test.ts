import { postgres } from "./drivers.ts"
import { storeKeepsItsPromisesOn } from "./suites/all.ts"

storeKeepsItsPromisesOn(postgres())
