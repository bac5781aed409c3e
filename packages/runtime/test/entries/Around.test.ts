import { Key, Own, Ref } from "@interchannel/domain"
import { Ledger, Projections } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import * as Around from "../../src/entries/Around.ts"
import * as Misplaced from "../../src/entries/Misplaced.ts"
import { scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"

const everything = { from: -Infinity, until: Infinity }
const at = (...times: ReadonlyArray<number>) => times.map((time) => ({ key: `w${time}`, at: time }))
const [entry] = at(0) as [{ key: string; at: number }]
const shown = (others: ReadonlyArray<typeof entry>, span = everything) => {
  const { entries, ...more } = Around.nearest(entry, others, span)
  return { times: entries.map((one) => one.at), ...more }
}
const range = (from: number, until: number) => Array.from({ length: until - from + 1 }, (_, index) => from + index)

describe("those nearest to an entry", () => {
  it("are in order, each once, with the entry among them", () => {
    expect(shown(at(5, -3, 5, 0, -1))).toEqual({ times: [-3, -1, 0, 5], isMoreBefore: false, isMoreAfter: false })
    expect(shown([])).toEqual({ times: [0], isMoreBefore: false, isMoreAfter: false })
  })

  it("are ten on each side; that there are more is said", () => {
    expect(shown(at(...range(-10, 11)))).toEqual({ times: range(-10, 10), isMoreBefore: false, isMoreAfter: true })
    expect(shown(at(...range(-11, 2)))).toEqual({ times: range(-10, 2), isMoreBefore: true, isMoreAfter: false })
  })

  it("are those of the time that was looked at", () => {
    const looked = { from: -2, until: Infinity }
    expect(shown(at(-3, -2, 1), looked)).toEqual({ times: [-2, 0, 1], isMoreBefore: true, isMoreAfter: false })
  })

  it("are in the order of their keys where they are of one time", () => {
    const others = ["w", "w1"].map((key) => ({ key, at: 0 }))
    expect(Around.nearest(entry, others, everything).entries.map(({ key }) => key)).toEqual(["w", "w0", "w1"])
  })
})

const reader = { own: Own.none, titleOf: (id: string) => id, policyOf: () => ({ redact: [] }) }
const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
const said = (id: string, after: number, more: object = {}) => ({ ...hello, id, at: START + after, ...more })

/** The entry that stands in the CRM with this text in it. */
const keyOf = (entries: Iterable<{ readonly key: string; readonly body: string }>, text: string) =>
  [...entries].find(({ body }) => body.includes(text))!.key

describe("around an entry", () => {
  scenario(
    "of a conversation are conversations, by when they began, whatever was said in them later",
    Effect.gen(function* () {
      const { chatState, otherChat, crmState, turn } = yield* world({
        crm: { destination: { settleMs: 0, entries: { per: "conversation" } } }
      })
      crmState.records.push(ana)
      chatState.messages.push(
        said("m1", 100, { thread: "long", text: "begins" }),
        said("m2", 300, { thread: "asked", text: "asked" }),
        said("m3", 900, { thread: "long", text: "ends" })
      )
      otherChat.messages.push(said("o1", 200), said("o2", 400, { thread: "later" }))
      yield* turn
      const key = keyOf(crmState.entries.values(), "asked")
      const { entries, ...more } = yield* Around.look(key, reader)
      expect(entries.map((one) => `${one.at - START} ${one.title}${one.isThis ? " (this)" : ""}`)).toEqual([
        "100 Chat from ana, chat",
        "200 Chat from ana, other",
        "300 Chat from ana, chat (this)",
        "400 Chat from ana, other"
      ])
      expect(more).toEqual({ isMoreBefore: false, isMoreAfter: false })
      const long = keyOf(crmState.entries.values(), "ends")
      expect((yield* Around.look(long, reader)).entries.map(({ isThis }) => isThis)).toEqual([
        true,
        false,
        false,
        false
      ])
      expect(yield* Misplaced.look(long, reader)).toMatchObject({ at: START + 100 })
    })
  )

  scenario(
    "are what our own people answered as well",
    Effect.gen(function* () {
      const own: Own.Own = { domains: ["example.org"], numbers: [], teams: [] }
      const { chatState, otherChat, crmState, turn } = yield* world({ own, crm: { destination: { settleMs: 0 } } })
      const sam = { from: "sam", email: "sam@example.org" }
      crmState.records.push(ana)
      chatState.messages.push(said("m1", 100, { thread: "t" }), said("m2", 300, { thread: "t", ...sam }))
      otherChat.messages.push(said("o1", 200, { text: "meanwhile" }), said("o2", 400, { thread: "staff", ...sam }))
      yield* turn
      const key = keyOf(crmState.entries.values(), "meanwhile")
      const { entries } = yield* Around.look(key, { ...reader, own })
      expect(entries.map(({ title }) => title)).toEqual([
        "Chat from ana, chat",
        "Chat from ana, other",
        "Chat from sam, chat"
      ])
    })
  )

  scenario(
    "are looked for among so many interactions and no more",
    Effect.gen(function* () {
      const record = Key.contact("crm", Ref.local("person", "1"))
      const rows = range(0, 1_200).map((time): Ledger.InteractionRow => {
        const ref = Ref.local("message", `${time}`)
        return {
          interaction: {
            kind: "web",
            key: Key.interaction("chat", ref),
            connection: "chat",
            ref,
            direction: "inbound",
            startedAt: START + time,
            participants: [],
            details: {},
            version: { at: 1, rank: 0 }
          },
          hash: "h",
          contacts: [record],
          deleted: false,
          firstSeenAt: 1
        }
      })
      const none = { parts: [], aliases: [], rekeyed: [], contacts: [], organizations: [], at: 1 }
      yield* (yield* Ledger.Ledger).save({ ...none, interactions: rows })
      const projections = yield* Projections.Projections
      const written = [0, 700, 1_200].map((time): Projections.Desired => {
        const common = { destination: "crm", verb: "AppendTimeline", state: "due", lane: 1, dueAt: 0 } as const
        const subject = rows[time]!.interaction.key
        return { ...common, key: `w ${time}`, subject, desired: "h", records: [record], at: START + time }
      })
      yield* projections.desire(written)
      const delivered = written.map(({ key }) => ({ _tag: "Delivered" as const, key, desired: "h", records: [record] }))
      yield* projections.finish(delivered, 1)
      const { entries, ...more } = yield* Around.look("w 0", reader)
      expect(entries.map((one) => one.at - START)).toEqual([0, 700])
      expect(more).toEqual({ isMoreBefore: false, isMoreAfter: true })
    })
  )
})
