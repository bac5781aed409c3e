import { Conformance } from "@interchannel/connector/testing"
import { Email } from "../src/index.ts"
import { subject } from "./subject.ts"

await Conformance.suite(Email, { start: subject })
