/** What is read when a vendor is slow, refuses, forgets, or is begun anew. */
import { FeedWalk, VendorError } from "@interchannel/connector"
import { Checkpoints, Inbox, Quarantine } from "@interchannel/store"
import { Effect, Either, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Puller from "../../src/feeds/Puller.ts"
import * as Reading from "../../src/feeds/Reading.ts"
import * as Refetching from "../../src/feeds/Refetching.ts"
import type { Running } from "../../src/connections/Running.ts"
import { START, world } from "../stages.ts"
import { thinWorld } from "../thinVendor.ts"
import { scenario } from "../scenario.ts"

const DAY = 86_400_000
const message = (id: string, at: number, room: string) => ({ id, at, from: "ana", text: id, room })

describe("the Puller", () => {
  scenario(
    "many rooms that are always due: each is read, and the history gets on",
    Effect.gen(function* () {
      const { chatState, runningOf } = yield* world({ chat: { since: "90 days" } })
      chatState.rooms.splice(0, 1, ..."abcdefghij")
      const read = Puller.reader(runningOf("chat"), runningOf("chat").installed.connector.feeds[0]!)
      // Each call takes as long as the feed's whole cadence, so every room is due for news at every step.
      for (let step = 0; step < 60; step++) yield* Effect.zipRight(TestClock.adjust("1 seconds"), read)
      expect(new Set(chatState.reads.map(({ room }) => room)).size).toBe(10)
      const past = chatState.reads.filter(({ to }) => to < START - DAY)
      expect(past.length).toBeGreaterThan(5)
      expect(chatState.reads.length - past.length).toBeGreaterThan(40)
    })
  )

  scenario(
    "a room that cannot be read is set aside with the vendor's words and holds no other up; later it is read again",
    Effect.gen(function* () {
      const { chatState, runningOf } = yield* world()
      chatState.rooms.splice(0, 1, "closed", "open")
      chatState.closed.set("closed", new VendorError.Rejected({ code: "not_in_channel", detail: "invite the app" }))
      const read = Puller.reader(runningOf("chat"), runningOf("chat").installed.connector.feeds[0]!)
      yield* read
      yield* read
      expect(chatState.reads.map(({ room }) => room)).toEqual(["open"])
      const asides = (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(yield* asides).toEqual([expect.objectContaining({ kind: "page", reason: "Rejected" })])
      expect((yield* asides)[0]?.detail).toContain("invite the app")
      chatState.closed.clear()
      yield* TestClock.adjust("2 seconds")
      yield* read
      yield* read
      expect(chatState.reads.map(({ room }) => room)).toContain("closed")
      expect(yield* asides).toEqual([])
    })
  )

  scenario(
    "a feed without a room has nothing to read, and one that was never looked at has",
    Effect.gen(function* () {
      const { chatState, runningOf } = yield* world()
      chatState.rooms.splice(0)
      const { installed } = runningOf("chat")
      const status = Effect.gen(function* () {
        const places = yield* (yield* Checkpoints.Checkpoints).all
        return Reading.status(installed, START, places, START)[0]
      })
      expect(yield* status).toMatchObject({ partitions: 0, progress: 0 })
      const read = Puller.reader(runningOf("chat"), installed.connector.feeds[0]!)
      expect(yield* read).toMatchObject({ _tag: "Wait" })
      expect(yield* status).toMatchObject({ partitions: 0, progress: 1, lastReadAt: START })
      chatState.rooms.push("open")
      yield* TestClock.adjust("10 minutes")
      yield* read
      expect(yield* status).toMatchObject({ partitions: 1 })
      expect((yield* status)?.progress).toBeGreaterThan(0)
    })
  )

  scenario(
    "a room that fails for a while waits for itself while the others are read",
    Effect.gen(function* () {
      const { chatState, runningOf } = yield* world()
      chatState.rooms.splice(0, 1, "down", "up")
      chatState.closed.set("down", new VendorError.Unavailable({ detail: "500", uncertain: false }))
      const read = Puller.reader(runningOf("chat"), runningOf("chat").installed.connector.feeds[0]!)
      expect(Either.isLeft(yield* Effect.either(read))).toBe(true)
      yield* read
      expect(chatState.reads.map(({ room }) => room)).toEqual(["up"])
    })
  )

  scenario(
    "a reading that was under way does not undo that its feed was begun anew",
    Effect.gen(function* () {
      const { chatState, runningOf } = yield* world()
      const checkpoints = yield* Checkpoints.Checkpoints
      const feed = runningOf("chat").installed.connector.feeds[0]!
      const read = Puller.reader(runningOf("chat"), feed)
      yield* read
      chatState.messages.push(message("m", START + 1_500, "all"))
      yield* TestClock.adjust("2 seconds")
      const anew = JSON.stringify(FeedWalk.begin(feed))
      const place = { connection: "chat", feed: "messages", partition: "all" }
      const running = runningOf("chat")
      let calls = 0
      // The first call lists the rooms, the second one reads.
      const anewMeanwhile: Running["call"] = (effect) =>
        Effect.tap(running.call(effect), () =>
          ++calls === 2 ? Effect.orDie(checkpoints.save(place, anew, START)) : Effect.void
        )
      const slow = Puller.reader({ ...running, call: anewMeanwhile }, feed)
      yield* slow
      expect((yield* checkpoints.load("chat", "messages")).get("all")?.state).toBe(anew)
      expect((yield* (yield* Inbox.Inbox).counts)[0]?.pending).toBe(1)
    })
  )
})

describe("Refetching", () => {
  scenario(
    "only the vendor's word that an item is gone makes it so; a refusal is set aside",
    Effect.gen(function* () {
      const { answers, running, ask } = yield* thinWorld
      answers.set("refused", new VendorError.Rejected({ code: "403", detail: "not yours" }))
      answers.set("gone", new VendorError.Gone({ detail: "404" }))
      yield* ask("refused")
      yield* ask("gone")
      yield* Refetching.step(running)
      const rows = yield* (yield* Inbox.Inbox).pending(9)
      expect(rows.map(({ key }) => key)).toEqual(["gone"])
      const asides = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(asides).toEqual([expect.objectContaining({ reason: "Rejected", connection: "thin" })])
      expect(yield* Refetching.step(running)).toBe(0)
    })
  )

  scenario(
    "an item that keeps failing goes to the end of the line",
    Effect.gen(function* () {
      const { answers, running, ask } = yield* thinWorld
      answers.set("bad", new VendorError.Unavailable({ detail: "500", uncertain: false }))
      answers.set("good", { id: "good", at: 1 })
      yield* ask("bad")
      yield* TestClock.adjust("1 seconds")
      yield* ask("good")
      yield* TestClock.adjust("1 seconds")
      expect(Either.isLeft(yield* Effect.either(Refetching.step(running)))).toBe(true)
      yield* Effect.either(Refetching.step(running))
      expect((yield* (yield* Inbox.Inbox).pending(9)).map(({ key }) => key)).toEqual(["good"])
    })
  )
})

describe("a journal that forgot its cursor", () => {
  scenario(
    "the feeds that make up for it begin anew in the same write",
    Effect.gen(function* () {
      const { journal, running, people, journalFeed } = yield* thinWorld
      const readPeople = Puller.reader(running, people)
      const readJournal = Puller.reader(running, journalFeed)
      yield* readPeople
      yield* readJournal
      expect(yield* readPeople).toMatchObject({ _tag: "Wait" })
      journal.expired = true
      yield* TestClock.adjust("1 seconds")
      yield* readJournal
      const checkpoints = yield* Checkpoints.Checkpoints
      expect((yield* checkpoints.load("thin", "people")).get("all")?.state).toBe('{"shape":"snapshot"}')
    })
  )
})

describe("an item whose key cannot be told", () => {
  scenario(
    "is set aside and spoils nothing else on its page",
    Effect.gen(function* () {
      const { running, people, shown } = yield* thinWorld
      shown.push({ id: "keyless", at: 1 }, { id: "p", at: 1 })
      yield* Puller.reader(running, people)
      const rows = yield* (yield* Inbox.Inbox).pending(9)
      expect(rows).toHaveLength(2)
      expect(rows.map(({ key }) => key)).toContain("p")
    })
  )
})
