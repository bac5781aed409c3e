import { postgres } from "../src/testing/index.ts"
import { storeKeepsItsPromisesOn } from "./suites/all.ts"

storeKeepsItsPromisesOn(postgres())
