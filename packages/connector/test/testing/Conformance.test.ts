import { Conformance } from "@interchannel/connector/testing"
import { startParley } from "./parley/emulator.ts"
import { Parley } from "./parley/Parley.ts"

await Conformance.suite(Parley, { start: startParley })
