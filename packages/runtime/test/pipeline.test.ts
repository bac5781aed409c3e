/** The stages one after the other on a real database, by hand: what goes in, what stands in the CRM. */
import { VendorError } from "@interchannel/connector"
import { Own } from "@interchannel/domain"
import { Connections, Dirty, Inbox, Leases, Projections, Quarantine, Store } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, Either, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Destinations from "../src/Destinations.ts"
import * as Dispatcher from "../src/Dispatcher.ts"
import * as Installation from "../src/Installation.ts"
import * as Normalizer from "../src/Normalizer.ts"
import * as Planner from "../src/Planner.ts"
import * as Puller from "../src/Puller.ts"
import type { Running } from "../src/Running.ts"
import { ChatWorld, CrmWorld, chat, chatWorld, crm, crmWorld } from "./sampleVendors.ts"

const START = 1_000_000
const STEPS_MAX = 200

/** Both vendors installed at START, the CRM a destination that is approved. */
const world = (own: Own.Own = Own.none) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(START)
    const chatState = chatWorld()
    const crmState = crmWorld()
    const loaded = Installation.load(
      {
        own,
        connections: {
          chat: { connector: chat(chatState), credentials: { secret: "s" } },
          crm: { connector: crm(crmState), credentials: { token: "t" }, destination: {} }
        }
      },
      {},
      JSON.stringify
    )
    const installation = Either.getOrThrow(loaded)
    const connections = yield* Connections.Connections
    for (const { id, connector } of installation.connections.values())
      yield* connections.install(id, connector.id, START)
    yield* connections.update("crm", { mode: "live" })
    const options = {
      own,
      destinations: Destinations.of(installation, yield* connections.all),
      titleOf: Destinations.titleOf(installation)
    }
    const leases = yield* Leases.Leases
    const lease = (yield* leases.take("test", "me", { now: START, forMs: 1_000_000_000 }))!
    const runningOf = (id: string): Running => {
      const call: Running["call"] = (effect) =>
        effect.pipe(Effect.provideService(ChatWorld, chatState), Effect.provideService(CrmWorld, crmState)) as never
      return { installed: installation.connections.get(id)!, installedAt: START, lease, call, open: call as never }
    }
    const until = <E, R>(step: Effect.Effect<boolean, E, R>) =>
      Effect.gen(function* () {
        for (let steps = 0; steps < STEPS_MAX; steps++) if (!(yield* step)) return
        return yield* Effect.dieMessage(`still busy after ${STEPS_MAX} steps`)
      })
    const pull = Effect.forEach(["chat", "crm"], (id) =>
      Effect.forEach(runningOf(id).installed.connector.feeds, (feed) =>
        until(Effect.map(Puller.step(runningOf(id), feed, [{ id: "all" }]), ({ _tag }) => _tag === "Read"))
      )
    )
    const normalize = until(
      Effect.map(
        Normalizer.step({ installed: (id) => installation.connections.get(id), defaultRegion: undefined, lease }),
        ({ rows }) => rows > 0
      )
    )
    const plan = until(Effect.map(Planner.step(options, lease), (marks) => marks > 0))
    const destination = options.destinations[0]!
    const dispatch = until(
      Effect.map(
        Dispatcher.step(runningOf("crm"), destination, options),
        ({ rest, stopped }) => rest === undefined && stopped === undefined
      )
    )
    const settle = Effect.all([normalize, plan, dispatch], { discard: true })
    /** Everything that is to be done at this moment, and a second later. */
    const turn = Effect.all([TestClock.adjust("2 seconds"), pull, settle], { discard: true })
    const entries = () => [...crmState.entries.values()].map(({ body, records }) => ({ body, records: [...records] }))
    return { chatState, crmState, pull, normalize, plan, dispatch, settle, turn, entries, lease, installation }
  })

const scenario = (name: string, body: Effect.Effect<void, unknown, Store.Services>) =>
  it.effect(name, () => Effect.provide(body, Store.layerTemporary) as Effect.Effect<void>)

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }

