/** Items that nobody foresaw spoil only themselves. */
import { Inbox, Ledger, Quarantine } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Puller from "../../src/feeds/Puller.ts"
import { thinWorld } from "../thinVendor.ts"
import { scenario } from "../scenario.ts"

describe("the Normalizer", () => {
  scenario(
    "what makes no sense, or cannot be saved, is set aside with the reason; the rest of the batch goes on",
    Effect.gen(function* () {
      const { running, people, shown, normalize } = yield* thinWorld
      const bad = ["timeless", "nameless", "unsaveable"]
      const good = Array.from({ length: 9 }, (_, index) => `p${index}`)
      shown.push(...[...good.slice(0, 4), ...bad, ...good.slice(4)].map((id) => ({ id, at: 1 })))
      yield* Puller.reader(running, people)
      expect(yield* normalize).toMatchObject({ rows: 12 })
      expect((yield* (yield* Ledger.Ledger).counts).contacts).toBe(9)
      const asides = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      const details = asides.map(({ detail }) => detail).sort()
      expect(details).toEqual([
        expect.stringContaining("people nameless: normalize made no sense: a contact whose kind or id"),
        expect.stringContaining("people timeless: normalize made no sense: a version of contact"),
        expect.stringContaining("people unsaveable: it cannot be saved")
      ])
      expect(yield* normalize).toMatchObject({ rows: 0 })
    })
  )

  scenario(
    "what a replay mends leaves the quarantine",
    Effect.gen(function* () {
      const { running, people, shown, normalize } = yield* thinWorld
      shown.push({ id: "p", at: 1 })
      yield* Puller.reader(running, people)
      const inbox = yield* Inbox.Inbox
      const quarantine = yield* Quarantine.Quarantine
      const [row] = yield* inbox.pending(1)
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const known = {
        connection: "thin",
        kind: "item",
        reason: "Malformed",
        detail: "a bug",
        remedy: "mend it",
        at
      } as const
      yield* quarantine.add([{ ...known, subject: row!.id }])
      yield* TestClock.adjust("1 seconds")
      yield* normalize
      expect(yield* quarantine.list({ after: "", limit: 9 })).toEqual([])
    })
  )
})
