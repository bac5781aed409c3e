/** Which Person each contact belongs to. Ids are append-only history: a retired id redirects to the one that took over. */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, selectIn } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Member {
  readonly contact: string
  readonly person: string
}
export interface PersonRow {
  readonly id: string
  readonly createdAt: Instant.Instant
  /** Set when the id was retired by a merge. */
  readonly mergedInto?: string
  /** The contact that founded it; a split revives a retired id with its founder. */
  readonly founder: string
}

export interface PersonChanges {
  /** The handle keys under which a contact is found; replaces earlier ones. */
  readonly postings: ReadonlyArray<{ readonly contact: string; readonly keys: ReadonlyArray<string> }>
  readonly members: ReadonlyArray<Member>
  /** Contacts that belong to nobody any more. */
  readonly leavers: ReadonlyArray<string>
  readonly persons: ReadonlyArray<PersonRow>
}

export class Persons extends Context.Tag("@interchannel/store/Persons")<
  Persons,
  {
    /** Contacts found under each handle key, at most `capPerKey` of each. */
    readonly postings: (
      keys: ReadonlyArray<string>,
      capPerKey: number
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, StoreError>
    /** The handle keys that a contact is posted under. */
    readonly keysOf: (
      contacts: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, StoreError>
    readonly personOf: (contacts: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StoreError>
    readonly contactsOf: (
      persons: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, StoreError>
    readonly persons: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, PersonRow>, StoreError>
    readonly save: (changes: PersonChanges) => Effect.Effect<void, StoreError>
    /** Live ids only. */
    readonly count: Effect.Effect<number, StoreError>
  }
>() {}

/** Limited lists that one statement puts together; SQLite allows 500 of them. */
const LISTS_MAX = 100

export const layer: Layer.Layer<Persons, never, Sql> = Layer.effect(
  Persons,
  Effect.map(Sql, ({ sql, read, write }) => ({
    // A list a key: a handle shared by thousands costs no more than the cap.
    postings: (keys, capPerKey) => {
      const distinct = [...new Set(keys)]
      const chunks = Array.from({ length: Math.ceil(distinct.length / LISTS_MAX) }, (_, index) =>
        distinct.slice(index * LISTS_MAX, (index + 1) * LISTS_MAX)
      )
      const one = (key: string) =>
        sql`SELECT * FROM (SELECT handle AS key, contact AS value FROM posting WHERE handle = ${key} ORDER BY contact LIMIT ${capPerKey}) AS capped`
      return read(
        "read postings",
        Effect.map(
          Effect.forEach(chunks, (chunk) => sql<Pair>`${sql.join(" UNION ALL ", false)(chunk.map(one))}`),
          (lists) => grouped(lists.flat())
        )
      )
    },
    keysOf: (contacts) =>
      read(
        "read handle keys",
        Effect.map(
          selectIn(
            contacts,
            (list) => sql<Pair>`
              SELECT contact AS key, handle AS value FROM posting WHERE contact IN ${sql.in(list)} ORDER BY handle`
          ),
          grouped
        )
      ),
    personOf: (contacts) =>
      read(
        "read members",
        Effect.map(
          selectIn(
            contacts,
            (list) => sql<Pair>`SELECT contact AS key, person AS value FROM member WHERE contact IN ${sql.in(list)}`
          ),
          (pairs) => new Map(pairs.map(({ key, value }) => [key, value]))
        )
      ),
    contactsOf: (persons) =>
      read(
        "read contacts of persons",
        Effect.map(
          selectIn(
            persons,
            (list) => sql<Pair>`
              SELECT person AS key, contact AS value FROM member WHERE person IN ${sql.in(list)} ORDER BY contact`
          ),
          grouped
        )
      ),
    persons: (ids) =>
      read(
        "read persons",
        Effect.map(
          selectIn(
            ids,
            (list) => sql<StoredPerson>`
              SELECT id, created_at AS "createdAt", merged_into AS "mergedInto", founder FROM person
              WHERE id IN ${sql.in(list)}`
          ),
          (rows) =>
            new Map(
              rows.map(({ mergedInto, ...row }): readonly [string, PersonRow] => [
                row.id,
                mergedInto === null ? row : { ...row, mergedInto }
              ])
            )
        )
      ),
    save: ({ postings, members, leavers, persons }) =>
      write(
        "save persons",
        Effect.gen(function* () {
          const posted = new Map(postings.map(({ contact, keys }) => [contact, keys]))
          yield* eachPiece([...posted.keys()], (list) => sql`DELETE FROM posting WHERE contact IN ${sql.in(list)}`)
          yield* eachPiece(
            [...posted].flatMap(([contact, keys]) => [...new Set(keys)].map((handle) => ({ handle, contact }))),
            (piece) => sql`INSERT INTO posting ${sql.insert(piece)}`
          )
          yield* eachPiece(
            [...new Map(persons.map((person) => [person.id, person])).values()].map((person) => ({
              id: person.id,
              created_at: person.createdAt,
              merged_into: person.mergedInto ?? null,
              founder: person.founder
            })),
            (piece) => sql`
              INSERT INTO person ${sql.insert(piece)}
              ON CONFLICT (id) DO UPDATE SET merged_into = excluded.merged_into, founder = excluded.founder`
          )
          yield* eachPiece(leavers, (list) => sql`DELETE FROM member WHERE contact IN ${sql.in(list)}`)
          yield* eachPiece(
            [...new Map(members.map((member) => [member.contact, member])).values()].map(({ contact, person }) => ({
              contact,
              person
            })),
            (piece) => sql`
              INSERT INTO member ${sql.insert(piece)} ON CONFLICT (contact) DO UPDATE SET person = excluded.person`
          )
        })
      ),
    count: read(
      "count persons",
      Effect.map(
        sql<{ readonly count: number }>`SELECT count(*) AS count FROM person WHERE merged_into IS NULL`,
        ([row]) => row?.count ?? 0
      )
    )
  }))
)

interface Pair {
  readonly key: string
  readonly value: string
}
interface StoredPerson extends Omit<PersonRow, "mergedInto"> {
  readonly mergedInto: string | null
}

const grouped = (pairs: ReadonlyArray<Pair>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const lists = new Map<string, Array<string>>()
  for (const { key, value } of pairs) {
    const list = lists.get(key)
    if (list === undefined) lists.set(key, [value])
    else list.push(value)
  }
  return lists
}
