/**
 * The single fields that we keep in records: what their sources say and since when, what we wrote last, and what people
 * decided. One row for each record, under the key of its projection; sealed, since the values are people's.
 */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { eachPiece, forUpdate, selectIn } from "./Dialect.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

/** A write of ours. `null`: the field was emptied. */
export interface Written {
  readonly value: string | null
  /** What it stood at before. */
  readonly before: string | null
  readonly source: ConnectionId
  readonly at: Instant.Instant
}

export interface Turn {
  readonly at: Instant.Instant
  /** Of the value that was written. */
  readonly hash: string
  readonly source: ConnectionId
  /** Somebody else had changed what we wrote before. */
  readonly against: boolean
}

export interface FieldState {
  /** What each contact says, by its key, and since when it has been saying so. `null`: it was looked at, and says nothing. */
  readonly said?: Readonly<Record<string, { readonly value: string | null; readonly since: Instant.Instant }>>
  readonly written?: Written
  /** Our writes of the last while, oldest first: a field that flips is seen by them. */
  readonly turns?: ReadonlyArray<Turn>
  /** An attempt that was begun and whose outcome is not known. */
  readonly trying?: Written
  /** A person's choice between these two values. */
  readonly word?: { readonly theirs: string | null; readonly ours: string; readonly keep: "theirs" | "ours" }
  /** To be brought back to, as long as what we wrote stands there, or in any case. */
  readonly restore?: { readonly to: string | null; readonly expect: string | null; readonly force: boolean }
  /** It flips; nothing is written until a person decides. */
  readonly stoppedAt?: Instant.Instant
}

/** By the vendor's name of the field. */
export type RecordState = Readonly<Record<string, FieldState>>

/** A person's choice of a policy for one field of all records. It holds as long as the configuration stays as it was. */
export interface PolicyChoice {
  readonly destination: ConnectionId
  readonly field: string
  /** As JSON. */
  readonly policy: string
  readonly insteadOf: string
  readonly by: string
  readonly at: Instant.Instant
}

export class Fields extends Context.Tag("@interchannel/store/Fields")<
  Fields,
  {
    /** By the keys of projections. */
    readonly get: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, RecordState>, StoreError>
    /** Reads, changes and saves in one write. */
    readonly change: (
      keys: ReadonlyArray<string>,
      change: (key: string, before: RecordState) => RecordState
    ) => Effect.Effect<void, StoreError>
    readonly choices: Effect.Effect<ReadonlyArray<PolicyChoice>, StoreError>
    readonly choose: (choice: PolicyChoice) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Fields, never, Sql | Seal> = Layer.effect(
  Fields,
  Effect.gen(function* () {
    const { sql, read, write } = yield* Sql
    const { seal, open } = yield* Seal

    const find = (keys: ReadonlyArray<string>, lock: "to read" | "to change") =>
      Effect.gen(function* () {
        const rows = yield* selectIn(
          keys,
          (list) => sql<{ readonly projection: string; readonly body: Uint8Array }>`
            SELECT projection, body FROM record_field WHERE projection IN ${sql.in(list)}
            ORDER BY projection ${lock === "to change" ? forUpdate(sql) : sql.literal("")}`
        )
        const states = new Map<string, RecordState>()
        for (const { projection, body } of rows) {
          const opened = open(rowName(projection), body)
          if (Either.isLeft(opened)) return yield* opened.left
          states.set(projection, JSON.parse(opened.right.toString("utf8")) as RecordState)
        }
        return states
      })

    return {
      get: (keys) => read("read fields", find(keys, "to read")),
      change: (keys, change) =>
        write(
          "change fields",
          Effect.gen(function* () {
            const before = yield* find(keys, "to change")
            const rows = [...new Set(keys)].sort().flatMap((key) => {
              const was = before.get(key) ?? {}
              const is = change(key, was)
              const plain = JSON.stringify(is)
              return plain === JSON.stringify(was)
                ? []
                : [{ projection: key, body: seal(rowName(key), Buffer.from(plain)) }]
            })
            yield* eachPiece(
              rows,
              (piece) => sql`
                INSERT INTO record_field ${sql.insert(piece)}
                ON CONFLICT (projection) DO UPDATE SET body = excluded.body`
            )
          })
        ),
      choices: read(
        "read chosen policies",
        sql<PolicyChoice>`
          SELECT destination, field, policy, instead_of AS "insteadOf", decided_by AS "by", at FROM field_policy
          ORDER BY destination, field`
      ),
      choose: ({ destination, field, policy, insteadOf, by, at }) =>
        Effect.asVoid(
          write(
            "choose a policy",
            sql`
              INSERT INTO field_policy ${sql.insert({ destination, field, policy, instead_of: insteadOf, decided_by: by, at })}
              ON CONFLICT (destination, field) DO UPDATE SET policy = excluded.policy,
                instead_of = excluded.instead_of, decided_by = excluded.decided_by, at = excluded.at`
          )
        )
    }
  })
)

const rowName = (projection: string): string => `record_field ${projection}`
