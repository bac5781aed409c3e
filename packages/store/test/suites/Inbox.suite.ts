import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Inbox } from "../../src/index.ts"
import { Sql } from "../../src/Sql.ts"
import type { Suite } from "./Suite.ts"

const item = (key: string, body: string, more: Partial<Inbox.Incoming> = {}): Inbox.Incoming => ({
  connection: "chat-eu",
  source: "feed:messages",
  partition: "C1",
  receivedAt: 1_000,
  lane: 0,
  contentType: "application/json",
  body: Buffer.from(body),
  key,
  ...more
})
const push = (key: string, source: Inbox.Source, more: Partial<Inbox.Incoming> = {}) =>
  item(key, `body of ${key}`, { source, ...more })

const texts = Effect.flatMap(Inbox.Inbox, (inbox) =>
  Effect.map(inbox.pending(1_000), (rows) => rows.map((row) => Buffer.from(row.body).toString()))
)

export const inbox: Suite = ({ holds, holdsAt }) => {
  holds("what was accepted comes back byte for byte", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const body = Buffer.from([0, 255, 10, 13, 128, 0])
      yield* inbox.accept([{ ...item("1", ""), body }])
      const [row] = yield* inbox.pending(10)
      expect(row).toMatchObject({ key: "1", partition: "C1", source: "feed:messages", receivedAt: 1_000, lane: 0 })
      expect(Buffer.from(row?.body ?? []).equals(body)).toBe(true)
      expect((yield* inbox.get([row?.id ?? ""])).map(({ id }) => id)).toEqual([row?.id])
    })
  )

  holds("settled rows are read again page by page, and single ones reopened", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      yield* inbox.accept([item("1", "a"), item("2", "b"), item("3", "c"), item("4", "d")])
      const rows = yield* inbox.pending(9)
      yield* inbox.settle(rows.map(({ id }, index) => ({ id, state: index < 3 ? "done" : "quarantined" })))
      const page = (after: string, limit: number) =>
        inbox.settled({ connection: "chat-eu", state: "done", after, limit })
      const first = yield* page("", 2)
      expect(first.map(({ body }) => Buffer.from(body).toString())).toEqual(["a", "b"])
      expect((yield* page(first[1]!.id, 2)).map(({ key }) => key)).toEqual(["3"])
      expect(yield* inbox.reopen({ connection: "chat-eu", ids: [first[1]!.id] })).toBe(1)
      expect((yield* inbox.pending(9)).map(({ key }) => key)).toEqual(["2"])
      expect(yield* inbox.reopen({ connection: "chat-eu", ids: [] })).toBe(0)
    })
  )

  holds("the same item again changes nothing; A, B, A keeps the last A", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      expect(yield* inbox.accept([item("1", "A")])).toEqual({ stored: 1, known: 0 })
      expect(yield* inbox.accept([item("1", "A")])).toEqual({ stored: 0, known: 1 })
      expect(yield* inbox.accept([item("1", "B")])).toEqual({ stored: 1, known: 0 })
      expect(yield* inbox.accept([item("1", "A")])).toEqual({ stored: 1, known: 0 })
      expect(yield* texts).toEqual(["A", "B", "A"])
    })
  )

  holds("A, B, B, A within one batch is three pieces of news in order", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const batch = ["A", "B", "B", "A"].map((body) => item("1", body))
      expect(yield* inbox.accept(batch)).toEqual({ stored: 3, known: 1 })
      expect(yield* texts).toEqual(["A", "B", "A"])
      expect(yield* inbox.accept([item("1", "A")])).toEqual({ stored: 0, known: 1 })
    })
  )

  holds("a delivery is accepted once ever, also when a webhook and a listener bring it", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      expect(yield* inbox.accept([push("d1", "webhook:events"), push("d1", "listener:socket")])).toEqual({
        stored: 1,
        known: 1
      })
      expect(yield* inbox.accept([push("d1", "listener:socket", { body: Buffer.from("other") })])).toEqual({
        stored: 0,
        known: 1
      })
      expect((yield* inbox.pending(10)).map((row) => row.source)).toEqual(["webhook:events"])
    })
  )

  holds("a delivery and a feed item with the same key are two things, and so are two partitions", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const batch = [item("k", "x"), push("k", "webhook:events"), item("k", "x", { partition: "C2" })]
      expect(yield* inbox.accept(batch)).toEqual({ stored: 3, known: 0 })
    })
  )

  holds("two connections never mix", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const both = [item("k", "x"), item("k", "x", { connection: "chat-us" })]
      expect(yield* inbox.accept(both)).toEqual({ stored: 2, known: 0 })
      expect(yield* inbox.accept([push("d", "webhook:e"), push("d", "webhook:e", { connection: "chat-us" })])).toEqual({
        stored: 2,
        known: 0
      })
      yield* inbox.forget("chat-eu", "feed:messages", "C1", ["k"])
      expect(yield* inbox.accept(both)).toEqual({ stored: 1, known: 1 })
      expect((yield* inbox.counts).map(({ connection, pending }) => [connection, pending])).toEqual([
        ["chat-eu", 3],
        ["chat-us", 2]
      ])
    })
  )

  holds("urgent lanes come first, then the order of acceptance, over more rows than one statement takes", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const slow = Array.from({ length: 1_234 }, (_, index) => item(`slow-${index}`, `s${index}`, { lane: 3 }))
      expect(yield* inbox.accept(slow)).toEqual({ stored: 1_234, known: 0 })
      yield* inbox.accept([item("urgent", "u")])
      const rows = yield* inbox.pending(2_000)
      expect(rows.map((row) => row.key)).toEqual(["urgent", ...slow.map(({ key }) => key)])
      expect(yield* inbox.accept(slow)).toEqual({ stored: 0, known: 1_234 })
    })
  )

  holds("settled rows are pending no more, and a replay opens them again", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      yield* inbox.accept([item("1", "a"), item("2", "b"), item("3", "c", { source: "feed:users" })])
      const [one, two, three] = yield* inbox.pending(10)
      yield* inbox.settle([
        { id: one?.id ?? "", state: "done" },
        { id: two?.id ?? "", state: "quarantined" },
        { id: three?.id ?? "", state: "done" }
      ])
      expect(yield* inbox.pending(10)).toEqual([])
      expect(yield* inbox.counts).toEqual([
        { connection: "chat-eu", pending: 0, done: 2, quarantined: 1, lastReceivedAt: 1_000 }
      ])
      expect(yield* inbox.reopen({ connection: "chat-eu", state: "quarantined" })).toBe(1)
      expect((yield* inbox.pending(10)).map(({ key }) => key)).toEqual(["2"])
      expect(yield* inbox.reopen({ connection: "chat-eu", source: "feed:users" })).toBe(1)
      expect(yield* inbox.reopen({ connection: "chat-us" })).toBe(0)
      expect(yield* inbox.reopen({ connection: "chat-eu" })).toBe(1)
      expect((yield* inbox.pending(10)).map(({ key }) => key)).toEqual(["1", "2", "3"])
    })
  )

  holds("an item that no page showed since a sweep began is absent; a known one that was shown is not", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const keys = ["a", "b", "c", "d"]
      yield* inbox.accept(keys.map((key) => item(key, key)))
      yield* inbox.accept([item("b", "b", { receivedAt: 2_000 })])
      const sweep = { connection: "chat-eu", source: "feed:messages", partition: "C1", before: 2_000 } as const
      expect(yield* inbox.absent({ ...sweep, after: "", limit: 2 })).toEqual(["a", "c"])
      expect(yield* inbox.absent({ ...sweep, after: "c", limit: 2 })).toEqual(["d"])
      expect(yield* inbox.absent({ ...sweep, partition: "C2", after: "", limit: 2 })).toEqual([])
      yield* inbox.forget("chat-eu", "feed:messages", "C1", ["a"])
      expect(yield* inbox.absent({ ...sweep, after: "", limit: 9 })).toEqual(["c", "d"])
      expect(yield* inbox.accept([item("a", "a")])).toEqual({ stored: 1, known: 0 })
    })
  )

  holdsAt("bodies are sealed at rest, and one that was changed names its row", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(
        Effect.flatMap(Inbox.Inbox, (inbox) => inbox.accept([item("1", "confidential words"), item("2", "other")])),
        place.open
      )
      const [first] = yield* Effect.provide(
        Effect.gen(function* () {
          const { sql } = yield* Sql
          const rows = yield* sql<{
            readonly id: string
            readonly body: Buffer
          }>`SELECT id, body FROM inbox_body ORDER BY id`
          expect(rows.some(({ body }) => body.includes("confidential"))).toBe(false)
          // A body moved to another row does not open there.
          yield* sql`UPDATE inbox_body SET body = ${rows[1]?.body} WHERE id = ${rows[0]?.id}`
          return rows
        }),
        place.raw
      )
      const error = yield* Effect.provide(
        Effect.flatMap(Inbox.Inbox, (inbox) => Effect.flip(inbox.pending(10))),
        place.open
      )
      expect(error).toMatchObject({ _tag: "StoreError", reason: "broken" })
      expect(error.message).toContain(`inbox ${first?.id}`)
    })
  )
}
