import { join } from "node:path"
import { Conformance, type Emulator, SpecCheck } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Slack } from "../src/index.ts"
import { folder } from "./documented.ts"
import { isBad, subject } from "./subject.ts"

const logs: Array<ReadonlyArray<Emulator.Logged>> = []
const start = Effect.tap(subject, ({ emulator }) => Effect.sync(() => logs.push(emulator.log)))

await Conformance.suite(Slack, { start })

it("every request and answer of the run is as Slack describes it", async () => {
  const described = await SpecCheck.load(join(folder, "specs/slack.json"))
  if (described === undefined) return
  const { exchanges, operations, problems, undocumented } = described.check(logs.flat(), {
    except: ({ response }) => isBad(response)
  })
  console.log(`${exchanges} exchanges of ${operations.length} methods are as described`)
  expect([...problems, ...undocumented]).toEqual([])
  expect(operations.length).toBeGreaterThan(9)
})
