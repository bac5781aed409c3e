import { join } from "node:path"
import { Conformance, type Emulator, SpecCheck } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { HubSpot } from "../src/index.ts"
import { folder } from "./documented.ts"
import { spoilt, subject } from "./subject.ts"

const logs: Array<ReadonlyArray<Emulator.Logged>> = []
const start = Effect.tap(subject, ({ emulator }) => Effect.sync(() => logs.push(emulator.log)))

await Conformance.suite(HubSpot, { start })

it("every request and answer of the run is as HubSpot describes it", async () => {
  const described = await SpecCheck.load(join(folder, "specs/hubspot-2026-09.json"))
  if (described === undefined) return
  const isFile = ({ operation }: Emulator.Logged) => operation === "journal.file"
  const { exchanges, operations, problems, undocumented } = described.check(
    logs.filter((log) => !spoilt.has(log)).flat(),
    { path: (logged) => (isFile(logged) ? "/_journal_file" : logged.path) }
  )
  console.log(`${exchanges} exchanges of ${operations.length} operations are as described`)
  // The file's address is HubSpot's own affair: what it is signed with is no argument of ours.
  expect([...problems, ...undocumented.filter((extra) => !extra.startsWith("GET /_journal_file argument"))]).toEqual([])
  expect(operations.length).toBeGreaterThan(15)
})
