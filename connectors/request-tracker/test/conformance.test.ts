import { join } from "node:path"
import { Conformance, type Emulator, SpecCheck } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { RequestTracker } from "../src/index.ts"
import { isBad, subject } from "./subject.ts"

const logs: Array<ReadonlyArray<Emulator.Logged>> = []
const start = Effect.tap(subject, ({ emulator }) => Effect.sync(() => logs.push(emulator.log)))

await Conformance.suite(RequestTracker, { start })

const folder = join(import.meta.dirname, "../../../../shared/vendors/specs")

it("every request and answer of the run is as Request Tracker describes it", async () => {
  const described = await SpecCheck.load(join(folder, "rt5.json"))
  if (described === undefined) return
  const { exchanges, operations, problems } = described.check(logs.flat(), {
    path: ({ path }) => path.replace("/REST/2.0", ""),
    // The description leaves groups and the making of queues out.
    except: ({ path, method, status, response }) =>
      path.includes("/group") || (path.endsWith("/queue") && method === "POST") || status >= 400 || isBad(response)
  })
  console.log(`${exchanges} exchanges of ${operations.length} operations are as described`)
  expect(problems).toEqual([])
  expect(operations.length).toBeGreaterThan(5)
})
