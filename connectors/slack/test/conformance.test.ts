import { Conformance } from "@interchannel/connector/testing"
import { Slack } from "../src/index.ts"
import { subject } from "./subject.ts"

await Conformance.suite(Slack, { start: subject })
