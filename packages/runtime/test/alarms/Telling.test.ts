import { Action, type Connector, VendorError } from "@interchannel/connector"
import { Own, Ref } from "@interchannel/domain"
import { Alarms, Connections, Leases, Store, StoreError } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, Either, Layer, Logger, LogLevel, type Scope, TestClock } from "effect"
import { describe, expect } from "vitest"
import type { AlarmOptions } from "../../src/configuration/Configuration.ts"
import * as Alarm from "../../src/alarms/Alarm.ts"
import type * as AlarmChannel from "../../src/alarms/AlarmChannel.ts"
import * as Dispatcher from "../../src/writing/Dispatcher.ts"
import * as Installation from "../../src/configuration/Installation.ts"
import * as Telling from "../../src/alarms/Telling.ts"
import * as Watch from "../../src/alarms/Watch.ts"
import { mailServer, SECRET, webhookReceiver } from "../receivers.ts"
import { chat, chatWorld } from "../sampleVendors/chat.ts"
import { START, world } from "../stages.ts"

const TELL_EVERY = Alarm.TELL_EVERY_MS

const load = (alarms: Readonly<Record<string, AlarmOptions>>, connector: Connector.Any = chat(chatWorld())) =>
  Installation.load({ connections: { chat: { connector, credentials: { secret: "s" } } }, alarms }, {})
const channelsOf = (alarms: Readonly<Record<string, AlarmOptions>>) => Either.getOrThrow(load(alarms)).alarms
const direct = (options: AlarmOptions) => channelsOf({ ops: options })[0] as AlarmChannel.Direct

const parked: Alarms.Alarm = { key: "crm parked", what: "crm: it stopped", remedy: "mend it", since: 0, seenAt: 0 }

const lease = Effect.flatMap(Leases.Leases, (leases) =>
  Effect.map(leases.take("ledger", "me", { now: 0, forMs: 1e15 }), (taken) => taken!)
)
const step = (channel: AlarmChannel.Direct) =>
  Effect.flatMap(lease, (held) => Telling.step(channel.name, Telling.directly(channel), held))

const quietly = Logger.minimumLogLevel(LogLevel.None)
const told = (promise: string, body: Effect.Effect<void, unknown, Store.Services | Scope.Scope>) =>
  it.scoped(
    promise,
    () => body.pipe(Effect.provide(Layer.mergeAll(Store.layerTemporary, quietly))) as Effect.Effect<void>
  )

describe("telling by webhook", () => {
  told(
    "is signed, happens once, says when it is over, and a restart repeats nothing",
    Effect.gen(function* () {
      const receiver = yield* webhookReceiver
      const alarms = yield* Alarms.Alarms
      const channel = direct({ webhook: receiver.url, secret: SECRET })
      yield* TestClock.setTime(START)
      yield* alarms.save([parked])
      yield* step(channel)
      yield* TestClock.adjust(TELL_EVERY)
      yield* step(channel)
      expect(receiver.posts).toMatchObject([
        { genuine: true, body: { subject: "interchannel: 1 problem", raised: [{ key: "crm parked" }] } }
      ])
      expect(receiver.posts[0]?.body.text).toContain("→ mend it")
      yield* alarms.save([{ ...parked, overAt: START + 1 }])
      yield* step(direct({ webhook: receiver.url, secret: SECRET }))
      yield* TestClock.adjust(TELL_EVERY)
      yield* step(channel)
      expect(receiver.posts.map(({ body }) => body.subject)).toEqual([
        "interchannel: 1 problem",
        "interchannel: all clear"
      ])
    })
  )

  told(
    "a flood is one message in five minutes",
    Effect.gen(function* () {
      const receiver = yield* webhookReceiver
      const alarms = yield* Alarms.Alarms
      const channel = direct({ webhook: receiver.url, secret: SECRET })
      yield* TestClock.setTime(START)
      for (let second = 0; second < 400; second += 10) {
        yield* alarms.save([{ ...parked, key: `k${second}` }])
        yield* step(channel)
        yield* TestClock.adjust("10 seconds")
      }
      expect(receiver.posts).toHaveLength(2)
      expect(receiver.posts[1]?.body.raised).toHaveLength(30)
    })
  )

  told(
    "what was refused is told again under the same id; it waits longer each time",
    Effect.gen(function* () {
      const receiver = yield* webhookReceiver
      const alarms = yield* Alarms.Alarms
      const channel = direct({ webhook: receiver.url, secret: SECRET })
      receiver.answers.push(500, 302, 401)
      yield* TestClock.setTime(START)
      yield* alarms.save([parked])
      yield* step(channel)
      yield* step(channel)
      expect(receiver.posts).toHaveLength(1)
      for (let round = 0; round < 2; round++) {
        yield* TestClock.adjust("10 seconds")
        yield* step(channel)
      }
      expect(yield* alarms.channels).toMatchObject([{ channel: "ops", failures: 3, why: "it answered 401" }])
      yield* TestClock.adjust("10 seconds")
      yield* step(channel)
      expect(receiver.posts).toHaveLength(4)
      expect(new Set(receiver.posts.map(({ id }) => id)).size).toBe(1)
      expect(yield* alarms.channels).toMatchObject([{ failures: 0 }])
    })
  )
})

