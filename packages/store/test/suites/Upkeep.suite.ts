import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  Alarms,
  Arrivals,
  Checkpoints,
  Inbox,
  Ledger,
  Messages,
  Projections,
  Quarantine,
  Upkeep
} from "../../src/index.ts"
import { incoming, nothing, part } from "./fixtures.ts"
import type { Suite } from "./Suite.ts"

const HOUR_MS = 3_600_000
const place = { connection: "chat", feed: "messages", partition: "all" }

export const upkeep: Suite = ({ holds }) => {
  holds("what was read goes after its time, in steps; what waits stays, what is set aside stays longer", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const upkeep = yield* Upkeep.Upkeep
      const quarantine = yield* Quarantine.Quarantine
      for (const [at, key] of [
        [10_000, "1"],
        [10_000, "2"],
        [10_000, "bad"],
        [10_000, "waits"],
        [30_000, "young"]
      ] as const) {
        yield* TestClock.setTime(at)
        yield* inbox.accept([incoming(key, { source: "webhook:events", receivedAt: at })])
      }
      const rows = yield* inbox.pending(9)
      const idOf = (key: string) => rows.find((row) => row.key === key)?.id ?? ""
      yield* inbox.settle([
        ...["1", "2", "young"].map((key) => ({ id: idOf(key), state: "done" as const })),
        { id: idOf("bad"), state: "quarantined" }
      ])
      const aside = { connection: "chat", kind: "item", reason: "Malformed", detail: "", remedy: "", at: 1 } as const
      yield* quarantine.add([
        { ...aside, subject: idOf("bad") },
        { ...aside, subject: "w_1", kind: "projection" }
      ])
      expect(yield* upkeep.drop("raw", 20_000, 1)).toBe(1)
      expect(yield* upkeep.drop("raw", 20_000, 9)).toBe(1)
      expect(yield* upkeep.drop("raw", 20_000, 9)).toBe(0)
      expect((yield* inbox.get(rows.map(({ id }) => id))).map(({ key }) => key)).toEqual(["bad", "waits", "young"])
      expect(yield* upkeep.drop("asides", 20_000, 9)).toBe(1)
      expect(yield* inbox.counts).toMatchObject([{ pending: 1, done: 1, quarantined: 0 }])
      // A write that is set aside is a projection's state: it does not age away.
      expect((yield* quarantine.list({ after: "", limit: 9 })).map(({ subject }) => subject)).toEqual(["w_1"])
    })
  )

  holds("earlier words and proofs go after their time, what stands now stays", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const upkeep = yield* Upkeep.Upkeep
      for (let version = 1; version <= 4; version++) {
        yield* TestClock.setTime(version * 10_000)
        yield* ledger.save({ ...nothing, parts: [part("m1", version, `${version}`, `text ${version}`)], at: version })
      }
      const key = part("m1", 1, "1", "").key
      expect(yield* ledger.revisions(key)).toHaveLength(3)
      expect(yield* upkeep.drop("revisions", 25_000, 9)).toBe(1)
      expect((yield* ledger.revisions(key)).map(({ part: { version } }) => version.at)).toEqual([2, 3])
      expect((yield* ledger.parts([key])).get(key)).toMatchObject([{ part: { version: { at: 4 } } }])

      const projections = yield* Projections.Projections
      const wanted = {
        key: "w",
        destination: "crm",
        verb: "AppendTimeline",
        subject: key,
        records: [],
        lane: 1
      } as const
      for (const desired of ["a", "b"]) {
        yield* TestClock.adjust("10 seconds")
        yield* projections.desire([{ ...wanted, desired, state: "due", dueAt: 0, at: 0 }])
        yield* projections.finish([{ _tag: "Delivered", key: "w", desired, records: [] }], 50_000)
      }
      expect(yield* upkeep.drop("receipts", 55_000, 9)).toBe(1)
      expect((yield* projections.receipts("w")).map(({ why }) => why)).toEqual(["updated"])
      expect((yield* projections.get(["w"])).get("w")).toMatchObject({ state: "settled", delivered: "b" })
    })
  )

  holds("a message goes with the proof that it was sent; one that waits or is set aside stays", () =>
    Effect.gen(function* () {
      const messages = yield* Messages.Messages
      const projections = yield* Projections.Projections
      const upkeep = yield* Upkeep.Upkeep
      const keys = ["sent", "waits", "aside"]
      yield* TestClock.setTime(1_000)
      for (const key of keys) yield* messages.put(key, { text: key }, 10)
      const wanted = { destination: "chat", verb: "SendMessage", records: [], lane: 0, state: "due", dueAt: 0 } as const
      yield* projections.desire(keys.map((key) => ({ ...wanted, key, subject: key, desired: key, at: 0 })))
      yield* projections.finish(
        [
          { _tag: "Delivered", key: "sent", desired: "sent", records: [] },
          { _tag: "Quarantined", key: "aside", why: "refused", remedy: "" }
        ],
        10
      )
      expect(yield* upkeep.drop("receipts", 10, 9)).toBe(0)
      expect(yield* upkeep.drop("receipts", 11, 9)).toBe(1)
      expect([...(yield* projections.get(keys)).keys()]).toEqual(["aside", "waits"])
      expect([...(yield* messages.get(keys)).keys()].sort()).toEqual(["aside", "waits"])
    })
  )

  holds("keys that were not met for long go, page by page; those of a feed that nobody read meanwhile stay", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox.Inbox
      const checkpoints = yield* Checkpoints.Checkpoints
      const upkeep = yield* Upkeep.Upkeep
      const feed = ["1", "2"].map((key) => incoming(key, { source: "feed:messages", receivedAt: 10_000 }))
      const idle = incoming("u", { source: "feed:users", receivedAt: 10_000 })
      const pushes = [
        incoming("d1", { source: "webhook:events", receivedAt: 10_000 }),
        incoming("d2", { source: "listener:socket", receivedAt: 30_000 })
      ]
      yield* inbox.accept([...feed, idle, ...pushes])
      yield* inbox.accept([incoming("2", { source: "feed:messages", receivedAt: 30_000 })])
      yield* checkpoints.save(place, "{}", 30_000)
      let after: ReadonlyArray<string> | undefined = []
      let dropped = 0
      for (let pages = 0; after !== undefined && pages < 9; pages++) {
        const step: Upkeep.Walk = yield* upkeep.walk("seen", { before: 20_000, after, limit: 2 })
        dropped += step.dropped
        after = step.next
      }
      expect([dropped, after]).toEqual([2, undefined])
      expect(yield* inbox.accept([...feed, idle, ...pushes])).toEqual({ stored: 2, known: 3 })
    })
  )

  holds("strands that were read and not met again go; one that still wants reading stays", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const upkeep = yield* Upkeep.Upkeep
      const strand = (name: string) => ({ ...place, strand: name, wanted: "3 replies", lane: 0 }) as const
      yield* TestClock.setTime(10_000)
      yield* checkpoints.wantStrands([strand("read"), strand("unread"), strand("met")])
      for (const name of ["read", "met"]) yield* checkpoints.strandRead(strand(name), { fingerprint: "3 replies" })
      yield* TestClock.setTime(30_000)
      yield* checkpoints.wantStrands([strand("met")])
      expect(yield* upkeep.walk("strands", { before: 20_000, after: [], limit: 9 })).toEqual({ dropped: 1 })
      yield* checkpoints.wantStrands([strand("met"), strand("read")])
      const names = (yield* checkpoints.strandsToRead("chat", "messages", 9)).map((one) => one.strand)
      expect(names.sort()).toEqual(["read", "unread"])
    })
  )

  holds("counts of old hours and alarms that are long over go, and tidying harms nothing", () =>
    Effect.gen(function* () {
      const arrivals = yield* Arrivals.Arrivals
      const alarms = yield* Alarms.Alarms
      const upkeep = yield* Upkeep.Upkeep
      const arrival = { connection: "chat", source: "feed:messages", items: 1, news: 1, late: 0, lastAt: 5 } as const
      yield* arrivals.add([1, 1, 2].map((hour) => ({ ...arrival, hour: hour * HOUR_MS, lastAt: hour })).slice(1))
      expect(yield* upkeep.drop("arrivals", 2 * HOUR_MS, 9)).toBe(1)
      expect(yield* arrivals.list(0)).toHaveLength(1)
      const alarm = { what: "it stopped", remedy: "mend it", since: 1, seenAt: 2 }
      const told: Alarms.Told = { alarm: "chat", channel: "ops", since: 1, at: 3, over: false }
      yield* alarms.save([
        { ...alarm, key: "chat", overAt: 10 },
        { ...alarm, key: "crm" }
      ])
      yield* alarms.tell([told, { ...told, alarm: "crm" }])
      expect(yield* upkeep.drop("alarms", 10, 9)).toBe(0)
      expect(yield* upkeep.drop("alarms", 11, 9)).toBe(1)
      expect(yield* alarms.told("ops")).toEqual([{ ...told, alarm: "crm" }])
      yield* upkeep.tidy
      expect((yield* alarms.all).map(({ key }) => key)).toEqual(["crm"])
    })
  )
}
