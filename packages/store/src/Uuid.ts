/** UUIDv7 (RFC 9562): ids that sort by the time they were made, also within a millisecond, after a clock step and a restart. */
import { randomBytes } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export class Uuid extends Context.Tag("@interchannel/store/Uuid")<
  Uuid,
  {
    /** So many ids, ascending, all greater than any made before. */
    readonly make: (count: number) => Effect.Effect<ReadonlyArray<string>>
  }
>() {}

export type Random = (bytes: number) => Uint8Array

const POOL_BYTES = 8_192

/** The machine's randomness, fetched in advance: asking for each few bytes costs more than all else about an id. */
export const pooledRandom = (): Random => {
  let pool = new Uint8Array(0)
  let used = 0
  return (bytes) => {
    if (bytes > POOL_BYTES) return randomBytes(bytes)
    if (used + bytes > pool.length) {
      pool = randomBytes(POOL_BYTES)
      used = 0
    }
    used += bytes
    return pool.subarray(used - bytes, used)
  }
}

/** The 12 bits behind the time count up within a millisecond. */
const COUNTER_MAX = 0xfff
/** A fresh count starts below this, so that many ids fit into its millisecond. */
const COUNTER_START_MAX = 0xff

/** Answers ids for points in time; `after` is an id that all must exceed. */
export const generator = (random: Random, after?: string): ((now: number) => string) => {
  let time = after === undefined ? -1 : timeOf(after)
  let counter = after === undefined ? 0 : Number.parseInt(after.slice(15, 18), 16)
  return (now) => {
    const bytes = random(9)
    if (now > time) {
      time = now
      counter = (bytes[8] ?? 0) & COUNTER_START_MAX
    } else if (counter < COUNTER_MAX) counter += 1
    else {
      time += 1
      counter = 0
    }
    return format(time, counter, bytes)
  }
}

/** When it was made, milliseconds since 1970. */
export const timeOf = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)

/** Sorts before every id made at or after `time`. */
export const floor = (time: number): string => format(Math.max(0, time), 0, new Uint8Array(9))

/** Goes on after the greatest id that the database holds. */
export const layer = (random: Random = pooledRandom()): Layer.Layer<Uuid, StoreError, Sql> =>
  Layer.effect(
    Uuid,
    Effect.gen(function* () {
      const { sql, read } = yield* Sql
      const [last] = yield* read(
        "last id",
        sql<{ readonly id: string | null }>`
          SELECT MAX(id) AS id FROM (
            SELECT MAX(id) AS id FROM inbox UNION ALL
            SELECT MAX(id) AS id FROM part_revision UNION ALL
            SELECT MAX(id) AS id FROM receipt) AS ids`
      )
      const next = generator(random, last?.id ?? undefined)
      return {
        make: (count) => Effect.map(Clock.currentTimeMillis, (now) => Array.from({ length: count }, () => next(now)))
      }
    })
  )

const format = (time: number, counter: number, bytes: Uint8Array): string => {
  const ms = time.toString(16).padStart(12, "0")
  const tail = Buffer.from(bytes.subarray(0, 8))
  // The variant: the two highest bits are 10.
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80
  const hex = tail.toString("hex")
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${hex.slice(0, 4)}-${hex.slice(4)}`
}