describe("telling by mail", () => {
  told(
    "sends one plain mail with the remedy, marked as sent by a machine",
    Effect.gen(function* () {
      const server = yield* mailServer
      const channel = direct({ smtp: server.url, from: "interchannel@example.com", to: ["ops@example.com"] })
      yield* TestClock.setTime(START)
      yield* (yield* Alarms.Alarms).save([parked])
      yield* step(channel)
      expect(server.mails).toHaveLength(1)
      expect(server.mails[0]).toContain("Subject: interchannel: 1 problem")
      expect(server.mails[0]).toContain("Auto-Submitted: auto-generated")
      expect(server.mails[0]).toContain("crm: it stopped")
    })
  )

  told(
    "a server that does not answer is no secret told in the log",
    Effect.gen(function* () {
      const channel = direct({ smtp: "smtp://ada:secret@127.0.0.1:1", from: "a@example.com", to: "b@example.com" })
      yield* TestClock.setTime(START)
      yield* (yield* Alarms.Alarms).save([parked])
      yield* step(channel)
      const [state] = yield* (yield* Alarms.Alarms).channels
      expect(state).toMatchObject({ failures: 1, why: "the mail server did not take it (ESOCKET)" })
    })
  )
})

describe("telling through a connection", () => {
  const sender = (sent: Array<Action.Input<"SendMessage">>, failures: Array<VendorError.Reason>) => {
    const sendMessage = Action.SendMessage.with({
      idempotency: "none",
      batchMax: 1,
      write: Action.each((input) =>
        Effect.suspend(() => {
          const reason = failures.shift()
          if (reason !== undefined) return Effect.fail(VendorError.make("chat", "send", reason))
          sent.push(input)
          return Effect.succeed({ ref: Ref.local("message", "1") })
        })
      )
    })
    return { ...chat(chatWorld()), actions: [sendMessage], capabilities: { SendMessage: true } } as Connector.Any
  }

  told(
    "asks for one message at a time; what happens while it cannot be sent is told in the next",
    Effect.gen(function* () {
      const { runningOf } = yield* world()
      const sent: Array<Action.Input<"SendMessage">> = []
      const failures = [new VendorError.RateLimited({ retryAfterMs: 3_600_000 })]
      const connector = sender(sent, failures)
      const options: AlarmOptions = { connection: "chat", conversation: "channel/C1" }
      const [channel] = Either.getOrThrow(load({ chat: options }, connector)).alarms as [AlarmChannel.ViaConnection]
      const running = { ...runningOf("chat"), installed: { ...runningOf("chat").installed, connector } }
      const held = yield* lease
      const minute = Effect.gen(function* () {
        yield* Telling.ask(channel, held)
        yield* Dispatcher.send(running, { own: Own.none, destinations: [], titleOf: String })
        yield* TestClock.adjust("1 minute")
      })
      const alarms = yield* Alarms.Alarms
      yield* alarms.save([parked])
      for (let minutes = 0; minutes < 50; minutes++) {
        yield* minute
        if (minutes === 10) yield* alarms.save([{ ...parked, key: "chat behind", what: "chat: it lags" }])
      }
      expect(sent).toEqual([])
      for (let minutes = 0; minutes < 30; minutes++) yield* minute
      expect(sent.map(({ conversation }) => conversation?.id)).toEqual(["C1", "C1"])
      expect(sent.map(({ text }) => [text.includes("it stopped"), text.includes("it lags")])).toEqual([
        [true, false],
        [false, true]
      ])
      expect(sent[0]?.subject).toBe("interchannel: 1 problem")
    })
  )

  told(
    "one that may or may not have arrived is not sent again, and doctor says what to do about it",
    Effect.gen(function* () {
      const { runningOf, control } = yield* world()
      const sent: Array<Action.Input<"SendMessage">> = []
      const connector = sender(sent, [new VendorError.Unavailable({ detail: "the answer was lost", uncertain: true })])
      const options: AlarmOptions = { connection: "chat", conversation: "channel/C1" }
      const [channel] = Either.getOrThrow(load({ chat: options }, connector)).alarms as [AlarmChannel.ViaConnection]
      const running = { ...runningOf("chat"), installed: { ...runningOf("chat").installed, connector } }
      const held = yield* lease
      yield* (yield* Alarms.Alarms).save([parked])
      for (let minutes = 0; minutes < 20; minutes++) {
        yield* Telling.ask(channel, held)
        yield* Dispatcher.send(running, { own: Own.none, destinations: [], titleOf: String })
        yield* TestClock.adjust("1 minute")
      }
      expect(sent).toEqual([])
      const { connections } = yield* control.doctor
      const findings = connections.find(({ id }) => id === "chat")?.findings ?? []
      expect(findings.filter(({ key }) => key.includes("aside"))).toMatchObject([
        {
          severity: "problem",
          what: expect.stringContaining("OutcomeUnknown"),
          remedy: expect.stringContaining("interchannel quarantine replay")
        }
      ])
    })
  )
})

