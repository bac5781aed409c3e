/** What a person was told to mend, and whether it still is to be mended. It outlives restarts, so nobody is told twice. */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Alarm {
  /** The same as long as it is about the same thing. */
  readonly key: string
  readonly what: string
  readonly remedy: string
  readonly since: Instant.Instant
  /** When it was last found to be so. */
  readonly seenAt: Instant.Instant
  /** It is so no more. */
  readonly overAt?: Instant.Instant
}

/** What one channel was told of one alarm. */
export interface Told {
  readonly alarm: string
  readonly channel: string
  /** The `since` of the alarm then: one that came back is told anew. */
  readonly since: Instant.Instant
  readonly at: Instant.Instant
  readonly over: boolean
}

/** How telling goes over one channel. */
export interface ChannelState {
  readonly channel: string
  readonly toldAt?: Instant.Instant
  /** In a row. */
  readonly failures: number
  readonly failedAt?: Instant.Instant
  readonly why?: string
}

export class Alarms extends Context.Tag("@interchannel/store/Alarms")<
  Alarms,
  {
    readonly all: Effect.Effect<ReadonlyArray<Alarm>, StoreError>
    readonly save: (alarms: ReadonlyArray<Alarm>) => Effect.Effect<void, StoreError>
    readonly told: (channel: string) => Effect.Effect<ReadonlyArray<Told>, StoreError>
    readonly tell: (told: ReadonlyArray<Told>) => Effect.Effect<void, StoreError>
    readonly channels: Effect.Effect<ReadonlyArray<ChannelState>, StoreError>
    readonly saveChannel: (state: ChannelState) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Alarms, never, Sql> = Layer.effect(
  Alarms,
  Effect.map(Sql, ({ sql, read, write }) => ({
    all: read(
      "list alarms",
      Effect.map(
        sql<StoredAlarm>`
          SELECT key, what, remedy, since, seen_at AS "seenAt", over_at AS "overAt" FROM alarm ORDER BY since, key`,
        (rows) => rows.map(({ overAt, ...row }): Alarm => (overAt === null ? row : { ...row, overAt }))
      )
    ),
    save: (alarms) =>
      write(
        "save alarms",
        eachPiece(
          alarms.map(({ seenAt, overAt, ...row }) => ({ ...row, seen_at: seenAt, over_at: overAt ?? null })),
          (piece) => sql`
            INSERT INTO alarm ${sql.insert(piece)}
            ON CONFLICT (key) DO UPDATE SET what = excluded.what, remedy = excluded.remedy, since = excluded.since,
              seen_at = excluded.seen_at, over_at = excluded.over_at`
        )
      ),
    told: (channel) =>
      read(
        "read what was told",
        Effect.map(
          sql<Omit<Told, "over"> & { readonly over: number }>`
            SELECT alarm, channel, since, told_at AS at, is_over AS over FROM alarm_told WHERE channel = ${channel}`,
          (rows) => rows.map((row) => ({ ...row, over: row.over === 1 }))
        )
      ),
    tell: (told) =>
      write(
        "note what was told",
        eachPiece(
          told.map(({ alarm, channel, since, at, over }) => ({
            alarm,
            channel,
            since,
            told_at: at,
            is_over: over ? 1 : 0
          })),
          (piece) => sql`
            INSERT INTO alarm_told ${sql.insert(piece)}
            ON CONFLICT (alarm, channel) DO UPDATE SET since = excluded.since, told_at = excluded.told_at,
              is_over = excluded.is_over`
        )
      ),
    channels: read(
      "list alarm channels",
      Effect.map(
        sql<StoredChannel>`SELECT channel, told_at, failures, failed_at, why FROM alarm_channel ORDER BY channel`,
        (rows) => rows.map(toChannel)
      )
    ),
    saveChannel: ({ channel, toldAt, failures, failedAt, why }) =>
      Effect.asVoid(
        write(
          "save alarm channel",
          sql`
            INSERT INTO alarm_channel ${sql.insert({
              channel,
              told_at: toldAt ?? null,
              failures,
              failed_at: failedAt ?? null,
              why: why ?? null
            })}
            ON CONFLICT (channel) DO UPDATE SET told_at = excluded.told_at, failures = excluded.failures,
              failed_at = excluded.failed_at, why = excluded.why`
        )
      )
  }))
)

// ---------------------------------------------------------------------------------------------------------------------

interface StoredAlarm extends Omit<Alarm, "overAt"> {
  readonly overAt: number | null
}

interface StoredChannel {
  readonly channel: string
  readonly told_at: number | null
  readonly failures: number
  readonly failed_at: number | null
  readonly why: string | null
}

const toChannel = (row: StoredChannel): ChannelState => ({
  channel: row.channel,
  failures: row.failures,
  ...(row.told_at === null ? {} : { toldAt: row.told_at }),
  ...(row.failed_at === null ? {} : { failedAt: row.failed_at }),
  ...(row.why === null ? {} : { why: row.why })
})
