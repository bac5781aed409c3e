/**
 * A message through a Connection that can send some: a channel of the company's chat, a mailbox, a phone. It is asked for in
 * the ledger; the Dispatcher sends it at most once, and what became of it stands in its projection.
 */
import { Messages, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { ViaConnection } from "./AlarmChannel.ts"
import type { Message } from "./Message.ts"

export type Services = Messages.Messages | Projections.Projections

const LOOK_MAX = 100

/** Within a write, together with the note that it was told. */
export const ask = (
  { name, connection, addressee }: ViaConnection,
  { key, subject, text }: Message,
  now: number
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const messages = yield* Messages.Messages
    const projections = yield* Projections.Projections
    yield* messages.put(key, { ...addressee, subject, text: `${subject}\n\n${text}` }, now)
    yield* projections.desire([
      {
        key,
        destination: connection,
        verb: "SendMessage",
        subject: subjectOf(name),
        desired: key,
        records: [],
        state: "due",
        dueAt: now,
        lane: 0,
        at: now
      }
    ])
  })

/** One is on its way still; what has happened since is told in the next. */
export const isOnItsWay = ({ name, connection }: ViaConnection): Effect.Effect<boolean, StoreError, Services> =>
  Effect.gen(function* () {
    const { due } = yield* Projections.Projections
    const waiting = yield* due({
      destination: connection,
      now: Number.MAX_SAFE_INTEGER,
      limit: LOOK_MAX,
      messages: true
    })
    return waiting.some(({ subject }) => subject === subjectOf(name))
  })

// ---------------------------------------------------------------------------------------------------------------------

const subjectOf = (channel: string): string => `alarms ${channel}`
