/**
 * Looks at the installation now and then and keeps the alarms up to date. When the store itself cannot be written, nothing can
 * be kept: then the channels that need no store are told at once, and told again when it is over.
 */
import { Alarms, Database, type Leases, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Alarm from "./Alarm.ts"
import * as Message from "./Message.ts"
import * as AlarmChannel from "./AlarmChannel.ts"
import * as Checkup from "../health/Checkup.ts"
import * as Diagnosis from "../health/Diagnosis.ts"
import type { Installation } from "../configuration/Installation.ts"
import type * as Loop from "../connections/Loop.ts"
import * as Telling from "./Telling.ts"

const LOOK_EVERY_MS = 30_000

export type Services = Checkup.Services | Alarms.Alarms | Database.Database

/** One look a run. It remembers since when the store cannot be written, so an installation has one watch. */
export const make = (
  installation: () => Installation,
  lease: Leases.Lease,
  directly: (channel: AlarmChannel.Direct) => Telling.Send = Telling.directly
): Effect.Effect<Loop.Next, StoreError, Services> => {
  let stuck: Alarms.Alarm | undefined
  let told = false
  const tellAll = (digest: Alarm.Digest, now: number) =>
    Effect.forEach(
      installation().alarms.filter(AlarmChannel.isDirect),
      (channel) =>
        Effect.catchAll(directly(channel)(Message.of(digest, channel.name, now), now), (error) =>
          Effect.logError(`${channel.name}: ${error.message}`)
        ),
      { discard: true, concurrency: "unbounded" }
    )
  const cannotWrite = (error: StoreError, now: number) =>
    Effect.gen(function* () {
      stuck = { ...STUCK, what: `${STUCK.what}: ${error.detail}`, since: stuck?.since ?? now, seenAt: now }
      if (told || now - stuck.since < Alarm.RAISE_AFTER_MS) return
      told = true
      yield* tellAll({ raised: [stuck], still: [], over: [] }, now)
    })
  const writesAgain = (now: number) =>
    Effect.gen(function* () {
      const over = told ? stuck : undefined
      stuck = undefined
      told = false
      if (over !== undefined) yield* tellAll({ raised: [], still: [], over: [{ ...over, overAt: now }] }, now)
    })
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* Effect.matchEffect(look(installation(), lease, now), {
      onSuccess: () => writesAgain(now),
      onFailure: (error) =>
        error.reason === "fenced" ? Effect.fail(error) : Effect.zipRight(cannotWrite(error, now), log(error))
    })
    return { restUntil: now + LOOK_EVERY_MS }
  })
}

// ---------------------------------------------------------------------------------------------------------------------

const STUCK = {
  key: "store",
  what: "the store cannot be written; webhooks are answered with 503 and nothing else goes on",
  remedy: "free room on its disk or make it writable; the daemon goes on by itself"
}

const log = (error: StoreError) => Effect.logError(`${STUCK.what}; ${STUCK.remedy}`, error)

const look = (
  installation: Installation,
  lease: Leases.Lease,
  now: number
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const alarms = yield* Alarms.Alarms
    const database = yield* Database.Database
    const findings = Diagnosis.findingsOf(yield* Checkup.diagnose(installation))
    const changed = Alarm.observe(yield* alarms.all, findings, now)
    // Also when nothing changed: confirming the lease shows whether the store can be written.
    yield* database.write(alarms.save(changed), { lease })
  })
