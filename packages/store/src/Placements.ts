/** What people said about the place of entries: not on this record; of several records of one person, this one. */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, selectIn } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

/** Whose word it is, and when it was given. */
export interface Word {
  readonly by: string
  readonly at: Instant.Instant
}

export class Placements extends Context.Tag("@interchannel/store/Placements")<
  Placements,
  {
    /** This entry is not to stand on these records; saying it again changes nothing. */
    readonly hold: (projection: string, contacts: ReadonlyArray<string>, word: Word) => Effect.Effect<void, StoreError>
    /** The entry may stand on them after all. */
    readonly release: (projection: string, contacts: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** The records that entries are held off and by whose word, for those that are held off any. */
    readonly heldOff: (
      projections: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyMap<string, Word>>, StoreError>
    /** Of the records that a person has in one system, entries go to this one. */
    readonly prefer: (contact: string, word: Word) => Effect.Effect<void, StoreError>
    readonly preferNot: (contacts: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** Which of these contacts were preferred. */
    readonly preferred: (contacts: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Placements, never, Sql> = Layer.effect(
  Placements,
  Effect.map(Sql, ({ sql, read, write }) => ({
    hold: (projection, contacts, { by, at }) =>
      write(
        "hold an entry",
        eachPiece(
          [...new Set(contacts)].map((contact) => ({ projection, contact, at, by_whom: by })),
          (piece) => sql`
            INSERT INTO entry_hold ${sql.insert(piece)} ON CONFLICT (projection, contact) DO NOTHING`
        )
      ),
    release: (projection, contacts) =>
      write(
        "release an entry",
        eachPiece(
          contacts,
          (piece) => sql`DELETE FROM entry_hold WHERE projection = ${projection} AND contact IN ${sql.in(piece)}`
        )
      ),
    heldOff: (projections) =>
      read(
        "read holds of entries",
        Effect.map(
          selectIn(
            projections,
            (list) => sql<Word & { readonly projection: string; readonly contact: string }>`
              SELECT projection, contact, by_whom AS "by", at FROM entry_hold WHERE projection IN ${sql.in(list)}`
          ),
          (rows) => {
            const held = new Map<string, Map<string, Word>>()
            for (const { projection, contact, by, at } of rows) {
              held.set(projection, (held.get(projection) ?? new Map<string, Word>()).set(contact, { by, at }))
            }
            return held
          }
        )
      ),
    prefer: (contact, { by, at }) =>
      write(
        "prefer a record",
        sql`
          INSERT INTO preferred_record ${sql.insert({ contact, at, by_whom: by })}
          ON CONFLICT (contact) DO UPDATE SET at = excluded.at, by_whom = excluded.by_whom`
      ),
    preferNot: (contacts) =>
      write(
        "prefer a record no more",
        eachPiece(contacts, (piece) => sql`DELETE FROM preferred_record WHERE contact IN ${sql.in(piece)}`)
      ),
    preferred: (contacts) =>
      read(
        "read preferred records",
        Effect.map(
          selectIn(
            contacts,
            (list) => sql<{ readonly contact: string }>`
              SELECT contact FROM preferred_record WHERE contact IN ${sql.in(list)}`
          ),
          (rows) => new Set(rows.map(({ contact }) => contact))
        )
      )
  }))
)
