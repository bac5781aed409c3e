import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Projections, Quarantine } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"
import { wanted, delivered, stateOf, dueKeys } from "./wanted.ts"

export const aside: Suite = ({ holds }) => {
  holds("what nobody can look up is done as if for the first time when a person releases it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const aside = { _tag: "Quarantined", why: "outcome unknown", remedy: "look" } as const
      yield* projections.desire([wanted("k"), wanted("m", { verb: "SendMessage" })])
      yield* projections.begin(["k", "m"], 5)
      yield* projections.finish(
        [
          { ...aside, key: "k" },
          { ...aside, key: "m", forgets: true }
        ],
        6
      )
      yield* projections.release(["k", "m"], 7)
      const rows = yield* projections.get(["k", "m"])
      expect([rows.get("k")?.attempt?.startedAt, rows.get("m")?.attempt]).toEqual([5, undefined])
    })
  )

  holds("a held row stays held whatever is desired, until a person releases it; then it is written anew", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k")], 1)
      yield* projections.finish([{ _tag: "Held", key: "k", why: "deleted by hand" }], 2)
      yield* projections.desire([wanted("k", { desired: "v2" })])
      yield* projections.desire([wanted("k")])
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "held", why: "deleted by hand" })
      expect(yield* dueKeys()).toEqual([])
      expect((yield* projections.receipts("k")).at(-1)).toMatchObject({
        why: "deleted by hand",
        before: "v1",
        after: "v1"
      })
      expect(yield* projections.writesSince("crm", 0)).toBe(1)
      yield* projections.release(["k"], 3)
      yield* projections.desire([wanted("k")])
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", dueAt: 0, ref: { id: "n-k" } })
    })
  )

  holds("a refusal of what is wanted no more sets nothing aside: what is wanted now is tried, or waits", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const refused = { desired: "v1", records: ["c1"] }
      const no = (key: string) => ({ _tag: "Quarantined", key, why: "NO_RECORD", remedy: "r", refused }) as const
      yield* projections.desire([wanted("same"), wanted("other"), wanted("waits")])
      yield* projections.begin(["same", "other", "waits"], 5)
      yield* projections.desire([
        wanted("other", { records: ["c2"] }),
        wanted("waits", { records: [], state: "waiting", why: "no record" })
      ])
      yield* projections.finish([no("same"), no("other"), no("waits")], 6)
      expect(yield* stateOf("same")).toBe("quarantined")
      yield* projections.desire([wanted("same", { records: [], state: "waiting", why: "no record" })])
      expect(yield* stateOf("same")).toBe("waiting")
      yield* projections.desire([wanted("same")])
      yield* projections.finish([no("same")], 7)
      expect(yield* stateOf("other")).toBe("due")
      expect(yield* stateOf("waits")).toBe("waiting")
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(aside.map(({ subject }) => subject)).toEqual(["same"])
    })
  )

  holds("a refusal that did nothing ends the attempt, also of what is wanted no more", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const refused = { desired: "v1", records: ["c1"] }
      const no = (key: string) =>
        ({ _tag: "Quarantined", key, why: "NO", remedy: "r", refused, forgets: true }) as const
      yield* projections.desire([wanted("same"), wanted("other"), wanted("nothing")])
      yield* projections.begin(["same", "other", "nothing"], 5)
      const { desired: _, ...unwanted } = wanted("nothing")
      yield* projections.desire([wanted("other", { desired: "v2" }), unwanted])
      yield* projections.finish([no("same"), no("other"), no("nothing")], 6)
      const rows = [...(yield* projections.get(["same", "other", "nothing"])).values()]
      expect(rows.map(({ key, state, attempt }) => [key, state, attempt]).sort()).toEqual([
        ["nothing", "settled", undefined],
        ["other", "due", undefined],
        ["same", "quarantined", undefined]
      ])
    })
  )

  holds("a quarantined row is listed with its remedy, and is due again only when what is desired changed", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const quarantine = yield* Quarantine.Quarantine
      yield* projections.desire([wanted("k")])
      const bad = { _tag: "Quarantined", key: "k", why: "TOO_LONG: at most 65536", remedy: "shorten" } as const
      yield* projections.finish([bad], 4)
      yield* projections.desire([wanted("k")])
      expect(yield* stateOf("k")).toBe("quarantined")
      expect(yield* quarantine.list({ after: "", limit: 9 })).toEqual([
        {
          connection: "crm",
          kind: "projection",
          subject: "k",
          reason: "Impossible",
          detail: "TOO_LONG: at most 65536",
          remedy: "shorten",
          at: 4
        }
      ])
      yield* projections.desire([wanted("k", { desired: "v2" })])
      expect(yield* stateOf("k")).toBe("due")
      expect(yield* quarantine.list({ after: "", limit: 9 })).toEqual([])
      yield* projections.finish([bad], 5)
      yield* projections.release(["k"], 6)
      expect(yield* dueKeys({ now: 6 })).toEqual(["k"])
      expect(yield* quarantine.tally).toEqual([])
    })
  )
}
