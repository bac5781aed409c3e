/**
 * Tells a channel what it has to be told: one message at a time, noted once it was taken, so that a restart repeats none. A
 * Connection takes it by an entry in the ledger, in the same write as the note.
 */
import { Alarms, Database, type Leases, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Alarm from "./Alarm.ts"
import type { AlarmError } from "./AlarmError.ts"
import * as connection from "./connection.ts"
import * as mail from "./mail.ts"
import * as Message from "./Message.ts"
import * as webhook from "./webhook.ts"
import type { Direct, ViaConnection } from "./AlarmChannel.ts"
import { waitMs } from "../connections/Backoff.ts"
import type * as Loop from "../connections/Loop.ts"

export const LOOK_EVERY_MS = 10_000

export type Send = (message: Message.Message, now: number) => Effect.Effect<void, AlarmError>

/** Over the network, without any Connection. */
export const directly =
  (channel: Direct): Send =>
  (message, now) =>
    channel._tag === "Webhook" ? webhook.tell(channel, message, now) : mail.tell(channel, message)

export const step = (
  channel: string,
  send: Send,
  lease: Leases.Lease
): Effect.Effect<Loop.Next, StoreError, Alarms.Alarms | Database.Database> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { digest, state, restUntil } = yield* news(channel, now)
    if (digest === undefined) return { restUntil }
    const answer = yield* Effect.either(send(Message.of(digest, channel, now), now))
    yield* note(channel, digest, state, answer, lease)
    return { restUntil }
  })

/** Through a Connection. */
export const ask = (
  channel: ViaConnection,
  lease: Leases.Lease
): Effect.Effect<Loop.Next, StoreError, Alarms.Alarms | Database.Database | connection.Services> =>
  Effect.gen(function* () {
    const alarms = yield* Alarms.Alarms
    const database = yield* Database.Database
    const now = yield* Clock.currentTimeMillis
    const { name } = channel
    const { digest, restUntil } = yield* news(name, now)
    if (digest === undefined || (yield* connection.isOnItsWay(channel))) return { restUntil }
    yield* database.write(
      Effect.gen(function* () {
        yield* connection.ask(channel, Message.of(digest, name, now), now)
        yield* alarms.tell(Alarm.toldBy(digest, name, now))
        yield* alarms.saveChannel({ channel: name, toldAt: now, failures: 0 })
      }),
      { lease }
    )
    return { restUntil }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** What a channel has to be told now; absent: nothing, or not yet. */
const news = (channel: string, now: number) =>
  Effect.gen(function* () {
    const alarms = yield* Alarms.Alarms
    const state = (yield* alarms.channels).find((one) => one.channel === channel) ?? { channel, failures: 0 }
    const restUntil = now + LOOK_EVERY_MS
    const until = restsUntil(state, now)
    if (until !== undefined) return { state, restUntil: Math.min(until, restUntil) }
    const digest = Alarm.digest(yield* alarms.all, yield* alarms.told(channel), now)
    return Alarm.isEmpty(digest) ? { state, restUntil } : { digest, state, restUntil }
  })

const restsUntil = ({ toldAt, failedAt, failures }: Alarms.ChannelState, now: number): number | undefined => {
  const from = failures > 0 ? failedAt : toldAt
  const pauseMs = failures > 0 ? waitMs(failures) : Alarm.TELL_EVERY_MS
  // A time that lies ahead was taken from a clock that has been set back since.
  return from === undefined || from > now || from + pauseMs <= now ? undefined : from + pauseMs
}

const note = (
  channel: string,
  digest: Alarm.Digest,
  { toldAt, failures }: Alarms.ChannelState,
  answer: Either.Either<void, AlarmError>,
  lease: Leases.Lease
) =>
  Effect.gen(function* () {
    const alarms = yield* Alarms.Alarms
    const database = yield* Database.Database
    const at = yield* Clock.currentTimeMillis
    if (Either.isRight(answer)) {
      const told = Alarm.toldBy(digest, channel, at)
      const state = { channel, toldAt: at, failures: 0 }
      return yield* database.write(Effect.zipRight(alarms.tell(told), alarms.saveChannel(state)), { lease })
    }
    yield* Effect.logWarning(`${channel}: ${answer.left.message}`)
    const failed = { channel, failures: failures + 1, failedAt: at, why: answer.left.detail }
    yield* database.write(alarms.saveChannel(toldAt === undefined ? failed : { ...failed, toldAt }), { lease })
  })
