/** Reads the rows that a cache over who-is-who asks for: a statement a table, whatever the number of keys. */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { selectIn } from "../Dialect.ts"
import type { Found, Member, PersonRow, Wanted } from "./rows.ts"

export const find = (sql: SqlClient, wanted: Wanted, postingMax: number) =>
  Effect.gen(function* () {
    return {
      contacts: yield* contacts(sql, wanted.contacts),
      persons: [...(yield* personsById(sql, wanted.persons)), ...(yield* personsByFounder(sql, wanted.founded))],
      members: yield* membersByPerson(sql, wanted.members),
      refined: yield* refined(sql, wanted.refined),
      postings: yield* postings(sql, wanted.postings, postingMax),
      edges: yield* edges(sql, wanted.edges),
      firstNames: yield* firstNames(sql, wanted.firstNames)
    } satisfies Found
  })

interface StoredMember {
  readonly contact: string
  readonly person: string | null
  readonly sure: string
}

export const toMember = ({ contact, person, sure }: StoredMember): Member =>
  person === null ? { contact, sure } : { contact, person, sure }

export const members = (sql: SqlClient, keys: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<StoredMember>`SELECT contact, person, sure FROM member WHERE contact IN ${sql.in(list)}`
    ),
    (rows) => rows.map(toMember)
  )

export const membersOf = (sql: SqlClient, persons: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      persons,
      (list) => sql<StoredMember>`
        SELECT contact, person, sure FROM member WHERE person IS NOT NULL AND person IN ${sql.in(list)}
        ORDER BY contact`
    ),
    (rows) => rows.map(toMember)
  )

export const personsById = (sql: SqlClient, ids: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(ids, (list) => sql<StoredPerson>`SELECT ${sql.literal(personColumns)} WHERE id IN ${sql.in(list)}`),
    (rows) => rows.map(toPerson)
  )

export const features = (sql: SqlClient, after: string, limit: number) =>
  Effect.map(
    sql<StoredFeatures>`
      SELECT contact, person, sure, features FROM member
      WHERE features IS NOT NULL AND contact > ${after} ORDER BY contact LIMIT ${limit}`,
    (rows) => rows.map(toFeatures)
  )

/** At most `limit` of each, sorted. */
export const postings = (sql: SqlClient, keys: ReadonlyArray<number>, limit: number) => {
  const distinct = [...new Set(keys)]
  const chunks = Array.from({ length: Math.ceil(distinct.length / LISTS_MAX) }, (_, index) =>
    distinct.slice(index * LISTS_MAX, (index + 1) * LISTS_MAX)
  )
  const one = (key: number) =>
    sql`SELECT * FROM (SELECT key, contact FROM posting WHERE key = ${key} ORDER BY contact LIMIT ${limit}) AS capped`
  return Effect.map(
    Effect.forEach(chunks, (chunk) => sql<Posting>`${sql.join(" UNION ALL ", false)(padded(chunk).map(one))}`),
    (lists) => {
      const found = new Map<number, Set<string>>()
      for (const { key, contact } of lists.flat()) found.set(key, (found.get(key) ?? new Set()).add(contact))
      return new Map([...found].map(([key, contacts]) => [key, [...contacts]]))
    }
  )
}

/** Those under one key, sorted, behind `after`. */
export const posting = (sql: SqlClient, key: number, after: string, limit: number) =>
  Effect.map(
    sql<Posting>`
      SELECT key, contact FROM posting WHERE key = ${key} AND contact > ${after} ORDER BY contact LIMIT ${limit}`,
    (rows) => rows.map(({ contact }) => contact)
  )

// ---------------------------------------------------------------------------------------------------------------------

/** Limited lists that one statement puts together; SQLite allows 500 of them. */
const LISTS_MAX = 64

interface Posting {
  readonly key: number
  readonly contact: string
}

/** Few sizes, so that the text is prepared once; a key that is asked for twice is found twice. */
const padded = (keys: ReadonlyArray<number>): ReadonlyArray<number> => {
  const size = 2 ** Math.ceil(Math.log2(keys.length))
  return [...keys, ...Array.from({ length: size - keys.length }, () => keys[0]!)]
}

interface StoredFeatures extends StoredMember {
  readonly features: string
}

const toFeatures = ({ features, ...row }: StoredFeatures) => ({
  ...toMember(row),
  features: JSON.parse(features) as object
})

const contacts = (sql: SqlClient, keys: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<StoredFeatures>`
        SELECT contact, person, sure, features FROM member
        WHERE features IS NOT NULL AND contact IN ${sql.in(list)}`
    ),
    (rows) => new Map(rows.map((row) => [row.contact, toFeatures(row)]))
  )

interface StoredPerson {
  readonly id: string
  readonly createdAt: number
  readonly founder: string
  readonly mergedInto: string | null
  readonly emptied: number
}

const personColumns = `id, created_at AS "createdAt", founder, merged_into AS "mergedInto", emptied FROM person`

const toPerson = ({ id, createdAt, founder, mergedInto, emptied }: StoredPerson): PersonRow => ({
  id,
  createdAt,
  founder,
  ...(mergedInto === null ? {} : { mergedInto }),
  ...(emptied === 1 ? { emptied: true } : {})
})

const personsByFounder = (sql: SqlClient, founders: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      founders,
      (list) => sql<StoredPerson>`SELECT ${sql.literal(personColumns)} WHERE founder IN ${sql.in(list)} ORDER BY id`
    ),
    (rows) => rows.map(toPerson)
  )

const membersByPerson = (sql: SqlClient, persons: ReadonlyArray<string>) =>
  Effect.map(membersOf(sql, persons), (rows) => {
    const found = new Map<string, Array<string>>()
    for (const { contact, person } of rows) {
      const list = found.get(person!)
      if (list === undefined) found.set(person!, [contact])
      else list.push(contact)
    }
    return found
  })

const refined = (sql: SqlClient, keys: ReadonlyArray<number>) =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<{ readonly key: number }>`SELECT key FROM posting_refined WHERE key IN ${sql.in(list)}`
    ),
    (rows) => new Set(rows.map(({ key }) => key))
  )

interface StoredEdge {
  readonly a: string
  readonly b: string
  readonly bits: number
}

const edges = (sql: SqlClient, keys: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(keys, (list) => sql<StoredEdge>`SELECT a, b, bits FROM edge WHERE a IN ${sql.in(list)} ORDER BY a, b`),
    (rows) => {
      const found = new Map<string, Map<string, number>>()
      for (const { a, b, bits } of rows) found.set(a, (found.get(a) ?? new Map<string, number>()).set(b, bits))
      return found
    }
  )

const firstNames = (sql: SqlClient, handles: ReadonlyArray<number>) =>
  Effect.map(
    selectIn(
      handles,
      (list) => sql<{ readonly handle: number; readonly names: number }>`
        SELECT handle, names FROM handle_names WHERE handle IN ${sql.in(list)}`
    ),
    (rows) => new Map(rows.map(({ handle, names }) => [handle, names]))
  )