describe("the watch", () => {
  told(
    "raises what a look finds; while the store cannot be written it tells who needs no store, and when that is over",
    Effect.gen(function* () {
      const { installation } = yield* world()
      const alarms = yield* Alarms.Alarms
      const told: Array<string> = []
      const watched = {
        ...installation,
        alarms: channelsOf({ ops: { webhook: "https://example.com", secret: SECRET } })
      }
      const watch = yield* Effect.map(lease, (held) =>
        Watch.make(
          () => watched,
          held,
          () => (message) => Effect.sync(() => void told.push(message.text))
        )
      )
      yield* (yield* Connections.Connections).update("crm", { health: "parked", detail: "the token was revoked" })
      yield* watch
      expect((yield* alarms.all).map(({ key, what }) => [key, what])).toEqual([
        ["crm parked", "crm: it stopped: the token was revoked"]
      ])
      const full = new StoreError({ operation: "save alarms", reason: "full", detail: "no room" })
      const stuck = Effect.provideService(watch, Alarms.Alarms, { ...alarms, save: () => Effect.fail(full) })
      yield* stuck
      expect(told).toEqual([])
      for (let minute = 0; minute < 3; minute++) {
        yield* TestClock.adjust("1 minute")
        yield* stuck
      }
      expect(told).toHaveLength(1)
      expect(told[0]).toContain(
        "the store cannot be written; webhooks are answered with 503 and nothing else goes on: no room"
      )
      expect(told[0]).toContain("→ free room on its disk")
      yield* watch
      expect(told).toHaveLength(2)
      expect(told[1]).toContain("Over:")
    })
  )
})

describe("alarms in the configuration", () => {
  it("that cannot work are problems with a place and a remedy, and show no secret", () => {
    const loaded = load({
      "Not a name": { webhook: "https://example.com/x", secret: SECRET },
      both: { webhook: "https://example.com/x", secret: SECRET, smtp: "smtp://x" } as never,
      plain: { webhook: "http://example.com/token", secret: "short" },
      mail: { smtp: "mail.example.com", from: "nobody", to: [] },
      away: { connection: "pager", to: "ops@example.com" },
      mute: { connection: "chat", to: "ops@example.com" }
    })
    const problems = Either.getOrThrow(Either.flip(loaded))
    expect(problems.map(({ key }) => key)).toEqual([
      "alarms.Not a name",
      "alarms.both",
      "alarms.plain.webhook",
      "alarms.plain.secret",
      "alarms.mail.smtp",
      "alarms.mail.from",
      "alarms.mail.to",
      "alarms.away.connection",
      "alarms.mute.connection"
    ])
    expect(JSON.stringify(problems)).not.toContain("token")
    expect(problems.at(-1)?.what).toBe("Chat cannot send messages")
  })
})
