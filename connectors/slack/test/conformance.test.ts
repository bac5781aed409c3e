import { Conformance, type Emulator } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Slack } from "../src/index.ts"
import { type Api, document, misfits, whenDocumented } from "./documented.ts"
import { isBad, subject } from "./subject.ts"

const logs: Array<ReadonlyArray<Emulator.Logged>> = []
const start = Effect.tap(subject, ({ emulator }) => Effect.sync(() => logs.push(emulator.log)))

await Conformance.suite(Slack, { start })

it(
  "every request and answer of the run is as Slack describes it",
  whenDocumented("the traffic of the conformance run", () => {
    const api = document("specs/slack.json") as Api
    const honest = logs.flat().filter(({ fault, response }) => (fault ?? "delay") === "delay" && !isBad(response))
    const methods = new Set(honest.map(({ operation }) => operation))
    expect(honest.flatMap((logged) => misfits(api, logged))).toEqual([])
    expect(methods.size).toBeGreaterThan(8)
    const wrong = { ...honest[0]!, operation: "users.list", response: '{"ok":true,"members":[{"id":7}]}' }
    expect(misfits(api, wrong)).toEqual([expect.stringContaining("answer.members.0.id is 7, not string")])
    console.log(`${honest.length} exchanges of ${methods.size} methods are as described`)
  })
)
