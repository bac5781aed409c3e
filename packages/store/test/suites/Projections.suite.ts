import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Messages, Projections, Quarantine } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const wanted = (key: string, more: Partial<Projections.Desired> = {}): Projections.Desired => ({
  key,
  destination: "crm",
  verb: "AppendTimeline",
  subject: `subject of ${key}`,
  desired: "v1",
  records: ["c1"],
  state: "due",
  dueAt: 0,
  lane: 0,
  at: 0,
  ...more
})
const delivered = (key: string, more: object = {}): Projections.Outcome => ({
  _tag: "Delivered",
  key,
  desired: "v1",
  records: ["c1"],
  ref: { kind: "note", id: `n-${key}` },
  ...more
})
const stateOf = (key: string) =>
  Effect.flatMap(Projections.Projections, (projections) =>
    Effect.map(projections.get([key]), (rows) => rows.get(key)?.state)
  )
const dueKeys = (options: Partial<Parameters<Projections.Projections["Type"]["due"]>[0]> = {}) =>
  Effect.flatMap(Projections.Projections, (projections) =>
    Effect.map(projections.due({ destination: "crm", now: 0, limit: 99, ...options }), (rows) =>
      rows.map(({ key }) => key)
    )
  )
const { absent, present } = { absent: undefined, present: "v1" }
const withDesired = (key: string, desired: string | undefined, more: Partial<Projections.Desired> = {}) => {
  const { desired: _, ...rest } = wanted(key, more)
  return desired === undefined ? rest : { ...rest, desired }
}

