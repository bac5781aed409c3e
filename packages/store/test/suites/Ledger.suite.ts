import { expect } from "@effect/vitest"
import { Key } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { Ledger, Projections } from "../../src/index.ts"
import { contact, interaction, nothing, part, ref } from "./fixtures.ts"
import type { Suite } from "./Suite.ts"

const key = (id: string) => Key.interaction("chat", ref(id))
const save = (changes: Partial<Ledger.LedgerChanges>) =>
  Effect.flatMap(Ledger.Ledger, (ledger) => ledger.save({ ...nothing, ...changes }))
const textsOf = (id: string) =>
  Effect.flatMap(Ledger.Ledger, (ledger) =>
    Effect.map(ledger.parts([key(id)]), (parts) =>
      (parts.get(key(id)) ?? []).map((stored) => (stored.part.fields as { readonly text?: string }).text)
    )
  )
const revisionsOf = (id: string) =>
  Effect.flatMap(Ledger.Ledger, (ledger) =>
    Effect.map(ledger.revisions(key(id)), (list) =>
      list.map((stored) => (stored.part.fields as { readonly text?: string }).text)
    )
  )

/** Versions that collide often, each told by its own Inbox row. */
const tellings = FastCheck.uniqueArray(
  FastCheck.record({
    item: FastCheck.constantFrom("m1", "m2"),
    part: FastCheck.constantFrom("whole", "recording"),
    at: FastCheck.integer({ min: 1, max: 3 }),
    rank: FastCheck.integer({ min: 0, max: 1 }),
    inbox: FastCheck.integer({ min: 0, max: 99 })
  }),
  { selector: ({ inbox }) => inbox, minLength: 2, maxLength: 12 }
)

