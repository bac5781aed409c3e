import { join } from "node:path"
import { Conformance, type Emulator, SpecCheck } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Twilio } from "../src/index.ts"
import { folder } from "./documented.ts"
import { isBad, subject } from "./subject.ts"

const logs: Array<ReadonlyArray<Emulator.Logged>> = []
const start = Effect.tap(subject, ({ emulator }) => Effect.sync(() => logs.push(emulator.log)))

await Conformance.suite(Twilio, { start })

const documents = {
  "twilio-api-v2010": "/2010-04-01/",
  "twilio-taskrouter-v1": "/v1/Workspaces/",
  "twilio-intelligence-v2": "/v2/"
}

it.each(Object.entries(documents))("every request and answer of the run is as %s describes it", async (name, base) => {
  const described = await SpecCheck.load(join(folder, "specs", `${name}.json`))
  if (described === undefined) return
  const { exchanges, operations, problems, undocumented } = described.check(logs.flat(), {
    // Twilio describes no refusals.
    except: ({ path, status, response }) => !path.startsWith(base) || status >= 400 || isBad(response)
  })
  console.log(`${name}: ${exchanges} exchanges of ${operations.length} operations are as described`)
  // It calls these URIs; what Twilio sends, in its own samples too, are paths.
  const isPath = (problem: string) => problem.endsWith('uri must match format "uri"') && !problem.includes("media_url")
  expect([...problems.filter((problem) => !isPath(problem)), ...undocumented]).toEqual([])
  expect(operations.length).toBeGreaterThan(0)
})
