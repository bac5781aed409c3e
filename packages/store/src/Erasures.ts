/**
 * Erasures of people: what was asked, how far each is, and a receipt from every system. What names the erased (addresses,
 * numbers, records) stays as keyed hashes alone, so that it is recognised, and turned away, when a vendor shows it again.
 */
import type { ConnectionId, Instant, LocalRef } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, selectIn } from "./Dialect.ts"
import * as forgetting from "./erasures/forgetting.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * In this order: whom it is about, then what is known here, then what came in raw, then what stands in destinations. `again`
 * stands in for `people` where a copy of the store brought somebody back: who it is is known by the hashes alone.
 */
export type Phase = "again" | "people" | "ledger" | "raw" | "entries" | "done"

export interface Erasure {
  readonly id: string
  readonly askedAt: Instant.Instant
  readonly askedBy: string
  readonly phase: Phase
  /** How far the phase is; of `people`, whom was asked for; of `again`, the key that was looked at last. */
  readonly place: string
  readonly contacts: number
  readonly interactions: number
  readonly raw: number
  /** Items that told of them since, and went no further. */
  readonly turnedAway: number
  readonly doneAt?: Instant.Instant
}

/** One system's receipt for one record. */
export interface Receipt {
  readonly connection: ConnectionId
  /** `entry`: written by us, to be taken out. `record`: the vendor's own, which only its people may delete. */
  readonly kind: "entry" | "record"
  readonly ref: LocalRef
  readonly url?: string
  /** Of an entry. */
  readonly projection?: string
  readonly state: "due" | "removed" | "by hand"
  readonly why?: string
  readonly at: Instant.Instant
}