export const ledger: Suite = ({ holds, holdsAt }) => {
  holds("parts come back as they were told, under the key of their subject", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const told = [part("m1", 5, "01", "hello"), part("m1", 2, "02", "more", { part: "recording", rank: 3 })]
      yield* save({ parts: told })
      const found = yield* ledger.parts([key("m1"), key("m2")])
      expect(found.size).toBe(1)
      expect(found.get(key("m1"))).toHaveLength(2)
      expect(found.get(key("m1"))).toEqual(expect.arrayContaining(told))
    })
  )

  holds(
    "an older version never wins; of equal versions the later reading does; the replaced one stays as a revision",
    () =>
      Effect.gen(function* () {
        yield* save({ parts: [part("m1", 5, "05", "five")] })
        yield* save({ parts: [part("m1", 4, "06", "four")] })
        expect(yield* textsOf("m1")).toEqual(["five"])
        yield* save({ parts: [part("m1", 5, "04", "five, read earlier")] })
        expect(yield* textsOf("m1")).toEqual(["five"])
        yield* save({ parts: [part("m1", 5, "07", "five, read later")], at: 200 })
        yield* save({ parts: [part("m1", 6, "01", "six")], at: 300 })
        expect(yield* textsOf("m1")).toEqual(["six"])
        const ledger = yield* Ledger.Ledger
        const revisions = yield* ledger.revisions(key("m1"))
        expect(revisions.map(({ replacedAt, inboxId }) => [replacedAt, inboxId])).toEqual([
          [200, "05"],
          [300, "07"]
        ])
      })
  )

  holds("the same content in a newer version is no revision, and a replayed row corrects itself", () =>
    Effect.gen(function* () {
      yield* save({ parts: [part("m1", 5, "05", "five")] })
      yield* save({ parts: [part("m1", 8, "08", "five")] })
      expect(yield* revisionsOf("m1")).toEqual([])
      yield* save({ parts: [part("m1", 7, "07", "seven")] })
      expect(yield* textsOf("m1")).toEqual(["five"])
      // After a mapping fix the same Inbox row tells another text and an earlier version.
      yield* save({ parts: [part("m1", 3, "08", "five, mapped well")] })
      expect(yield* textsOf("m1")).toEqual(["five, mapped well"])
      expect(yield* revisionsOf("m1")).toEqual(["five"])
    })
  )

  holdsAt("whatever order parts arrive in, and in whatever batches, the ledger ends the same", (place) =>
    Effect.gen(function* () {
      let round = 0
      const runs = FastCheck.sample(FastCheck.tuple(tellings, FastCheck.infiniteStream(FastCheck.nat(1_000))), 25)
      yield* Effect.provide(
        Effect.gen(function* () {
          const ledger = yield* Ledger.Ledger
          for (const [told, order] of runs) {
            round += 1
            const under = (side: string) =>
              told.map(({ item, part: name, at, rank, inbox }) => {
                const subject = Key.interaction("chat", ref(`${item}-${round}-${side}`))
                return part(item, at, String(inbox).padStart(2, "0"), `text ${inbox}`, {
                  part: name,
                  rank,
                  key: subject
                })
              })
            for (const stored of under("a")) yield* save({ parts: [stored] })
            const shuffled = under("b")
              .map((stored) => ({ stored, place: order.next().value }))
              .sort((a, b) => a.place - b.place)
              .map(({ stored }) => stored)
            const cut = order.next().value % shuffled.length
            yield* save({ parts: shuffled.slice(0, cut) })
            yield* save({ parts: shuffled.slice(cut) })
            for (const item of ["m1", "m2"]) {
              const [a, b] = ["a", "b"].map((side) => Key.interaction("chat", ref(`${item}-${round}-${side}`)))
              const found = yield* ledger.parts([a ?? "", b ?? ""])
              const underOneKey = (subject: string | undefined) =>
                (found.get(subject ?? "") ?? []).map((stored) => ({ ...stored, key: item }))
              expect(underOneKey(b)).toEqual(underOneKey(a))
            }
          }
        }),
        place.open
      )
    })
  )

  holds("aliases lead to the end of the way, and the last word on a pair wins", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      yield* save({ aliases: [{ from: "a", to: "b" }] })
      yield* save({
        aliases: [
          { from: "b", to: "c" },
          { from: "x", to: "a" }
        ]
      })
      const ends = Object.fromEntries(yield* ledger.resolve(["a", "b", "c", "x", "y"]))
      expect(ends).toEqual({ a: "c", b: "c", c: "c", x: "c", y: "y" })
      yield* save({ aliases: [{ from: "c", to: "a" }] })
      expect(Object.fromEntries(yield* ledger.resolve(["a", "b", "c", "x"]))).toEqual({
        a: "a",
        b: "a",
        c: "a",
        x: "a"
      })
    })
  )

  holds("a subject that moves takes its parts along; of a part that both have, the newer stays", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const [from, to] = [key("old"), key("new")]
      const own = (subject: string, at: number, text: string, name?: string) =>
        part("same", at, "01", text, { key: subject, ...(name === undefined ? {} : { part: name }) })
      yield* save({
        parts: [own(from, 5, "newer"), own(from, 1, "old leg", "leg"), own(from, 1, "alone", "recording")]
      })
      yield* save({ parts: [own(to, 4, "older"), own(to, 2, "new leg", "leg")] })
      yield* save({ aliases: [{ from, to }], rekeyed: [{ from, to }], interactions: [interaction("new", 9, [])] })
      const parts = yield* ledger.parts([from, to])
      expect([...parts.keys()]).toEqual([to])
      expect(parts.get(to)?.map((stored) => (stored.part.fields as { readonly text?: string }).text)).toEqual([
        "new leg",
        "alone",
        "newer"
      ])
    })
  )

  holds("a contact that moves takes its interactions and records along", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const projections = yield* Projections.Projections
      const [from, to] = [contact("u1").contact.key, contact("u2").contact.key]
      yield* save({
        contacts: [contact("u1"), contact("u2")],
        interactions: [interaction("m1", 1, [from]), interaction("m2", 2, [from, to]), interaction("m3", 3, [to])]
      })
      const desired = { destination: "crm", verb: "AppendTimeline", state: "due", dueAt: 0, lane: 0, at: 0 } as const
      yield* projections.desire([{ ...desired, key: "k", subject: from, desired: "h", records: [from, to] }])
      yield* save({ rekeyed: [{ from, to }] })
      const rows = yield* ledger.interactionsOfContacts([to], { before: 99, limit: 9 })
      expect(rows.map((row) => [row.interaction.ref.id, row.contacts])).toEqual([
        ["m3", [to]],
        ["m2", [to]],
        ["m1", [to]]
      ])
      expect(yield* ledger.interactionsOfContacts([from], { before: 99, limit: 9 })).toEqual([])
      expect([...(yield* ledger.contacts([from, to])).keys()]).toEqual([to])
      const [moved] = yield* projections.ofSubjects([to])
      expect(moved?.records).toEqual([to])
    })
  )

  holds("contacts are read back, counted and paged by key", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const rows = Array.from({ length: 30 }, (_, index) => contact(`u${index}`))
      const other = contact("u1", "Ada", "crm")
      yield* save({ contacts: [...rows, other] })
      yield* save({
        contacts: [
          { ...contact("u3", "Renamed"), hash: "new" },
          { ...contact("u4"), deleted: true }
        ]
      })
      const found = yield* ledger.contacts([contact("u3").contact.key, contact("u4").contact.key, "nobody"])
      expect(found.get(contact("u3").contact.key)).toEqual({ ...contact("u3", "Renamed"), hash: "new" })
      expect(found.get(contact("u4").contact.key)?.deleted).toBe(true)
      expect(found.size).toBe(2)
      expect((yield* ledger.counts).contacts).toBe(30)
      const keys = [...rows, other].map((row) => row.contact.key).sort()
      const paged: Array<string> = []
      for (let after = ""; ; after = paged.at(-1) ?? "") {
        const page = yield* ledger.contactKeys({ after, limit: 7 })
        if (page.length === 0) break
        paged.push(...page)
      }
      expect(paged).toEqual(keys)
      expect(yield* ledger.contactKeys({ after: "", limit: 99, connection: "crm" })).toEqual([other.contact.key])
    })
  )

  holds("a conversation of which all was deleted is still found in its system", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const row = interaction("m1", 10, ["c1"], { conversation: "v1", deleted: true })
      const conversation = { kind: "thread", id: "t1" }
      yield* save({ interactions: [{ ...row, interaction: { ...row.interaction, conversation } }] })
      expect(yield* ledger.conversationRef("v1")).toEqual(conversation)
      expect(yield* ledger.conversationRef("v2")).toBeUndefined()
    })
  )

  holds("interactions are found by contact, conversation and time, newest first, without the deleted", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const rows = [
        interaction("m1", 10, ["c1"], { conversation: "v1" }),
        interaction("m2", 20, ["c1", "c2"], { conversation: "v1" }),
        interaction("m3", 30, ["c2"], { conversation: "v2" }),
        interaction("m4", 40, ["c1"], { conversation: "v2", deleted: true }),
        interaction("m5", 50, ["c3"], { conversation: "v3", connection: "crm" })
      ]
      yield* save({ interactions: rows })
      const ids = (found: ReadonlyArray<Ledger.InteractionRow>) => found.map((row) => row.interaction.ref.id)
      expect((yield* ledger.interactions([key("m2")])).get(key("m2"))).toEqual(rows[1])
      expect(ids(yield* ledger.interactionsOfContacts(["c1", "c2"], { before: 99, limit: 9 }))).toEqual([
        "m3",
        "m2",
        "m1"
      ])
      expect(ids(yield* ledger.interactionsOfContacts(["c1", "c2"], { before: 30, limit: 1 }))).toEqual(["m2"])
      expect(ids(yield* ledger.interactionsOfConversation("v1", 9))).toEqual(["m2", "m1"])
      expect(ids(yield* ledger.interactionsOfConversation("v2", 9))).toEqual(["m3"])
      const asked = [...Array.from({ length: 150 }, (_, index) => `none ${index}`), "v2", "v1", "v1"]
      const latest = yield* ledger.latestOfConversations(asked)
      expect(latest).toEqual(
        new Map([
          ["v1", rows[1]],
          ["v2", rows[2]]
        ])
      )
      expect(yield* ledger.latestOfConversations([])).toEqual(new Map())
      expect(yield* ledger.conversationsOfContacts("chat", ["c1", "c2", "c3"], 9)).toEqual(["v2", "v1"])
      expect(yield* ledger.conversationsOfContacts("crm", ["c1", "c2", "c3"], 9)).toEqual(["v3"])
      const keys = ["m1", "m2", "m3", "m4"].map(key).sort()
      expect(yield* ledger.interactionKeysOfContacts(["c1", "c2"], { after: "", limit: 3 })).toEqual(keys.slice(0, 3))
      expect(yield* ledger.interactionKeysOfContacts(["c1", "c2"], { after: keys[2] ?? "", limit: 3 })).toEqual([
        keys[3]
      ])
      expect(yield* ledger.interactionKeys({ after: "", limit: 9, connection: "chat" })).toEqual(keys)
      expect(yield* ledger.interactionKeys({ after: "", limit: 9, since: 30, connection: "chat" })).toEqual(
        [key("m3"), key("m4")].sort()
      )
      expect((yield* ledger.counts).interactions).toBe(4)
    })
  )

  holds("interactions are found along time in both directions, of one time by their keys, no more than asked for", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const [first, second] = ["m2", "m3"].sort((a, b) => (key(a) < key(b) ? -1 : 1)) as [string, string]
      yield* save({
        interactions: [
          interaction("m1", 10, ["c1"], { conversation: "v1" }),
          interaction("m2", 20, ["c1", "c2"]),
          interaction("m3", 20, ["c2"]),
          interaction("m4", 30, ["c2"], { conversation: "v2", deleted: true }),
          interaction("m5", 40, ["c3"], { conversation: "v1" }),
          interaction("m6", 50, [], { conversation: "v1" })
        ]
      })
      const ids = new Map(["m1", "m2", "m3", "m4", "m5", "m6"].map((id) => [key(id) as string, id]))
      const told = Effect.map((moments: ReadonlyArray<Ledger.Moment>) =>
        moments.map(({ interaction, at }) => `${ids.get(interaction)} ${at}`)
      )
      const from = (at: number, id?: string) => ({ at, interaction: id === undefined ? "" : key(id) })
      const contacts = (side: "before" | "after", start: Ledger.MomentsAsked["from"], limit = 9) =>
        told(ledger.momentsOfContacts(["c1", "c2"], { side, from: start, limit }))
      expect(yield* contacts("after", from(20))).toEqual([`${first} 20`, `${second} 20`, "m4 30"])
      expect(yield* contacts("after", from(20, first), 1)).toEqual([`${second} 20`])
      expect(yield* contacts("before", from(20))).toEqual(["m1 10"])
      expect(yield* contacts("before", from(20, second))).toEqual([`${first} 20`, "m1 10"])
      expect(yield* contacts("before", from(99), 2)).toEqual(["m4 30", `${second} 20`])
      expect(yield* contacts("after", from(30, "m4"))).toEqual([])
      const [oldest] = yield* ledger.momentsOfContacts(["c1"], { side: "after", from: from(0), limit: 1 })
      expect(oldest).toEqual({ interaction: key("m1"), at: 10, conversation: "v1" })
      const conversations = (side: "before" | "after", at: number, limit: number) =>
        told(ledger.momentsOfConversations(["v1", "v2", "v3"], { side, from: from(at), limit }))
      expect(yield* conversations("after", 20, 1)).toEqual(["m4 30", "m5 40"])
      expect(yield* conversations("after", 20, 9)).toEqual(["m4 30", "m5 40", "m6 50"])
      expect(yield* conversations("before", 50, 1)).toEqual(["m5 40", "m4 30"])
      expect(yield* ledger.momentsOfContacts([], { side: "after", from: from(0), limit: 9 })).toEqual([])
    })
  )

  holds("other tellings of a mail are found by its Message-ID, and move with the key that stays", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      const mail = (id: string, connection: string, messageId: string): Ledger.InteractionRow => {
        const row = interaction(id, 10, [], { connection })
        return { ...row, interaction: { ...row.interaction, kind: "email", details: { messageId } } }
      }
      const [a, b, c] = [
        mail("1", "box", "m@example.com"),
        mail("2", "crm", "<m@example.com>"),
        mail("3", "crm", "n@example.com")
      ]
      yield* ledger.save({ ...nothing, interactions: [a, b, c] })
      const others = (row: Ledger.InteractionRow) =>
        Effect.map(ledger.tellingsOf([row.interaction]), (rows) => rows.map((other) => other.interaction.key))
      expect(yield* others(a)).toEqual([b.interaction.key])
      expect(yield* others(c)).toEqual([])
      expect(yield* ledger.tellingsOf([a.interaction, b.interaction])).toEqual([])
      const moved = { from: b.interaction.key, to: c.interaction.key }
      yield* ledger.save({ ...nothing, aliases: [moved], rekeyed: [moved], interactions: [c] })
      expect(yield* others(a)).toEqual([])
    })
  )

  holds("an interaction that loses a participant is found with them no more", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      yield* save({ interactions: [interaction("m1", 10, ["c1", "c2"])] })
      yield* save({ interactions: [interaction("m1", 15, ["c2", "c3"], { firstSeenAt: 77, hash: "new" })] })
      const found = (contacts: ReadonlyArray<string>) =>
        Effect.map(ledger.interactionsOfContacts(contacts, { before: 16, limit: 9 }), (rows) => rows.length)
      expect([yield* found(["c1"]), yield* found(["c2"]), yield* found(["c3"])]).toEqual([0, 1, 1])
      expect((yield* ledger.interactions([key("m1")])).get(key("m1"))).toMatchObject({ firstSeenAt: 1, hash: "new" })
    })
  )
}
