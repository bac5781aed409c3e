/** Tells a channel what it has to be told: one message at a time, noted once it was taken, so that a restart repeats none. */
import { Alarms, Database, type Leases, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Alarm from "./Alarm.ts"
import type { AlarmError } from "./AlarmError.ts"
import * as mail from "./mail.ts"
import * as Message from "./Message.ts"
import * as webhook from "./webhook.ts"
import type { Direct } from "./AlarmChannel.ts"
import { waitMs } from "../connections/Backoff.ts"
import type * as Loop from "../connections/Loop.ts"

export const LOOK_EVERY_MS = 10_000

/** `again`: the attempt before failed. */
export type Send = (message: Message.Message, now: number, again: boolean) => Effect.Effect<void, AlarmError>

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
    const alarms = yield* Alarms.Alarms
    const now = yield* Clock.currentTimeMillis
    const state = (yield* alarms.channels).find((one) => one.channel === channel) ?? { channel, failures: 0 }
    const restUntil = restsUntil(state, now)
    if (restUntil !== undefined) return { restUntil: Math.min(restUntil, now + LOOK_EVERY_MS) }
    const digest = Alarm.digest(yield* alarms.all, yield* alarms.told(channel), now)
    if (Alarm.isEmpty(digest)) return { restUntil: now + LOOK_EVERY_MS }
    const answer = yield* Effect.either(send(Message.of(digest, channel, now), now, state.failures > 0))
    yield* note(channel, digest, state, answer, lease)
    return { restUntil: now + LOOK_EVERY_MS }
  })

// ---------------------------------------------------------------------------------------------------------------------

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
