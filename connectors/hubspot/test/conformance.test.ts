import { Conformance, type Emulator } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { HubSpot } from "../src/index.ts"
import { type Api, document, misfits, whenDocumented } from "./documented.ts"
import { spoilt, subject } from "./subject.ts"

const logs: Array<ReadonlyArray<Emulator.Logged>> = []

await Conformance.suite(HubSpot, {
  start: Effect.tap(subject, ({ emulator }) => {
    logs.push(emulator.log)
  })
})

it(
  "all that was exchanged is as HubSpot describes it",
  whenDocumented("requests and answers", () => {
    const api = document("specs/hubspot-2026-09.json") as Api
    const exchanged = logs.filter((log) => !spoilt.has(log)).flat()
    const problems = new Set(exchanged.flatMap((logged) => misfits(api, logged)))
    console.log([...problems].slice(0, 60))
    expect([...problems].slice(0, 20)).toEqual([])
    expect(exchanged.length).toBeGreaterThan(1_000)
    console.log(
      `${exchanged.length} exchanges with ${new Set(exchanged.map(({ operation }) => operation)).size} operations are as described`
    )
  })
)