export const projections: Suite = ({ holds }) => {
  holds("a message is due apart from what stands in records; its text is kept as it was asked for first", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const messages = yield* Messages.Messages
      yield* messages.put("m", { conversation: { kind: "channel", id: "C1" }, text: "first" }, 1)
      yield* messages.put("m", { text: "second" }, 2)
      yield* projections.desire([wanted("k"), wanted("m", { verb: "SendMessage", records: [] })])
      expect(yield* dueKeys()).toEqual(["k"])
      expect(yield* dueKeys({ messages: true })).toEqual(["m"])
      expect((yield* projections.dueByVerb("crm")).map(({ verb }) => verb)).toEqual(["AppendTimeline"])
      expect(yield* messages.get(["m", "other"])).toEqual(
        new Map([["m", { conversation: { kind: "channel", id: "C1" }, text: "first" }]])
      )
      yield* projections.finish([delivered("m", { records: [] })], 6)
      expect((yield* projections.receipts("m")).map(({ why }) => why)).toEqual(["sent"])
      yield* projections.handOver("crm", "other", 9)
      expect(yield* messages.get(["m"])).toEqual(new Map())
    })
  )

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
      expect([rows.get("k")?.startedAt, rows.get("m")?.startedAt]).toEqual([5, undefined])
    })
  )

  holds("what is desired is due until it is delivered, then settled, with a receipt", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      expect(yield* dueKeys()).toEqual(["k"])
      yield* projections.begin(["k"], 5)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ attempts: 1, startedAt: 5, state: "due" })
      yield* projections.finish([delivered("k", { written: "f1", url: "https://crm.example.com/n" })], 6)
      const row = (yield* projections.get(["k"])).get("k")
      expect(row).toMatchObject({
        state: "settled",
        delivered: "v1",
        deliveredRecords: ["c1"],
        ref: { kind: "note", id: "n-k" },
        written: ["f1"],
        attempts: 0
      })
      expect(row).not.toHaveProperty("startedAt")
      expect(yield* projections.receipts("k")).toMatchObject([{ key: "k", at: 6, after: "v1", why: "created" }])
      yield* projections.desire([wanted("k")])
      expect(yield* stateOf("k")).toBe("settled")
      yield* projections.desire([wanted("k", { desired: "v2" })])
      expect(yield* stateOf("k")).toBe("due")
      yield* projections.desire([wanted("k")])
      expect(yield* stateOf("k")).toBe("settled")
      yield* projections.desire([wanted("k", { records: ["c2", "c1"] })])
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", records: ["c1", "c2"] })
    })
  )

  holds("that an attempt takes an entry out is known until it has ended, also once the entry is wanted again", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const removing = Effect.map(projections.get(["k"]), (rows) => rows.get("k")?.removing)
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      expect(yield* removing).toBeUndefined()
      yield* projections.finish([delivered("k")], 2)
      yield* projections.desire([withDesired("k", absent)])
      yield* projections.begin(["k"], 3)
      expect(yield* removing).toBe(true)
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 4)
      expect(yield* removing).toBe(true)
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 5)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", desired: "v1" })
      expect(yield* removing).toBeUndefined()
      yield* projections.begin(["k"], 6)
      expect(yield* removing).toBeUndefined()
    })
  )

  holds(
    "what an attempt of unknown outcome wrote before the next one is ours when it shows, until the next one does",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        const written = Effect.map(projections.get(["k"]), (rows) => rows.get("k")?.written)
        const shows = (fingerprint: string) =>
          Effect.zipRight(projections.finish([{ _tag: "ReadBack", key: "k", written: fingerprint }], 9), written)
        const interrupted = Effect.gen(function* () {
          yield* projections.desire([wanted("k", { desired: "v2" })])
          yield* projections.begin(["k"], 3)
          yield* projections.desire([wanted("k", { desired: "v3" })])
          yield* projections.begin(["k"], 4)
          yield* projections.finish([delivered("k", { desired: "v3", written: "f3" })], 5)
        })
        yield* projections.desire([wanted("k")])
        yield* projections.begin(["k"], 1)
        yield* projections.finish([delivered("k", { written: "f1" })], 2)
        yield* interrupted
        expect(yield* written).toEqual(["f1", Projections.UNSEEN, "f3"])
        expect(yield* shows("f1")).toEqual(["f1", Projections.UNSEEN, "f3"])
        expect(yield* shows("f2")).toEqual(["f1", "f2", "f3"])
        yield* interrupted
        expect(yield* written).toEqual(["f1", "f2", Projections.UNSEEN, "f3"])
        expect(yield* shows("f3")).toEqual(["f1", "f2", "f3"])
      })
  )

  holds("the records that attempts of unknown outcome may have put it on are known until one has ended", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const tried = Effect.map(projections.get(["k"]), (rows) => rows.get("k")?.tried)
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      yield* projections.desire([wanted("k", { records: ["c2"] })])
      expect(yield* tried).toEqual(["c1"])
      yield* projections.begin(["k"], 2)
      expect(yield* tried).toEqual(["c1", "c2"])
      yield* projections.finish([{ _tag: "LookedUp", key: "k", ref: { kind: "note", id: "n1" } }], 3)
      expect(yield* tried).toEqual(["c1", "c2"])
      yield* projections.finish([delivered("k", { records: ["c2"] })], 4)
      expect(yield* tried).toBeUndefined()
    })
  )

  holds("what changed while it was sent stays due", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      yield* projections.desire([wanted("k", { desired: "v2" })])
      yield* projections.finish([delivered("k")], 2)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", desired: "v2", delivered: "v1" })
      yield* projections.finish([delivered("k", { desired: "v2" })], 3)
      expect(yield* stateOf("k")).toBe("settled")
      expect((yield* projections.receipts("k")).map(({ before, after, why }) => [before, after, why])).toEqual([
        [undefined, "v1", "created"],
        ["v1", "v2", "updated"]
      ])
    })
  )

  holds("what was seen as due is looked at again before it is written", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const keys = ["same", "changed", "moved", "held", "settled"]
      yield* projections.desire(keys.map((key) => wanted(key)))
      const seen = yield* projections.due({ destination: "crm", now: 0, limit: 9 })
      yield* projections.desire([wanted("changed", { desired: "v2" }), wanted("moved", { records: ["c2"] })])
      yield* projections.finish([{ _tag: "Held", key: "held", why: "edited by hand" }, delivered("settled")], 1)
      expect(yield* projections.asSeen(seen)).toEqual(new Set(["same"]))
    })
  )

  holds("a record that was taken out is still known for ours, also when another stands in its place", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const first = { kind: "note", id: "n-k" }
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k")], 1)
      yield* projections.desire([withDesired("k", absent)])
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 2)
      expect(yield* projections.byRef("crm", [first])).toMatchObject([{ key: "k", removed: first }])
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k", { ref: { kind: "note", id: "second" } })], 3)
      const found = yield* projections.byRef("crm", [first, { kind: "note", id: "second" }])
      expect(found.map(({ key, ref, removed }) => [key, ref?.id, removed?.id])).toEqual([
        ["k", "second", "n-k"],
        ["k", "second", "n-k"]
      ])
    })
  )

  holds(
    "an entry keeps the form it was written in until a rewrite is approved, and what a hand changed keeps it then",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        const keys = ["old", "edited", "new", "never"]
        yield* projections.desire(keys.map((key) => wanted(key)))
        yield* projections.finish(
          [delivered("old", { form: "1" }), delivered("edited", { form: "1" }), delivered("new", { form: "2" })],
          1
        )
        const others = (form: string) => projections.inOtherForm({ destination: "crm", form, after: "", limit: 9 })
        expect(yield* others("2")).toEqual(["edited", "old"])
        expect(yield* projections.countInOtherForm("crm", "2")).toBe(2)
        expect(yield* projections.inOtherForm({ destination: "crm", form: "2", after: "edited", limit: 9 })).toEqual([
          "old"
        ])
        yield* projections.finish([{ _tag: "Held", key: "edited", why: "edited by hand" }], 2)
        yield* projections.rewrite(["old", "edited"], 3)
        yield* projections.desire([wanted("old"), wanted("edited")])
        expect(yield* stateOf("old")).toBe("due")
        expect(yield* stateOf("edited")).toBe("held")
        yield* projections.finish([delivered("old", { form: "2" })], 4)
        expect((yield* projections.get(["old"])).get("old")).toMatchObject({ state: "settled", form: "2" })
        expect((yield* projections.get(["old"])).get("old")).not.toHaveProperty("rewrite")
        expect(yield* others("2")).toEqual([])
      })
  )

  holds("an attempt under way that is repeated to learn where it stands is taken back only when it is out", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 5)
      yield* projections.undo(["k"], "u1", 6)
      yield* projections.finish([delivered("k")], 7)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", ref: { kind: "note", id: "n-k" } })
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 8)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "held", why: "undone" })
      expect((yield* projections.receipts("k")).map(({ why }) => why)).toEqual(["created", "undone: removed"])
    })
  )

  holds("while the outcome of an attempt is unknown, going back to what was delivered does not settle it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k")], 1)
      yield* projections.desire([wanted("k", { desired: "v2" })])
      yield* projections.begin(["k"], 2)
      yield* projections.finish([{ _tag: "Retry", key: "k", dueAt: 9, why: "timed out", uncertain: true }], 3)
      yield* projections.desire([wanted("k")])
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", startedAt: 2 })
    })
  )

  holds("an entry that should not stand there is removed, and then nothing is left of it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k"), withDesired("never", absent, { records: [] })])
      expect(yield* stateOf("never")).toBe("settled")
      yield* projections.finish([delivered("k")], 1)
      yield* projections.desire([withDesired("k", absent, { records: [] })])
      expect(yield* projections.dueByVerb("crm")).toEqual([{ verb: "AppendTimeline", create: 0, update: 0, remove: 1 }])
      expect(yield* projections.recordCountDue("crm")).toBe(1)
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 2)
      const row = (yield* projections.get(["k"])).get("k")
      expect(row?.state).toBe("settled")
      for (const field of ["ref", "delivered", "desired"]) expect(row).not.toHaveProperty(field)
      expect(yield* projections.recordCountDue("crm")).toBe(0)
      expect((yield* projections.receipts("k")).map(({ why }) => why)).toEqual(["created", "removed"])
      yield* projections.desire([withDesired("k", present)])
      expect(yield* projections.dueByVerb("crm")).toEqual([{ verb: "AppendTimeline", create: 1, update: 0, remove: 0 }])
    })
  )

  holds("a retry waits for its time, and saying the same again does not shorten it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      yield* projections.finish([{ _tag: "Retry", key: "k", dueAt: 50, why: "busy", uncertain: false }], 2)
      yield* projections.desire([wanted("k")])
      expect(yield* dueKeys({ now: 49 })).toEqual([])
      expect(yield* projections.nextDueAt("crm")).toBe(50)
      const row = (yield* projections.get(["k"])).get("k")
      expect(row).toMatchObject({ why: "busy", attempts: 1 })
      expect(row).not.toHaveProperty("startedAt")
      yield* projections.desire([wanted("k", { desired: "v2", dueAt: 20 })])
      expect(yield* dueKeys({ now: 20 })).toEqual(["k"])
      expect(yield* projections.nextDueAt("chat")).toBeUndefined()
    })
  )

  holds("what an attempt of unknown outcome did is waited for, however urgent it is to take it back", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("gone"), wanted("undone")])
      yield* projections.begin(["gone", "undone"], 1)
      const lost = { _tag: "Retry", dueAt: 50, why: "no answer", uncertain: true } as const
      yield* projections.finish(
        [
          { ...lost, key: "gone" },
          { ...lost, key: "undone" }
        ],
        2
      )
      yield* projections.desire([withDesired("gone", absent, { dueAt: 3 })])
      yield* projections.undo(["undone"], "u1", 3)
      expect(yield* dueKeys({ now: 49 })).toEqual([])
      expect(yield* dueKeys({ now: 50 })).toEqual(["gone", "undone"])
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

  holds("an attempt of unknown outcome that is to be taken back keeps the records it is looked up by", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("begun"), wanted("fresh")])
      yield* projections.begin(["begun"], 5)
      const nothing = { records: [] }
      yield* projections.desire([wanted("begun", { ...nothing, state: "waiting", why: "no record" })])
      yield* projections.desire([withDesired("begun", absent, nothing), withDesired("fresh", absent, nothing)])
      const rows = yield* projections.get(["begun", "fresh"])
      expect(rows.get("begun")).toMatchObject({ state: "due", records: ["c1"] })
      expect(rows.get("fresh")).toMatchObject({ records: [] })
    })
  )

  holds(
    "what an attempt without an answer turned out to have written is known for ours, also when read back late",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        yield* projections.desire([wanted("k")])
        yield* projections.begin(["k"], 5)
        const ref = { kind: "note", id: "n-k" }
        yield* projections.finish([{ _tag: "LookedUp", key: "k", ref, written: "first words" }], 6)
        yield* projections.finish([delivered("k", { written: "other words" })], 7)
        expect((yield* projections.get(["k"])).get("k")?.written).toEqual(["first words", "other words"])
      })
  )

  holds("an attempt without an answer may have been sent as late as it ended", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 5)
      const none = { _tag: "Retry", key: "k", dueAt: 9, why: "no answer", uncertain: true } as const
      yield* projections.finish([{ ...none, sentUntil: 8 }], 8)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ startedAt: 8, dueAt: 9 })
      yield* projections.finish([none], 9)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ startedAt: 8 })
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

  holds("waiting and dropped rows are not due, and say why", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([
        wanted("w", { state: "waiting", records: [], why: "no record" }),
        wanted("d", { state: "dropped", why: "record cap" }),
        wanted("k")
      ])
      expect(yield* dueKeys()).toEqual(["k"])
      expect((yield* projections.tally).map(({ state, why, count }) => [state, why, count])).toEqual(
        expect.arrayContaining([
          ["dropped", "record cap", 1],
          ["waiting", "no record", 1],
          ["due", undefined, 1]
        ])
      )
      yield* projections.desire([wanted("w")])
      expect((yield* projections.get(["w"])).get("w")).not.toHaveProperty("why")
      expect(yield* dueKeys()).toEqual(["k", "w"])
    })
  )

  holds("urgent lanes are due first, then the order of the subjects' times", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([
        wanted("late", { at: 30 }),
        wanted("early", { at: 10 }),
        wanted("backfill", { at: 1, lane: 3 }),
        wanted("other", { at: 0, destination: "desk" }),
        wanted("future", { at: 0, dueAt: 99 })
      ])
      expect(yield* dueKeys()).toEqual(["early", "late", "backfill"])
      expect(yield* dueKeys({ limit: 1 })).toEqual(["early"])
    })
  )

  holds("a canary touches only rows whose records are all in it, also those an entry leaves", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([
        wanted("one", { at: 1 }),
        wanted("two", { at: 2, records: ["c1", "c2"] }),
        wanted("three", { at: 3, records: ["c3"] }),
        wanted("none", { at: 4, records: [] })
      ])
      expect(yield* dueKeys({ records: ["c1"] })).toEqual(["one"])
      expect(yield* dueKeys({ records: ["c1", "c2"] })).toEqual(["one", "two"])
      expect(yield* dueKeys({ records: [] })).toEqual([])
      expect(yield* projections.recordCountDue("crm")).toBe(3)
      yield* projections.finish([delivered("three", { records: ["c3"] })], 1)
      yield* projections.desire([wanted("three", { at: 3, records: ["c1"] })])
      expect(yield* dueKeys({ records: ["c1"] })).toEqual(["one"])
      expect(yield* dueKeys({ records: ["c1", "c3"] })).toEqual(["one", "three"])
      yield* projections.finish([delivered("three")], 2)
      expect(yield* projections.recordCountDue("crm")).toBe(2)
    })
  )

  holds("rows are found by what they wrote, listed by state, and the last fingerprints are kept", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const keys = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, "0")}`)
      yield* projections.desire(keys.map((key) => wanted(key)))
      yield* projections.finish(
        keys.slice(0, 20).map((key) => delivered(key)),
        1
      )
      for (let write = 1; write <= 20; write++) {
        yield* projections.finish([delivered("k00", { written: `f${write}` })], write)
      }
      const [found] = yield* projections.byRef("crm", [{ kind: "note", id: "n-k00" }])
      expect(found?.written).toEqual(Array.from({ length: 16 }, (_, index) => `f${index + 5}`))
      expect(yield* projections.byRef("desk", [{ kind: "note", id: "n-k00" }])).toEqual([])
      expect(yield* projections.byRef("crm", [{ kind: "call", id: "n-k00" }])).toEqual([])
      const due = yield* projections.list({ destination: "crm", state: "due", after: "", limit: 99 })
      expect(due.map(({ key }) => key)).toEqual(keys.slice(20))
      const settled = yield* projections.list({ destination: "crm", state: "settled", after: "k05", limit: 3 })
      expect(settled.map(({ key }) => key)).toEqual(["k06", "k07", "k08"])
      expect(yield* projections.list({ destination: "crm", after: "", limit: 99 })).toHaveLength(25)
      expect(yield* projections.writesSince("crm", 15)).toBe(6)
    })
  )

  holds(
    "a destination's place is taken in steps: what is held stays held, nothing stands in the new one, receipts stay",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        const quarantine = yield* Quarantine.Quarantine
        yield* projections.desire([
          wanted("stands"),
          wanted("held"),
          wanted("aside"),
          wanted("other", { destination: "desk" })
        ])
        yield* projections.finish([delivered("stands", { written: "f1" }), delivered("held")], 1)
        yield* projections.finish(
          [
            { _tag: "Held", key: "held", why: "deleted by hand" },
            { _tag: "Quarantined", key: "aside", why: "refused", remedy: "mend it" }
          ],
          2
        )
        const steps: Array<number> = []
        for (let count = 9; count > 0; steps.push(count)) count = yield* projections.handOver("crm", "crm-2", 2)
        expect(steps).toEqual([2, 1, 0])
        expect(yield* projections.list({ destination: "crm", after: "", limit: 9 })).toEqual([])
        const [held, ...more] = yield* projections.list({ destination: "crm-2", after: "", limit: 9 })
        expect(more).toEqual([])
        expect(held).toMatchObject({
          key: "held",
          state: "held",
          why: "deleted by hand",
          records: [],
          deliveredRecords: []
        })
        expect(held).not.toHaveProperty("ref")
        expect(yield* projections.byRef("crm", [{ kind: "note", id: "n-stands" }])).toEqual([])
        expect(yield* quarantine.list({ after: "", limit: 9 })).toEqual([])
        expect(yield* projections.receipts("stands")).toMatchObject([{ destination: "crm", after: "v1" }])
        yield* projections.desire([
          wanted("stands", { destination: "crm-2" }),
          wanted("held", { destination: "crm-2" })
        ])
        expect(yield* dueKeys({ destination: "crm-2" })).toEqual(["stands"])
        expect(yield* dueKeys({ destination: "desk" })).toEqual(["other"])
      })
  )

  holds("an outcome for something nobody desired is a defect that says so, and nothing of its batch is kept", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      const error = yield* Effect.flip(projections.finish([delivered("k"), delivered("ghost")], 1))
      expect(error.message).toContain("there is no projection ghost")
      expect(yield* stateOf("k")).toBe("due")
    })
  )
}