describe("the pipeline", () => {
  scenario(
    "what a customer said in chat stands in the CRM, once, on the right record",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana, { id: "2", email: "bob@example.com", updatedAt: START })
      chatState.messages.push(hello)
      yield* turn
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      expect([...crmState.entries.values()][0]?.writes).toBe(1)
    })
  )

  scenario(
    "an edit updates the entry in place, a deletion takes it out",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, text: "hello!" }
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hello!"])
      chatState.messages[0] = { ...hello, at: START + 4_500, version: START + 4_500, deleted: true }
      yield* turn
      expect(entries()).toEqual([])
    })
  )

  scenario(
    "a customer without a record waits until there is one",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      chatState.messages.push(hello)
      yield* turn
      expect(entries()).toEqual([])
      const tally = yield* (yield* Projections.Projections).tally
      expect(tally).toEqual([expect.objectContaining({ state: "waiting", why: "no record", count: 1 })])
      crmState.records.push({ ...ana, updatedAt: START + 3_000 })
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
    })
  )

  scenario(
    "two records merged into a new id: entries stay where the vendor moved them, new ones go to the new id",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      const second = { id: "2", email: "ana.b@example.com", updatedAt: START }
      crmState.records.push(ana, second)
      chatState.messages.push(hello)
      yield* turn
      crmState.records.splice(0, 2, { id: "3", email: "ana@example.com", updatedAt: START + 3_000, former: ["1", "2"] })
      chatState.messages.push({ ...hello, id: "m2", at: START + 2_100, text: "again" })
      yield* turn
      yield* turn
      const byBody = Object.fromEntries([...crmState.entries.values()].map((entry) => [entry.body, [...entry.records]]))
      expect(byBody["again"]).toEqual(["3"])
      expect(crmState.entries.size).toBe(2)
    })
  )

  scenario(
    "our own staff's chatter goes nowhere",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world({ ...Own.none, domains: ["example.com"] })
      crmState.records.push({ ...ana, email: "bob@example.org" })
      chatState.messages.push(hello, { ...hello, id: "m2", from: "bob", email: "bob@example.org", text: "hi" })
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hi"])
      expect(yield* (yield* Projections.Projections).tally).toHaveLength(1)
    })
  )

  scenario(
    "a time-out after the vendor committed writes no second entry",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, plan, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const due = yield* (yield* Projections.Projections).due({ destination: "crm", now: START + 9_000, limit: 9 })
      crmState.lost.add(due[0]!.key)
      yield* turn
      yield* turn
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      expect(yield* (yield* Projections.Projections).tally).toEqual([expect.objectContaining({ state: "settled" })])
    })
  )

  scenario(
    "an entry deleted by hand is not written again, one edited by hand is left alone",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello, { ...hello, id: "m2", at: START + 200, text: "second" })
      yield* turn
      const [first, second] = [...crmState.entries.values()]
      crmState.entries.delete(first!.ref)
      second!.body = "changed by an admin"
      crmState.observed.push(
        { id: first!.ref, at: START + 2_500, key: first!.key, body: "", deleted: true },
        { id: second!.ref, at: START + 2_500, key: second!.key, body: "changed by an admin" }
      )
      yield* turn
      chatState.messages.splice(
        0,
        2,
        { ...hello, at: START + 4_000, version: START + 4_000, text: "hello, edited" },
        { ...hello, id: "m2", at: START + 4_000, version: START + 4_000, text: "second, edited" }
      )
      yield* turn
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["changed by an admin"])
      const tally = yield* (yield* Projections.Projections).tally
      expect(tally).toEqual([
        expect.objectContaining({ state: "held", count: 1 }),
        expect.objectContaining({ state: "held", count: 1 })
      ])
    })
  )

  scenario(
    "an entry deleted by hand before we heard of it is not written again either",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      crmState.entries.clear()
      chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, text: "edited" }
      yield* turn
      yield* turn
      expect(entries()).toEqual([])
    })
  )

  scenario(
    "our own entries, read back, are no interactions",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      for (const entry of crmState.entries.values()) {
        crmState.observed.push({ id: entry.ref, at: START + 3_000, key: entry.key, body: entry.body })
      }
      yield* turn
      yield* turn
      expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([1])
      expect(yield* (yield* Projections.Projections).tally).toEqual([
        expect.objectContaining({ state: "settled", count: 1 })
      ])
    })
  )

  scenario(
    "an item that cannot be read is set aside with the field; the rest of the page goes on",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push({ id: "bad", at: START + 50, from: 7 }, hello)
      yield* turn
      expect(entries()).toHaveLength(1)
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(aside).toEqual([expect.objectContaining({ connection: "chat", reason: "Malformed" })])
      expect(aside[0]!.detail).toContain('"from"')
    })
  )

  scenario(
    "what the vendor refuses is set aside with its own words and blocks nothing",
    Effect.gen(function* () {
      const { chatState, crmState, turn, pull, normalize, plan, dispatch, entries } = yield* world()
      crmState.records.push(ana)
      yield* turn
      chatState.messages.push({ ...hello, at: START + 2_100, text: "rude" })
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      crmState.failures.push(new VendorError.Rejected({ code: "BODY", detail: "too rude" }))
      yield* dispatch
      chatState.messages.push({ ...hello, id: "m3", at: START + 4_100, text: "kind" })
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["kind"])
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(aside).toEqual([expect.objectContaining({ connection: "crm", kind: "projection" })])
      expect(aside[0]!.detail).toContain("too rude")
    })
  )

  scenario(
    "a replay of the whole Inbox writes nothing again",
    Effect.gen(function* () {
      const { chatState, crmState, turn, settle } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello, { ...hello, id: "m2", at: START + 200, text: "second" })
      yield* turn
      const inbox = yield* Inbox.Inbox
      expect(yield* inbox.reopen({ connection: "chat" })).toBe(2)
      yield* inbox.reopen({ connection: "crm" })
      yield* settle
      expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([1, 1])
    })
  )

  scenario(
    "nothing is written while a destination is observed",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      yield* (yield* Connections.Connections).update("crm", { mode: "observe" })
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      expect(entries()).toEqual([])
      yield* (yield* Connections.Connections).update("crm", { mode: "live" })
      yield* turn
      expect(entries()).toHaveLength(1)
    })
  )

  scenario(
    "marks are worked off",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      expect(yield* (yield* Dirty.Dirty).count).toBe(0)
    })
  )
})
