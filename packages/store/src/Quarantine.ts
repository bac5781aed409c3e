/** What was set aside, why in the vendor's own words, and what would help. Nothing in here blocks anything else. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, selectIn } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Aside {
  readonly connection: ConnectionId
  /** What: `item` (an Inbox row), `projection` (a write), `page` (a place that cannot be read). */
  readonly kind: "item" | "projection" | "page"
  /** The Inbox id, the projection key, or the place. */
  readonly subject: string
  readonly reason: string
  readonly detail: string
  readonly remedy: string
  readonly at: Instant.Instant
}

export class Quarantine extends Context.Tag("@interchannel/store/Quarantine")<
  Quarantine,
  {
    /** One row a subject; setting it aside again updates the reason. */
    readonly add: (rows: ReadonlyArray<Aside>) => Effect.Effect<void, StoreError>
    readonly list: (options: {
      readonly connection?: ConnectionId
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Aside>, StoreError>
    readonly get: (subjects: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Aside>, StoreError>
    /** It was done after all, or a person let it go. */
    readonly remove: (subjects: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** How many, by reason, with the words of one of them. */
    readonly tally: Effect.Effect<ReadonlyArray<Tally>, StoreError>
  }
>() {}

export interface Tally {
  readonly connection: ConnectionId
  readonly reason: string
  readonly count: number
  readonly example: string
}

export const layer: Layer.Layer<Quarantine, never, Sql> = Layer.effect(
  Quarantine,
  Effect.map(Sql, ({ sql, read, write }) => ({
    add: (rows) => {
      const last = [...new Map(rows.map((row) => [row.subject, row])).values()]
      return write(
        "set aside",
        eachPiece(
          last.map(({ subject, connection, kind, reason, detail, remedy, at }) => ({
            subject,
            connection,
            kind,
            reason,
            detail,
            remedy,
            at
          })),
          (piece) => sql`
            INSERT INTO quarantine ${sql.insert(piece)}
            ON CONFLICT (subject) DO UPDATE
            SET reason = excluded.reason, detail = excluded.detail, remedy = excluded.remedy, at = excluded.at`
        )
      )
    },
    list: ({ connection, after, limit }) =>
      read(
        "list quarantine",
        sql<Aside>`
          SELECT subject, connection, kind, reason, detail, remedy, at FROM quarantine
          WHERE subject > ${after} AND ${connection === undefined ? sql`1 = 1` : sql`connection = ${connection}`}
          ORDER BY subject LIMIT ${limit}`
      ),
    get: (subjects) =>
      read(
        "read quarantine",
        selectIn(
          subjects,
          (list) => sql<Aside>`
            SELECT subject, connection, kind, reason, detail, remedy, at FROM quarantine
            WHERE subject IN ${sql.in(list)} ORDER BY subject`
        )
      ),
    remove: (subjects) =>
      write(
        "remove from quarantine",
        eachPiece(subjects, (piece) => sql`DELETE FROM quarantine WHERE subject IN ${sql.in(piece)}`)
      ),
    tally: read(
      "tally quarantine",
      sql<Tally>`
        SELECT connection, reason, count(*) AS count, MAX(detail) AS example FROM quarantine
        GROUP BY connection, reason ORDER BY connection, reason`
    )
  }))
)
