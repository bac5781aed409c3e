/** What people see of fields before they approve, and what is counted of our own writing afterwards. */
import { Connections } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Inquiry from "../../src/health/Inquiry.ts"
import { crmWith } from "./crmWith.ts"
import { scenario } from "../scenario.ts"

describe("the mapping of fields", () => {
  scenario(
    "is tried on real records before anything is approved",
    Effect.gen(function* () {
      const { installation, tell, turn, crmState } = yield* crmWith(
        { job: { policy: "review" }, plan: { from: "custom.tier" }, city: { from: "custom.city" } },
        { job: "Queen" }
      )
      yield* (yield* Connections.Connections).update("crm", { mode: "observe" })
      yield* tell({ title: "Director", custom: { tier: "gold" } })
      yield* turn
      const [plan] = yield* Inquiry.plan(installation)
      expect(plan?.writes).toEqual([{ verb: "SetFields", create: 1, update: 0, remove: 0 }])
      expect(plan?.fields).toEqual([
        {
          field: "job",
          from: "title",
          policy: "review",
          write: 0,
          ask: 1,
          samples: [{ record: "ana@example.com", before: "Queen", after: "Director", source: "chat", asks: true }]
        },
        {
          field: "plan",
          from: "custom.tier",
          policy: "fill-if-empty",
          write: 1,
          ask: 0,
          samples: [{ record: "ana@example.com", before: null, after: "gold", source: "chat", asks: false }]
        },
        { field: "city", from: "custom.city", policy: "fill-if-empty", write: 0, ask: 0, samples: [] }
      ])
      expect(crmState.set).toEqual([])
    })
  )
})

describe("our own writing", () => {
  scenario(
    "read back from a record is counted, and so is what a person made of it",
    Effect.gen(function* () {
      const { installation, say, turn, byHand } = yield* crmWith({ job: {} })
      yield* say("Director")
      yield* turn
      const counts = Effect.map(Inquiry.status(installation), ({ echoes }) => echoes)
      expect(yield* counts).toEqual([{ connection: "crm", by: "content", hits: 1, nearMisses: 0 }])
      yield* byHand({ job: "Queen" })
      yield* turn
      expect(yield* counts).toEqual([{ connection: "crm", by: "content", hits: 1, nearMisses: 1 }])
    })
  )
})