export class Erasures extends Context.Tag("@interchannel/store/Erasures")<
  Erasures,
  {
    readonly begin: (erasure: Erasure, contacts: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** All but how many were turned away, which others count beside it. */
    readonly save: (erasure: Erasure) => Effect.Effect<void, StoreError>
    readonly all: Effect.Effect<ReadonlyArray<Erasure>, StoreError>
    /** The contacts of an erasure under way; none once it is done. */
    readonly contacts: (id: string) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly addContacts: (id: string, contacts: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** Turns these names away from now on. In clear only until the erasure is done, as what to look for in raw bodies. */
    readonly turnAway: (
      id: string,
      of: "person" | "interaction",
      names: ReadonlyArray<string>
    ) => Effect.Effect<void, StoreError>
    readonly names: (id: string) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Which of these names are turned away, each with the erasure that it belongs to. */
    readonly turnedAway: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StoreError>
    /** So many items that told of somebody were turned away, by erasure. */
    readonly countTurnedAway: (items: ReadonlyMap<string, number>) => Effect.Effect<void, StoreError>
    /** Another word after each step that forgets something: what was read under one word is not saved under another. */
    readonly state: Effect.Effect<string, StoreError>
    /** Is anybody? Most installations erase nobody for months. */
    readonly isAnybody: Effect.Effect<boolean, StoreError>
    /**
     * Whoever has one of these names is welcome again under all of theirs; what they took part in before is not. Answers how
     * many names were turned away.
     */
    readonly readmit: (names: ReadonlyArray<string>) => Effect.Effect<number, StoreError>
    readonly addReceipts: (id: string, receipts: ReadonlyArray<Receipt>) => Effect.Effect<void, StoreError>
    readonly receipts: (id: string) => Effect.Effect<ReadonlyArray<Receipt>, StoreError>
    /** Removes everything that is known of these subjects; the projections of entries go with `forgetProjections`. */
    readonly forget: (keys: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    readonly forgetProjections: (keys: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** Removes Inbox rows with their bodies, whatever their state. */
    readonly forgetRaw: (ids: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    /** Ids of Inbox rows that were worked off, ascending. What is pending is turned away when its turn comes. */
    readonly rawIds: (after: string, limit: number) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Forgets what an erasure needed to know in clear. */
    readonly finish: (id: string) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Erasures, never, Sql | Seal> = Layer.effect(
  Erasures,
  Effect.gen(function* () {
    const { sql, read, write, signal } = yield* Sql
    const { digests } = yield* Seal

    const save = ({
      askedAt,
      askedBy,
      doneAt,
      turnedAway: _,
      ...rest
    }: Omit<Erasure, "turnedAway"> & Partial<Erasure>) => {
      const row = { ...rest, asked_at: askedAt, asked_by: askedBy, done_at: doneAt ?? null }
      return sql`
        INSERT INTO erasure ${sql.insert(row)}
        ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, place = excluded.place, contacts = excluded.contacts,
          interactions = excluded.interactions, raw = excluded.raw, done_at = excluded.done_at`
    }

    const addContacts = (erasure: string, contacts: ReadonlyArray<string>) =>
      eachPiece(
        contacts.map((contact) => ({ erasure, contact })),
        (piece) => sql`INSERT INTO erasure_contact ${sql.insert(piece)} ON CONFLICT (erasure, contact) DO NOTHING`
      )

    return {
      begin: (erasure, contacts) =>
        write(
          "begin an erasure",
          Effect.gen(function* () {
            yield* save(erasure)
            yield* addContacts(erasure.id, contacts)
            yield* signal("control")
          })
        ),
      save: (erasure) => Effect.asVoid(write("save an erasure", save(erasure))),
      all: read(
        "list erasures",
        Effect.map(
          sql<StoredErasure>`
            SELECT id, asked_at AS "askedAt", asked_by AS "askedBy", phase, place, contacts, interactions, raw,
              turned_away AS "turnedAway", done_at AS "doneAt" FROM erasure ORDER BY id`,
          (rows) => rows.map(({ doneAt, ...row }): Erasure => (doneAt === null ? row : { ...row, doneAt }))
        )
      ),
      contacts: (id) =>
        read(
          "contacts of an erasure",
          Effect.map(
            sql<{ readonly contact: string }>`
              SELECT contact FROM erasure_contact WHERE erasure = ${id} ORDER BY contact`,
            (rows) => rows.map(({ contact }) => contact)
          )
        ),
      addContacts: (id, contacts) => write("add to an erasure", addContacts(id, contacts)),
      turnAway: (id, of, names) =>
        write(
          "turn names away",
          Effect.gen(function* () {
            const distinct = [...new Set(names)]
            yield* eachPiece(
              distinct.map((name) => ({ hash: digests(name)[0] ?? "", erasure: id, of })),
              (piece) => sql`INSERT INTO erased ${sql.insert(piece)} ON CONFLICT (hash) DO NOTHING`
            )
            if ((yield* sql`SELECT 1 FROM erasure WHERE id = ${id} AND phase <> 'done'`).length === 0) return
            yield* eachPiece(
              distinct.map((name) => ({ erasure: id, name })),
              (piece) => sql`INSERT INTO erasure_name ${sql.insert(piece)} ON CONFLICT (erasure, name) DO NOTHING`
            )
          })
        ),
      names: (id) =>
        read(
          "names of an erasure",
          Effect.map(
            sql<{ readonly name: string }>`SELECT name FROM erasure_name WHERE erasure = ${id} ORDER BY name`,
            (rows) => rows.map(({ name }) => name)
          )
        ),
      turnedAway: (names) =>
        read(
          "look for erased names",
          Effect.gen(function* () {
            const byHash = new Map(names.flatMap((name) => digests(name).map((hash) => [hash, name] as const)))
            const found = yield* selectIn(
              byHash.keys(),
              (hashes) => sql<{ readonly hash: string; readonly erasure: string }>`
                SELECT hash, erasure FROM erased WHERE hash IN ${sql.in(hashes)}`
            )
            return new Map(found.map(({ hash, erasure }) => [byHash.get(hash) ?? "", erasure]))
          })
        ),
      countTurnedAway: (items) =>
        write(
          "count what was turned away",
          Effect.forEach(
            [...items].sort(),
            ([id, count]) => sql`UPDATE erasure SET turned_away = turned_away + ${count} WHERE id = ${id}`,
            { discard: true }
          )
        ),
      state: read(
        "how far erasures are",
        Effect.gen(function* () {
          const open = yield* sql`SELECT id, phase, interactions FROM erasure WHERE phase <> 'done' ORDER BY id`
          const done = yield* sql`SELECT count(*) AS count, max(done_at) AS at FROM erasure`
          return JSON.stringify([open, done])
        })
      ),
      isAnybody: read(
        "is anybody erased",
        Effect.map(sql`SELECT 1 FROM erased LIMIT 1`, (rows) => rows.length > 0)
      ),
      readmit: (names) =>
        write(
          "readmit",
          Effect.gen(function* () {
            const found = yield* selectIn(
              names.flatMap((name) => digests(name)),
              (hashes) => sql<{ readonly erasure: string }>`
                SELECT erasure FROM erased WHERE of = 'person' AND hash IN ${sql.in(hashes)}`
            )
            const lists = yield* selectIn(
              found.map(({ erasure }) => erasure),
              (ids) => sql`DELETE FROM erased WHERE of = 'person' AND erasure IN ${sql.in(ids)} RETURNING hash`
            )
            return lists.length
          })
        ),
      addReceipts: (id, receipts) =>
        write(
          "receipts of an erasure",
          eachPiece(
            lastOf(receipts).map(({ connection, kind, ref, url, projection, state, why, at }) => ({
              erasure: id,
              connection,
              kind,
              ref_kind: ref.kind,
              ref_id: ref.id,
              url: url ?? null,
              projection: projection ?? null,
              state,
              why: why ?? null,
              at
            })),
            (piece) => sql`
              INSERT INTO erasure_receipt ${sql.insert(piece)}
              ON CONFLICT (erasure, connection, kind, ref_kind, ref_id) DO UPDATE
              SET state = excluded.state, why = excluded.why, at = excluded.at`
          )
        ),
      receipts: (id) =>
        read(
          "read receipts of an erasure",
          Effect.map(
            sql<StoredReceipt>`
              SELECT connection, kind, ref_kind, ref_id, url, projection, state, why, at FROM erasure_receipt
              WHERE erasure = ${id} ORDER BY connection, kind, ref_kind, ref_id`,
            (rows) => rows.map(toReceipt)
          )
        ),
      forget: (keys) => write("forget subjects", forgetting.subjects(sql, keys)),
      forgetProjections: (keys) => write("forget projections", forgetting.projections(sql, keys)),
      forgetRaw: (ids) => write("forget raw bodies", forgetting.raw(sql, ids)),
      rawIds: (after, limit) =>
        read(
          "ids of raw rows",
          Effect.map(
            sql<{
              readonly id: string
            }>`SELECT id FROM inbox WHERE id > ${after} AND state <> 0 ORDER BY id LIMIT ${limit}`,
            (rows) => rows.map(({ id }) => id)
          )
        ),
      finish: (id) => write("finish an erasure", forgetting.erasure(sql, id))
    }
  })
)

// ---------------------------------------------------------------------------------------------------------------------

interface StoredErasure extends Omit<Erasure, "doneAt"> {
  readonly doneAt: number | null
}
interface StoredReceipt {
  readonly connection: ConnectionId
  readonly kind: Receipt["kind"]
  readonly ref_kind: string
  readonly ref_id: string
  readonly url: string | null
  readonly projection: string | null
  readonly state: Receipt["state"]
  readonly why: string | null
  readonly at: number
}

const toReceipt = (row: StoredReceipt): Receipt => ({
  connection: row.connection,
  kind: row.kind,
  ref: { kind: row.ref_kind, id: row.ref_id },
  ...(row.url === null ? {} : { url: row.url }),
  ...(row.projection === null ? {} : { projection: row.projection }),
  state: row.state,
  ...(row.why === null ? {} : { why: row.why }),
  at: row.at
})

/** One statement may touch a row only once. */
const lastOf = (receipts: ReadonlyArray<Receipt>): ReadonlyArray<Receipt> => [
  ...new Map(receipts.map((one) => [JSON.stringify([one.connection, one.kind, one.ref]), one])).values()
]
