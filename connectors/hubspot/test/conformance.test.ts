import { Conformance } from "@interchannel/connector/testing"
import { HubSpot } from "../src/index.ts"
import { subject } from "./subject.ts"

await Conformance.suite(HubSpot, { start: subject })
