/**
 * Who is who: which Person each contact belongs to, and everything that the resolution by evidence keeps to decide it. Ids
 * are append-only history: a retired id redirects to the one that took over. Only the holder of the resolver's lease saves.
 */
import type { Instant } from "@interchannel/domain"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, selectIn } from "./Dialect.ts"
import * as models from "./persons/models.ts"
import * as reading from "./persons/reading.ts"
import type { Changes, DecisionRow, EventRow, Found, Member, PersonRow, Wanted } from "./persons/rows.ts"
import * as writing from "./persons/writing.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import { Uuid } from "./Uuid.ts"

export type { ModelRow } from "./persons/models.ts"
export type { Changes, DecisionRow, EventRow, Found, Member, PersonRow, Wanted } from "./persons/rows.ts"

/** Two contacts that may be one person. */
export interface Pair {
  readonly a: string
  readonly b: string
  readonly bits: number
}

export class Persons extends Context.Tag("@interchannel/store/Persons")<
  Persons,
  {
    /** Where contacts were placed; a contact that was not placed yet is absent. */
    readonly members: (contacts: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Member>, StoreError>
    /** The contacts of persons, sorted. */
    readonly membersOf: (
      persons: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<Member>>, StoreError>
    /** Retired ids as well. */
    readonly persons: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, PersonRow>, StoreError>
    /** Live ids only. */
    readonly count: Effect.Effect<number, StoreError>
    /** Contacts found under each posting key, sorted, at most `limit` of each. */
    readonly postings: (
      keys: ReadonlyArray<number>,
      limit: number
    ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<string>>, StoreError>
    /** All contacts found under one posting key, in the order of their keys, behind `after`. */
    readonly posting: (options: {
      readonly key: number
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** What became of a person, newest first, from before the event `before` on. */
    readonly history: (
      person: string,
      options: { readonly before?: string; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<EventRow & { readonly id: string }>, StoreError>
    /**
     * Pairs of `from` up to below `to` bits, both between -10 and 10: beyond that nobody is in doubt. Those that are not in
     * one sure group, likeliest first, behind `after`.
     */
    readonly pairs: (options: {
      readonly from: number
      readonly to: number
      readonly after?: Pair
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Pair>, StoreError>
    /** The rows that a cache over all this lacks; of each posting at most `postingMax` contacts. */
    readonly find: (wanted: Wanted, postingMax: number) => Effect.Effect<Found, StoreError>
    readonly save: (changes: Changes) => Effect.Effect<void, StoreError>
    /** Features of contacts in the order of their keys, behind `after`. */
    readonly features: (options: {
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Member & { readonly features: object }>, StoreError>
    /** Newest first. */
    readonly models: Effect.Effect<ReadonlyArray<models.ModelRow>, StoreError>
    readonly model: (
      name: string
    ) => Effect.Effect<(models.ModelRow & { readonly model: object }) | undefined, StoreError>
    /** Keeps a model that was made; of those there are, only the latest stay. */
    readonly keepModel: (
      model: Omit<models.ModelRow, "usedAt"> & { readonly model: object }
    ) => Effect.Effect<void, StoreError>
    /** It is put into use; kept longer than one that never was. */
    readonly useModel: (name: string, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** A named value that goes with all this: the name of the model in use, under what contacts were placed. */
    readonly state: (name: string) => Effect.Effect<unknown, StoreError>
    readonly setState: (name: string, data: unknown) => Effect.Effect<void, StoreError>
    /** Replaces a decision of the same id. */
    readonly decide: (decisions: ReadonlyArray<DecisionRow>) => Effect.Effect<void, StoreError>
    readonly decisions: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, DecisionRow>, StoreError>
    /** All of them, in the order of their ids, behind `after`. */
    readonly decisionPage: (options: {
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<DecisionRow>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Persons, never, Sql | Uuid> = Layer.effect(
  Persons,
  Effect.gen(function* () {
    const { sql, read, write } = yield* Sql
    const uuid = yield* Uuid
    return {
      members: (contacts) =>
        read(
          "read members",
          Effect.map(reading.members(sql, contacts), (rows) => new Map(rows.map((row) => [row.contact, row])))
        ),
      membersOf: (persons) =>
        read(
          "read members of persons",
          Effect.map(
            reading.membersOf(sql, persons),
            (rows) => new Map(Object.entries(Arr.groupBy(rows, ({ person }) => person!)))
          )
        ),
      persons: (ids) =>
        read(
          "read persons",
          Effect.map(reading.personsById(sql, ids), (rows) => new Map(rows.map((row) => [row.id, row])))
        ),
      // Both from narrow indexes.
      count: read(
        "count persons",
        Effect.map(
          sql<{ readonly count: number }>`
            SELECT (SELECT count(*) FROM person) -
              (SELECT count(*) FROM person WHERE merged_into IS NOT NULL OR emptied = 1) AS count`,
          ([row]) => row?.count ?? 0
        )
      ),
      postings: (keys, limit) => read("read postings", reading.postings(sql, keys, limit)),
      posting: ({ key, after, limit }) => read("read a posting", reading.posting(sql, key, after, limit)),
      history: (person, { before, limit }) => {
        const older = before === undefined ? sql`1 = 1` : sql`id < ${before}`
        return read(
          "read history",
          Effect.map(
            sql<StoredEvent>`
              SELECT id, at, person, other, data FROM person_event WHERE person = ${person} AND ${older}
              UNION SELECT id, at, person, other, data FROM person_event
              WHERE other IS NOT NULL AND other = ${person} AND ${older} ORDER BY id DESC LIMIT ${limit}`,
            (rows) => rows.map(toEvent)
          )
        )
      },
      pairs: ({ from, to, after, limit }) => {
        const behind =
          after === undefined
            ? sql`1 = 1`
            : sql`(e.bits < ${after.bits} OR (e.bits = ${after.bits} AND (e.a, e.b) > (${after.a}, ${after.b})))`
        return read(
          "read pairs",
          sql<Pair>`
            SELECT e.a, e.b, e.bits FROM edge e JOIN member ma ON ma.contact = e.a JOIN member mb ON mb.contact = e.b
            WHERE e.a < e.b AND e.bits > -10 AND e.bits < 10 AND e.bits >= ${from} AND e.bits < ${to} AND ${behind}
            AND NOT (ma.person IS NOT NULL AND mb.person IS NOT NULL AND ma.person = mb.person AND ma.sure = mb.sure)
            ORDER BY e.bits DESC, e.a, e.b LIMIT ${limit}`
        )
      },
      find: (wanted, postingMax) => read("read who is who", reading.find(sql, wanted, postingMax)),
      save: (changes) =>
        write(
          "save who is who",
          Effect.flatMap(uuid.make(changes.events.length), (ids) => writing.save(sql, changes, ids))
        ),
      features: ({ after, limit }) => read("read features", reading.features(sql, after, limit)),
      models: read("list models", models.list(sql)),
      model: (name) => read("read a model", models.get(sql, name)),
      keepModel: (model) => write("keep a model", models.keep(sql, model)),
      useModel: (name, at) => Effect.asVoid(write("use a model", models.used(sql, name, at))),
      state: (name) =>
        read(
          "read identity state",
          Effect.map(
            sql<{ readonly data: string }>`SELECT data FROM identity_state WHERE name = ${name}`,
            ([row]): unknown => (row === undefined ? undefined : JSON.parse(row.data))
          )
        ),
      setState: (name, data) =>
        Effect.asVoid(
          write(
            "save identity state",
            sql`
              INSERT INTO identity_state (name, data) VALUES (${name}, ${JSON.stringify(data)})
              ON CONFLICT (name) DO UPDATE SET data = excluded.data`
          )
        ),
      decide: (decisions) =>
        write(
          "save decisions",
          eachPiece(
            [...new Map(decisions.map((decision) => [decision.id, decision])).values()].map(
              ({ id, data, revoked }) => ({
                id,
                data: JSON.stringify(data),
                revoked: revoked === undefined ? null : JSON.stringify(revoked)
              })
            ),
            (piece) => sql`
              INSERT INTO decision ${sql.insert(piece)}
              ON CONFLICT (id) DO UPDATE SET data = excluded.data, revoked = excluded.revoked`
          )
        ),
      decisions: (ids) =>
        read(
          "read decisions",
          Effect.map(
            selectIn(
              ids,
              (list) => sql<StoredDecision>`SELECT id, data, revoked FROM decision WHERE id IN ${sql.in(list)}`
            ),
            (rows) => new Map(rows.map((row) => [row.id, toDecision(row)]))
          )
        ),
      decisionPage: ({ after, limit }) =>
        read(
          "list decisions",
          Effect.map(
            sql<StoredDecision>`
              SELECT id, data, revoked FROM decision WHERE id > ${after} ORDER BY id LIMIT ${limit}`,
            (rows) => rows.map(toDecision)
          )
        )
    }
  })
)

interface StoredDecision {
  readonly id: string
  readonly data: string
  readonly revoked: string | null
}
interface StoredEvent {
  readonly id: string
  readonly at: number
  readonly person: string
  readonly other: string | null
  readonly data: string
}

const toDecision = ({ id, data, revoked }: StoredDecision): DecisionRow => ({
  id,
  data: JSON.parse(data) as object,
  ...(revoked === null ? {} : { revoked: JSON.parse(revoked) as object })
})

const toEvent = ({ id, at, person, other, data }: StoredEvent): EventRow & { readonly id: string } => ({
  id,
  at,
  person,
  ...(other === null ? {} : { other }),
  data: JSON.parse(data) as object
})
