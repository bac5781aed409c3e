/**
 * A thousand messages over the real connectors, by the real daemon, while three calls in ten go wrong: none is said twice.
 * Where the vendor can be asked, none is lost either; where it cannot, what may have been said waits for a person.
 */
import { Email } from "@interchannel/connector-email"
import { startEmail } from "@interchannel/connector-email/emulator"
import { Slack } from "@interchannel/connector-slack"
import { startSlack } from "@interchannel/connector-slack/emulator"
import { Twilio } from "@interchannel/connector-twilio"
import { startTwilio } from "@interchannel/connector-twilio/emulator"
import type { EmulatorClock } from "@interchannel/connector/testing"
import { Key, Ref } from "@interchannel/domain"
import { Database, Messages, Projections } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { describe, expect, it } from "vitest"
import * as FaultyDaemon from "./FaultyDaemon.ts"

const DUE_EVERY_MS = 1_000
const WITHIN_MS = 300_000

interface Vendor extends FaultyDaemon.Vendor {
  readonly to: Pick<Messages.Message, "to" | "conversation">
  /** The text of each message that customers got. */
  readonly said: () => ReadonlyArray<string>
}
type Open = (clock: EmulatorClock.EmulatorClock) => Effect.Effect<Vendor, never, Scope.Scope>

const slack: Open = (clock) =>
  Effect.map(startSlack({ clock }), (emulator) => {
    const install = emulator.installs[0]!
    const channel = emulator.world.addChannel({ team: install.team, name: "operations", members: [] })
    return {
      emulator,
      connection: (line) => ({
        connector: { ...line.over(Slack), feeds: [], listeners: [] },
        credentials: { botToken: install.botToken, signingSecret: install.signingSecret },
        settings: { apiUrl: emulator.apiUrl }
      }),
      to: { conversation: Ref.local("channel", channel) },
      said: () => emulator.canonical().map(({ text }) => text)
    }
  })

const email: Open = (clock) =>
  Effect.map(startEmail({ clock }), (emulator) => {
    const { credentials, settings } = emulator.configured(emulator.accounts[0]!)
    return {
      emulator,
      connection: (line) => ({
        connector: { ...line.over(Email), feeds: [], listeners: [] },
        credentials: credentials as never,
        settings
      }),
      // A mail is several commands; what goes wrong goes wrong with the one that the call is named after.
      strikes: (operation) => operation,
      to: { to: { kind: "email", value: "oncall@example.org" } },
      said: () => emulator.canonical().map(({ text }) => text)
    }
  })

const twilio: Open = (clock) =>
  Effect.map(startTwilio({ clock }), (emulator) => {
    const account = emulator.accounts[0]!
    return {
      emulator,
      connection: (line) => ({
        connector: { ...line.over(Twilio), feeds: [] },
        credentials: { authToken: account.authToken },
        settings: { accountSid: account.sid, sender: account.numbers[0]!.number, apiUrl: emulator.url }
      }),
      to: { to: { kind: "phone", value: "+12025550155" } },
      said: () => emulator.canonical().flatMap((written) => (written.sort === "message" ? [written.text] : []))
    }
  })

const textOf = (index: number) => `message ${index}`
const keyOf = (index: number) => Key.derive("a", "test", String(index))
const textsOf = (sends: number) => Array.from({ length: sends }, (_, index) => textOf(index))

const ask =
  (texts: ReadonlyArray<string>) =>
  ({ to }: Vendor) =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      const messages = yield* Messages.Messages
      const projections = yield* Projections.Projections
      const wanted = texts.map((text, index) => {
        const dueAt = FaultyDaemon.START + index * DUE_EVERY_MS
        const key = keyOf(index)
        const row: Projections.Desired = {
          key,
          destination: "there",
          verb: "SendMessage",
          subject: "test",
          desired: key,
          records: [],
          state: "due",
          dueAt,
          lane: 0,
          at: dueAt
        }
        return { text, key, row }
      })
      yield* write(
        Effect.gen(function* () {
          for (const { key, text } of wanted)
            yield* messages.put(key, { ...to, subject: "Test", text }, FaultyDaemon.START)
          yield* projections.desire(wanted.map(({ row }) => row))
        })
      )
    })

describe("of 1,000 messages while three calls in ten go wrong", () => {
  it.each([
    { name: "Slack", open: slack, sends: 400 },
    { name: "E-mail", open: email, sends: 200 }
  ])(
    "each is said once over $name",
    async ({ name, open, sends }) => {
      const texts = textsOf(sends)
      const { vendor, line, aside, tally } = await FaultyDaemon.perform(name, open, ask(texts))
      expect(vendor.said().toSorted()).toEqual(texts.toSorted())
      expect(tally).toEqual([
        { destination: "there", verb: "SendMessage", state: "settled", count: sends, standing: sends }
      ])
      expect(aside).toEqual([])
      FaultyDaemon.expectFaults(line)
    },
    WITHIN_MS
  )

  it(
    "none is said twice over Twilio, and what may have been said is set aside",
    async () => {
      const texts = textsOf(400)
      const { vendor, line, aside } = await FaultyDaemon.perform("Twilio", twilio, ask(texts))
      const said = vendor.said()
      expect(new Set(said).size).toBe(said.length)
      expect(new Set(aside.map(({ reason }) => reason))).toEqual(new Set(["OutcomeUnknown"]))
      const doubtful = new Set(aside.map(({ subject }) => subject))
      const certain = texts.filter((_, index) => !doubtful.has(keyOf(index)))
      expect(certain.filter((text) => !said.includes(text))).toEqual([])
      // Of the doubtful some were said and some were not, which nobody but the vendor can tell.
      expect(said.length).toBeGreaterThan(certain.length)
      expect(said.length).toBeLessThan(texts.length)
      FaultyDaemon.expectFaults(line)
    },
    WITHIN_MS
  )
})
