import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Database, Erasures, Inbox, Ledger, Projections, Quarantine } from "../../src/index.ts"
import { Sql } from "../../src/Sql.ts"
import { asked, entry } from "./erased.ts"
import { contact, interaction, nothing, part } from "./fixtures.ts"
import type { Suite } from "./Suite.ts"

const ana = contact("ana")
const bob = contact("bob")

export const erasures: Suite = ({ holds, holdsAt }) => {
  holds("names are turned away as keyed hashes, in clear only until the erasure is done", () =>
    Effect.gen(function* () {
      const erasures = yield* Erasures.Erasures
      expect(yield* erasures.isAnybody).toBe(false)
      yield* erasures.begin(asked, ["c_ana"])
      yield* erasures.turnAway(asked.id, "person", ["handle ana", "record ana"])
      yield* erasures.turnAway(asked.id, "interaction", ["message 1"])
      expect(yield* erasures.isAnybody).toBe(true)
      expect(yield* erasures.contacts(asked.id)).toEqual(["c_ana"])
      expect(yield* erasures.names(asked.id)).toEqual(["handle ana", "message 1", "record ana"])
      yield* erasures.finish(asked.id)
      expect([yield* erasures.contacts(asked.id), yield* erasures.names(asked.id)]).toEqual([[], []])
      const asking = ["handle ana", "handle bob", "message 1"]
      const away = new Map(["handle ana", "message 1"].map((name) => [name, asked.id]))
      expect(yield* erasures.turnedAway(asking)).toEqual(away)
      expect(yield* erasures.readmit(["record ana"])).toBe(2)
      expect([...(yield* erasures.turnedAway(asking)).keys()]).toEqual(["message 1"])
    })
  )

  holds("its state is another word with each step, and the same while nothing is forgotten", () =>
    Effect.gen(function* () {
      const erasures = yield* Erasures.Erasures
      let last = yield* erasures.state
      const after = (step: Effect.Effect<void, unknown>) =>
        Effect.gen(function* () {
          yield* step
          const before = last
          last = yield* erasures.state
          expect(last).not.toBe(before)
          expect(yield* erasures.state).toBe(last)
        })
      yield* after(erasures.begin(asked, ["c_ana"]))
      yield* erasures.countTurnedAway(new Map([[asked.id, 2]]))
      yield* erasures.countTurnedAway(new Map([[asked.id, 1]]))
      expect(yield* erasures.state).toBe(last)
      yield* after(erasures.save({ ...asked, interactions: 2 }))
      yield* after(erasures.save({ ...asked, interactions: 2, phase: "raw" }))
      yield* after(erasures.save({ ...asked, interactions: 2, phase: "done", doneAt: 10 }))
      yield* after(erasures.save({ ...asked, interactions: 2, phase: "ledger" }))
      yield* after(erasures.save({ ...asked, interactions: 2, phase: "done", doneAt: 20 }))
      expect((yield* erasures.all)[0]?.turnedAway).toBe(3)
    })
  )

  holds("an erasure that finds more goes on with it; what is found once it is done is never in clear", () =>
    Effect.gen(function* () {
      const erasures = yield* Erasures.Erasures
      yield* erasures.begin(asked, ["c_ana"])
      yield* erasures.addContacts(asked.id, ["c_ana", "c_more"])
      expect(yield* erasures.contacts(asked.id)).toEqual(["c_ana", "c_more"])
      yield* erasures.save({ ...asked, phase: "done", doneAt: 10 })
      yield* erasures.finish(asked.id)
      yield* erasures.turnAway(asked.id, "person", ["record more"])
      expect((yield* erasures.turnedAway(["record more"])).size).toBe(1)
      expect(yield* erasures.names(asked.id)).toEqual([])
      yield* erasures.save(asked)
      expect(yield* erasures.all).toEqual([asked])
    })
  )

  holds("an erasure and its receipts are kept, and a receipt follows its record", () =>
    Effect.gen(function* () {
      const erasures = yield* Erasures.Erasures
      yield* erasures.begin(asked, [])
      yield* erasures.addReceipts(asked.id, [entry, { ...entry, ref: { kind: "note", id: "2" } }])
      yield* erasures.addReceipts(asked.id, [{ ...entry, state: "by hand", why: "no way", at: 9 }])
      expect(yield* erasures.receipts(asked.id)).toMatchObject([
        { ...entry, state: "by hand", why: "no way", at: 9 },
        { state: "due" }
      ])
      yield* erasures.save({ ...asked, phase: "done", doneAt: 10, raw: 3 })
      expect(yield* erasures.all).toEqual([{ ...asked, phase: "done", doneAt: 10, raw: 3 }])
    })
  )

  holdsAt("what is forgotten stands in no table any more, and what is beside it stays", (place) =>
    Effect.gen(function* () {
      const key = interaction("m1", 1, [ana.contact.key]).interaction.key
      yield* Effect.provide(
        Effect.gen(function* () {
          const ledger = yield* Ledger.Ledger
          const projections = yield* Projections.Projections
          const inbox = yield* Inbox.Inbox
          const erasures = yield* Erasures.Erasures
          const rows = ["m1", "m2"].map((id) => interaction(id, 1, [(id === "m1" ? ana : bob).contact.key]))
          const told = (version: number) =>
            ["m1", "m2"].map((id) => part(id, version, `${version}`, `${id} says ${version}`))
          yield* ledger.save({ ...nothing, contacts: [ana, bob], interactions: rows, parts: told(1) })
          yield* ledger.save({ ...nothing, parts: told(2) })
          for (const { interaction: one, contacts } of rows) {
            const wanted = {
              key: `w ${one.key}`,
              destination: "crm",
              verb: "AppendTimeline",
              subject: one.key
            } as const
            yield* projections.desire([
              { ...wanted, desired: "h", records: contacts, state: "due", dueAt: 0, lane: 1, at: 0 }
            ])
            yield* projections.finish([{ _tag: "Delivered", key: wanted.key, desired: "h", records: [] }], 1)
          }
          const body = Buffer.from("raw words")
          const incoming = {
            connection: "chat",
            source: "webhook:e",
            partition: "all",
            receivedAt: 1,
            lane: 0
          } as const
          yield* inbox.accept(["1", "2"].map((id) => ({ ...incoming, contentType: "text/plain", body, key: id })))
          const [first] = yield* inbox.pending(9)
          expect(yield* erasures.rawIds("", 9)).toEqual([])
          yield* inbox.settle([{ id: first?.id ?? "", state: "quarantined" }])
          expect(yield* erasures.rawIds("", 9)).toEqual([first?.id])
          yield* (yield* Quarantine.Quarantine).add([
            { connection: "chat", kind: "item", subject: first?.id ?? "", reason: "", detail: "ana", remedy: "", at: 1 }
          ])
          yield* erasures.forget([key, ana.contact.key])
          yield* erasures.forgetProjections([`w ${key}`])
          yield* erasures.forgetRaw([first?.id ?? ""])
          expect(yield* ledger.counts).toEqual({ contacts: 1, organizations: 0, interactions: 1 })
          expect(yield* inbox.pending(9)).toHaveLength(1)
          expect(yield* projections.tally).toMatchObject([{ count: 1 }])
        }),
        place.open
      )
      const speaking = yield* Effect.provide(
        tablesWith([key, ana.contact.key, "ana@example.com", "m1 says"]),
        place.raw
      )
      expect(speaking).toEqual([])
    })
  )
}

/** Tables in which one of these texts stands. */
const tablesWith = (texts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { sql } = yield* Sql
    const { dialect } = yield* Database.Database
    const tables =
      dialect === "postgres"
        ? yield* sql<{ readonly name: string }>`
            SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`
        : yield* sql<{ readonly name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`
    const found: Array<string> = []
    for (const { name } of tables) {
      const rows = yield* sql`SELECT * FROM ${sql(name)}`
      if (texts.some((text) => JSON.stringify(rows).includes(text))) found.push(name)
    }
    return found.sort()
  })
