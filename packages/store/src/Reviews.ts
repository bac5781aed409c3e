/**
 * Questions that only a person can answer, such as which of two values is right. One row a question, of whatever kind; what
 * it is about is sealed. Asking the same again changes nothing, and a question that was answered comes up anew only when
 * what it is about has changed.
 */
import { type ConnectionId, type Instant, Key } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { eachPiece, forUpdate, selectIn } from "./Dialect.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Question {
  /** Derived from what it is about, so that it is asked once. */
  readonly id: string
  /** What sort of question; it says how `body` is to be read. */
  readonly kind: string
  readonly destination: ConnectionId
  /** The key of what it is about: of a projection, of a contact. */
  readonly subject: string
  /** JSON data. */
  readonly body: unknown
}

export interface Review extends Question {
  readonly openedAt: Instant.Instant
  /** When it was asked last. */
  readonly seenAt: Instant.Instant
  /** What a person answered. */
  readonly choice?: string
  readonly decidedBy?: string
  readonly decidedAt?: Instant.Instant
}

export interface Tally {
  readonly kind: string
  readonly destination: ConnectionId
  readonly count: number
}

export class Reviews extends Context.Tag("@interchannel/store/Reviews")<
  Reviews,
  {
    readonly ask: (questions: ReadonlyArray<Question>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** They answered themselves. */
    readonly withdraw: (ids: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    readonly get: (id: string) => Effect.Effect<Review | undefined, StoreError>
    /** Open ones, in order of id. */
    readonly list: (options: {
      readonly after: string
      readonly limit: number
      readonly kind?: string
    }) => Effect.Effect<ReadonlyArray<Review>, StoreError>
    /** Answers whether it was open. */
    readonly decide: (
      id: string,
      decision: { readonly choice: string; readonly by: string; readonly at: Instant.Instant }
    ) => Effect.Effect<boolean, StoreError>
    /** Open ones. */
    readonly tally: Effect.Effect<ReadonlyArray<Tally>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Reviews, never, Sql | Seal> = Layer.effect(
  Reviews,
  Effect.gen(function* () {
    const { sql, read, write } = yield* Sql
    const { seal, open } = yield* Seal
    const columns = sql.literal(
      "id, kind, destination, subject, opened_at, seen_at, body, choice, decided_by, decided_at"
    )
    const toReviews = (rows: ReadonlyArray<Stored>) =>
      Effect.forEach(rows, ({ opened_at, seen_at, decided_by, decided_at, choice, body, ...row }) =>
        Either.map(
          open(rowName(row.id), body),
          (plain): Review => ({
            ...row,
            openedAt: opened_at,
            seenAt: seen_at,
            body: JSON.parse(plain.toString("utf8")),
            ...(choice === null ? {} : { choice }),
            ...(decided_by === null ? {} : { decidedBy: decided_by }),
            ...(decided_at === null ? {} : { decidedAt: decided_at })
          })
        )
      )
    return {
      ask: (questions, at) => {
        const last = [...new Map(questions.map((question) => [question.id, question])).values()]
        if (last.length === 0) return Effect.void
        return write(
          "ask for review",
          Effect.gen(function* () {
            const known = yield* selectIn(
              last.map(({ id }) => id),
              (ids) => sql<{ readonly id: string; readonly hash: string }>`
                SELECT id, hash FROM review WHERE id IN ${sql.in(ids)} ORDER BY id ${forUpdate(sql)}`
            )
            const hashes = new Map(known.map(({ id, hash }) => [id, hash]))
            const rows = last
              .map(({ id, kind, destination, subject, body }) => ({
                id,
                kind,
                destination,
                subject,
                opened_at: at,
                seen_at: at,
                hash: Key.contentHash(body),
                body: seal(rowName(id), Buffer.from(JSON.stringify(body)))
              }))
              .filter(({ id, hash }) => hashes.get(id) !== hash)
              .sort((a, b) => (a.id < b.id ? -1 : 1))
            yield* eachPiece(
              rows,
              (piece) => sql`
                INSERT INTO review ${sql.insert(piece)}
                ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, hash = excluded.hash, body = excluded.body,
                  opened_at = CASE WHEN review.choice IS NULL THEN review.opened_at ELSE excluded.opened_at END,
                  choice = NULL, decided_by = NULL, decided_at = NULL`
            )
          })
        )
      },
      withdraw: (ids) =>
        write(
          "withdraw reviews",
          eachPiece(ids, (piece) => sql`DELETE FROM review WHERE choice IS NULL AND id IN ${sql.in(piece)}`)
        ),
      get: (id) =>
        read(
          "read a review",
          Effect.map(
            Effect.flatMap(sql<Stored>`SELECT ${columns} FROM review WHERE id = ${id}`, toReviews),
            ([row]) => row
          )
        ),
      list: ({ after, limit, kind }) =>
        read(
          "list reviews",
          Effect.flatMap(
            sql<Stored>`
              SELECT ${columns} FROM review
              WHERE choice IS NULL AND id > ${after} AND ${kind === undefined ? sql`1 = 1` : sql`kind = ${kind}`}
              ORDER BY id LIMIT ${limit}`,
            toReviews
          )
        ),
      decide: (id, { choice, by, at }) =>
        write(
          "decide a review",
          Effect.map(
            sql`
              UPDATE review SET choice = ${choice}, decided_by = ${by}, decided_at = ${at}
              WHERE id = ${id} AND choice IS NULL RETURNING id`,
            (updated) => updated.length > 0
          )
        ),
      tally: read(
        "count reviews",
        sql<Tally>`
          SELECT kind, destination, count(*) AS count FROM review WHERE choice IS NULL
          GROUP BY kind, destination ORDER BY kind, destination`
      )
    }
  })
)

interface Stored {
  readonly id: string
  readonly kind: string
  readonly destination: ConnectionId
  readonly subject: string
  readonly opened_at: number
  readonly seen_at: number
  readonly body: Uint8Array
  readonly choice: string | null
  readonly decided_by: string | null
  readonly decided_at: number | null
}

const rowName = (id: string): string => `review ${id}`
