/**
 * Desired and delivered state of one subject in one destination; narrow rows, bodies are rendered when sent.
 *
 *   desired ≠ delivered ─► due ─► attempt (written ahead) ─► receipt: delivered := desired
 *                           │                            └─► quarantined | held (a person's word or hand)
 *                           └ waiting (no record yet) | observed (destination not approved)
 */
import type { ConnectionId, Instant, LocalRef } from "@interchannel/domain"
import type { Fragment } from "@effect/sql/Statement"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, pieces, selectIn } from "./Dialect.ts"
import * as receiptRows from "./projections/receipts.ts"
import * as rows from "./projections/rows.ts"
import * as transitions from "./projections/transitions.ts"
import { type Aside, Quarantine } from "./Quarantine.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import { StoreError } from "./StoreError.ts"
import { Uuid } from "./Uuid.ts"

/**
 * `SetFields`: what UpsertContact does to single fields of a record that stands there already. `SendMessage`: done once and
 * never again; what it says is in Messages.
 */
export type Verb = "AppendTimeline" | "ShowContext" | "UpsertContact" | "SetFields" | "SendMessage"

export interface Desired {
  /** Derived from (destination, verb, subject): the idempotency key as well. */
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly subject: string
  /** Hash of what should stand there; absent: nothing should. */
  readonly desired?: string
  /** Contact keys of the records it belongs on, sorted. */
  readonly records: ReadonlyArray<string>
  readonly state: "due" | "waiting" | "dropped"
  /** Why it waits or was dropped: `no record`, `record cap`, … */
  readonly why?: string
  readonly dueAt: Instant.Instant
  readonly lane: 0 | 1 | 2 | 3
  /** Time of the subject: entries are delivered in this order. */
  readonly at: Instant.Instant
}

export interface Projection extends Omit<Desired, "state"> {
  readonly state: "due" | "waiting" | "dropped" | "settled" | "held" | "quarantined"
  readonly delivered?: string
  /** Contact keys it was delivered to. */
  readonly deliveredRecords: ReadonlyArray<string>
  readonly ref?: LocalRef
  readonly url?: string
  /** Vendor-side fingerprints of our writes, the last 16; another one read back means that a person edited it. */
  readonly written: ReadonlyArray<string>
  readonly attempts: number
  /** In which form it stands there: an opaque name of the renderer. */
  readonly form?: string
  /** A person approved that it is written anew in today's form. */
  readonly rewrite?: true
  /** The record that we took out last. */
  readonly removed?: LocalRef
  /** An attempt was begun and its outcome is not known; it was sent at this time at the latest, unless its run ended. */
  readonly startedAt?: Instant.Instant
  /** The undo that it is, or was, taken back by. */
  readonly undo?: string
}

/** What one write did to a field, and why. `null`: nothing stood, or stands, there. */
export interface FieldChange {
  readonly field: string
  readonly before: string | null
  readonly after: string | null
  /** Where the value came from. */
  readonly source: ConnectionId
  /** The rule that decided, as a sentence. */
  readonly rule: string
}

/** How an attempt ended. */
export type Outcome =
  | {
      readonly _tag: "Delivered"
      readonly key: string
      readonly desired?: string
      readonly records: ReadonlyArray<string>
      readonly ref?: LocalRef
      readonly url?: string
      readonly written?: string
      readonly form?: string
      readonly found?: boolean
      readonly changes?: ReadonlyArray<FieldChange>
    }
  /** It stands as desired, or is to be left as it is; nothing was written. */
  | {
      readonly _tag: "Unneeded"
      readonly key: string
      readonly desired: string
      readonly records: ReadonlyArray<string>
    }
  | {
      readonly _tag: "Retry"
      readonly key: string
      readonly dueAt: Instant.Instant
      readonly why: string
      readonly uncertain: boolean
      /** What was sent may have reached the vendor as late as this. */
      readonly sentUntil?: Instant.Instant
    }
  | {
      readonly _tag: "Quarantined"
      readonly key: string
      /** In the vendor's own words. */
      readonly why: string
      readonly remedy: string
      /** One word for what is counted together; default `Impossible`. */
      readonly reason?: string
      /** What was refused, where it was written: when something else is wanted by now, that is tried instead. */
      readonly refused?: Pick<Desired, "desired" | "records">
      /** Nothing can tell what became of the attempt: when a person releases it, it is done as if for the first time. */
      readonly forgets?: true
    }
  | { readonly _tag: "Held"; readonly key: string; readonly why: string }

export interface Receipt {
  readonly id: string
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly at: Instant.Instant
  readonly before?: string
  readonly after?: string
  readonly ref?: LocalRef
  readonly why: string
  /** Something was written in the vendor. */
  readonly wrote: boolean
  /** What is common to the receipts of one round: the id of the first of them. */
  readonly batch?: string
  /** The undo that wrote it. */
  readonly undo?: string
  readonly changes?: ReadonlyArray<FieldChange>
}

/** Which writes. What is not given does not narrow. */
export interface WritesAsked {
  readonly destination?: ConnectionId
  readonly batch?: string
  readonly from?: Instant.Instant
  readonly until?: Instant.Instant
  /** Keyset: the id of the last receipt of the page before. */
  readonly after: string
  readonly limit: number
}

export interface Tally {
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly state: Projection["state"]
  readonly why?: string
  readonly count: number
}

/** `create`: nothing was delivered yet. `remove`: nothing should stand there any more. */
export interface DueByVerb {
  readonly verb: Verb
  readonly create: number
  readonly update: number
  readonly remove: number
}

export class Projections extends Context.Tag("@interchannel/store/Projections")<
  Projections,
  {
    /** Saves desired state. A row whose desired and records equal what was delivered becomes settled; held rows stay held. */
    readonly desire: (rows: ReadonlyArray<Desired>) => Effect.Effect<void, StoreError>
    readonly get: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Projection>, StoreError>
    /** By the record they wrote, or took out: echo and edits by hand are recognised so. */
    readonly byRef: (
      destination: ConnectionId,
      refs: ReadonlyArray<LocalRef>
    ) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    readonly ofSubject: (subject: string) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /**
     * Due now, urgent lanes first, then in order of their subject's time. With `records`, only rows on these contacts
     * (canary). `messages`: what is to be sent, instead of what is to stand in records.
     */
    readonly due: (options: {
      readonly destination: ConnectionId
      readonly now: Instant.Instant
      readonly limit: number
      readonly records?: ReadonlyArray<string>
      readonly messages?: true
    }) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    readonly nextDueAt: (destination: ConnectionId) => Effect.Effect<Instant.Instant | undefined, StoreError>
    /** Which of these rows are due and still as they were seen; the answer holds until the surrounding write ends. */
    readonly asSeen: (seen: ReadonlyArray<Projection>) => Effect.Effect<ReadonlySet<string>, StoreError>
    /** Writes ahead: the attempt is begun. */
    readonly begin: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Records how attempts ended, with a receipt for each write. */
    readonly finish: (outcomes: ReadonlyArray<Outcome>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** How many rows are in which state, and why. */
    readonly tally: Effect.Effect<ReadonlyArray<Tally>, StoreError>
    /** Distinct contact keys that due rows of a destination are on; for plan. */
    readonly recordCountDue: (destination: ConnectionId) => Effect.Effect<number, StoreError>
    /** What the due rows of a destination would do in its records, per verb. */
    readonly dueByVerb: (destination: ConnectionId) => Effect.Effect<ReadonlyArray<DueByVerb>, StoreError>
    readonly list: (options: {
      readonly destination: ConnectionId
      readonly state?: Projection["state"]
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /** Entries that stand in another form than this one, ascending, after `after`: what a rewrite would write anew. */
    readonly inOtherForm: (options: {
      readonly destination: ConnectionId
      readonly form: string
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly countInOtherForm: (destination: ConnectionId, form: string) => Effect.Effect<number, StoreError>
    /** What telling conversations instead of messages, or the other way round, would take out and write. */
    readonly countOfSwitch: (
      destination: ConnectionId,
      to: "message" | "conversation"
    ) => Effect.Effect<{ readonly remove: number; readonly create: number }, StoreError>
    /** A person approved it: these are written anew. What a hand changed stays as it is. */
    readonly rewrite: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Receipts of one projection, oldest first. */
    readonly receipts: (key: string) => Effect.Effect<ReadonlyArray<Receipt>, StoreError>
    /** Receipts of writes, oldest first, without what they changed. */
    readonly writes: (asked: WritesAsked) => Effect.Effect<ReadonlyArray<Receipt>, StoreError>
    /** These are to be taken back: whatever is desired meanwhile, they are Held once that is done. */
    readonly undo: (keys: ReadonlyArray<string>, undo: string, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Keys, ascending, of what was taken back by an undo and is Held since. */
    readonly undone: (
      undo: string,
      options: { readonly after: string; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Writes since `since`, for the cap per hour. */
    readonly writesSince: (destination: ConnectionId, since: Instant.Instant) => Effect.Effect<number, StoreError>
    /**
     * Another account took a destination's place: what people held there is held in it as well, and nothing else stands in
     * it. Works off at most `limit` rows and answers how many; receipts stay.
     */
    readonly handOver: (destination: ConnectionId, to: ConnectionId, limit: number) => Effect.Effect<number, StoreError>
    /** A held or quarantined row becomes due again. */
    readonly release: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
  }
>() {}

interface SwitchCount {
  readonly remove: number
  readonly create: number
}

export const layer: Layer.Layer<Projections, never, Sql | Uuid | Quarantine | Seal> = Layer.effect(
  Projections,
  Effect.gen(function* () {
    const { sql, read, write, signal } = yield* Sql
    const uuid = yield* Uuid
    const quarantine = yield* Quarantine
    const seal = yield* Seal
    const columns = sql.literal(rows.columns)

    /** Rows that leave quarantine leave its list as well. */
    const save = (before: ReadonlyMap<string, Projection>, after: ReadonlyArray<Projection>) =>
      Effect.gen(function* () {
        yield* rows.save(sql, before, after)
        yield* quarantine.remove(
          after
            .filter((row) => row.state !== "quarantined" && before.get(row.key)?.state === "quarantined")
            .map((row) => row.key)
        )
        if (after.some((row) => row.state === "due")) yield* signal("projection")
      })

    const finish = (outcomes: ReadonlyArray<Outcome>, at: Instant.Instant) =>
      Effect.gen(function* () {
        const before = yield* rows.find(
          sql,
          outcomes.map((outcome) => outcome.key),
          "to change"
        )
        const now = new Map(before)
        const finished: Array<transitions.Finished> = []
        for (const outcome of outcomes) {
          const row = now.get(outcome.key)
          if (row === undefined) return yield* unknown(outcome.key)
          const ended = transitions.finish(row, outcome, at)
          now.set(outcome.key, ended.row)
          finished.push(ended)
        }
        yield* save(before, [...now.values()])
        yield* receiptRows.save(sql, seal, finished, uuid.make)
        yield* quarantine.add(
          outcomes.flatMap((outcome) => {
            const connection = now.get(outcome.key)?.destination
            const isAside = now.get(outcome.key)?.state === "quarantined"
            return outcome._tag === "Quarantined" && isAside && connection !== undefined
              ? [aside(outcome, connection, at)]
              : []
          })
        )
      })

    const select = (where: Fragment, limit?: number) =>
      Effect.map(
        sql<rows.Stored>`
          SELECT ${columns} FROM projection p WHERE ${where} ${limit === undefined ? sql.literal("") : sql`LIMIT ${limit}`}`,
        (found) => found.map(rows.toProjection)
      )

    // The words of the partial indexes, so that they are used.
    const inState = (state: Projection["state"] | undefined) => {
      if (state === undefined) return sql`1 = 1`
      if (state === "due" || state === "settled") return sql.literal(`p.state = '${state}'`)
      return sql`p.state <> 'settled' AND p.state <> 'due' AND p.state = ${state}`
    }

    const otherForm = (destination: ConnectionId, form: string) => sql`
      p.destination = ${destination} AND p.state = 'settled' AND p.verb = 'AppendTimeline'
        AND p.delivered IS NOT NULL AND (p.form IS NULL OR p.form <> ${form})`

    const onlyOn = (records: ReadonlyArray<string>) => sql`
      p.key IN (SELECT projection FROM projection_record WHERE contact IN ${sql.in(records)}) AND NOT EXISTS (
        SELECT 1 FROM projection_record r WHERE r.projection = p.key AND r.contact NOT IN ${sql.in(records)})`

    return {
      desire: (wanted) =>
        write(
          "desire",
          Effect.gen(function* () {
            const last = new Map(wanted.map((row) => [row.key, row]))
            const before = yield* rows.find(sql, [...last.keys()], "to change")
            yield* save(
              before,
              [...last].map(([key, row]) => transitions.desire(before.get(key), row))
            )
          })
        ),
      get: (keys) => read("get projections", rows.find(sql, keys, "to read")),
      byRef: (destination, refs) =>
        read(
          "projections by ref",
          Effect.map(
            Effect.forEach([...new Set(refs.map(({ kind }) => kind))], (kind) =>
              selectIn(
                refs.filter((ref) => ref.kind === kind).map(({ id }) => id),
                (ids) =>
                  Effect.zipWith(
                    select(sql`p.destination = ${destination} AND p.ref_kind = ${kind} AND p.ref_id IN ${sql.in(ids)}`),
                    select(sql`
                      p.destination = ${destination} AND p.removed_kind = ${kind} AND p.removed_id IN ${sql.in(ids)}`),
                    (standing, removed) => [...standing, ...removed]
                  )
              )
            ),
            (lists) => lists.flat()
          )
        ),
      ofSubject: (subject) => read("projections of subject", select(sql`p.subject = ${subject} ORDER BY p.key`)),
      // The plus keeps the index on times out: a long backlog must come in order, not be sorted for each batch.
      due: ({ destination, now, limit, records, messages }) =>
        records?.length === 0
          ? Effect.succeed([])
          : read(
              "due projections",
              select(
                sql`p.destination = ${destination} AND p.state = 'due' AND +p.due_at <= ${now}
                  AND p.verb ${sql.literal(messages === true ? "=" : "<>")} 'SendMessage'
                  AND ${records === undefined ? sql`1 = 1` : onlyOn(records)} ORDER BY p.lane, p.at, p.key`,
                limit
              )
            ),
      nextDueAt: (destination) =>
        read(
          "next projection",
          Effect.map(
            sql<{ readonly at: number | null }>`
              SELECT MIN(due_at) AS at FROM projection WHERE destination = ${destination} AND state = 'due'`,
            ([row]) => row?.at ?? undefined
          )
        ),
      asSeen: (seen) =>
        write(
          "look again",
          Effect.map(
            rows.find(
              sql,
              seen.map(({ key }) => key),
              "to change"
            ),
            (now) => new Set(seen.filter((row) => transitions.isAsSeen(row, now.get(row.key))).map(({ key }) => key))
          )
        ),
      begin: (keys, at) =>
        write(
          "begin",
          eachPiece(
            keys,
            (list) =>
              sql`UPDATE projection SET started_at = ${at}, attempts = attempts + 1 WHERE key IN ${sql.in(list)}`
          )
        ),
      finish: (outcomes, at) => write("finish", finish(outcomes, at)),
      tally: read(
        "tally projections",
        Effect.map(
          sql<Omit<Tally, "why"> & { readonly why: string | null }>`
            SELECT destination, verb, state, why, count(*) AS count FROM projection
            GROUP BY destination, verb, state, why ORDER BY destination, verb, state, why`,
          (found) => found.map(({ why, ...tally }) => (why === null ? tally : { ...tally, why }))
        )
      ),
      recordCountDue: (destination) =>
        read(
          "count records due",
          Effect.map(
            sql<{ readonly count: number }>`
              SELECT count(DISTINCT r.contact) AS count FROM projection p
              JOIN projection_record r ON r.projection = p.key
              WHERE p.destination = ${destination} AND p.state = 'due'`,
            ([row]) => row?.count ?? 0
          )
        ),
      dueByVerb: (destination) =>
        read(
          "count due by verb",
          sql<DueByVerb>`
            SELECT verb, SUM(CASE WHEN desired IS NULL THEN 1 ELSE 0 END) AS remove,
              SUM(CASE WHEN desired IS NOT NULL AND delivered IS NULL THEN 1 ELSE 0 END) AS "create",
              SUM(CASE WHEN desired IS NOT NULL AND delivered IS NOT NULL THEN 1 ELSE 0 END) AS "update"
            FROM projection WHERE destination = ${destination} AND state = 'due' AND verb <> 'SendMessage' GROUP BY verb ORDER BY verb`
        ),
      list: ({ destination, state, after, limit }) =>
        read(
          "list projections",
          select(
            sql`p.destination = ${destination} AND p.key > ${after}
              AND ${inState(state)}
              ORDER BY p.key`,
            limit
          )
        ),
      inOtherForm: ({ destination, form, after, limit }) =>
        read(
          "list entries in another form",
          Effect.map(
            sql<{ readonly key: string }>`
              SELECT p.key FROM projection p WHERE ${otherForm(destination, form)} AND p.key > ${after}
              ORDER BY p.key LIMIT ${limit}`,
            (found) => found.map(({ key }) => key)
          )
        ),
      countInOtherForm: (destination, form) =>
        read(
          "count entries in another form",
          Effect.map(
            sql<{ readonly count: number }>`
              SELECT count(*) AS count FROM projection p WHERE ${otherForm(destination, form)}`,
            ([row]) => row?.count ?? 0
          )
        ),
      countOfSwitch: (destination, to) => {
        const standing = sql`p.destination = ${destination} AND p.state = 'settled' AND p.verb = 'AppendTimeline'
          AND p.delivered IS NOT NULL`
        return read(
          "count a switch",
          Effect.map(
            to === "conversation"
              ? sql<SwitchCount>`
                  SELECT count(*) AS remove, count(DISTINCT i.conversation) AS "create" FROM projection p
                  JOIN interaction i ON i.key = p.subject WHERE ${standing} AND i.conversation IS NOT NULL`
              : sql<SwitchCount>`
                  SELECT count(DISTINCT p.key) AS remove, count(*) AS "create" FROM projection p
                  JOIN interaction i ON i.conversation = p.subject WHERE ${standing} AND i.deleted = 0`,
            ([row]) => ({ remove: row?.remove ?? 0, create: row?.create ?? 0 })
          )
        )
      },
      rewrite: (keys, at) =>
        write(
          "rewrite",
          Effect.gen(function* () {
            const before = yield* rows.find(sql, keys, "to change")
            yield* save(
              before,
              [...before.values()].map((row) => transitions.rewrite(row, at))
            )
          })
        ),
      receipts: (key) => read("read receipts", receiptRows.of(sql, seal, key)),
      writes: (asked) => read("read writes", receiptRows.writes(sql, asked)),
      undo: (keys, undo, at) =>
        write(
          "undo",
          Effect.gen(function* () {
            const before = yield* rows.find(sql, keys, "to change")
            yield* save(
              before,
              [...before.values()].map((row) => transitions.undo(row, undo, at))
            )
          })
        ),
      undone: (undo, { after, limit }) =>
        read(
          "read what was undone",
          Effect.map(
            sql<{ readonly key: string }>`
              SELECT key FROM projection WHERE undo = ${undo} AND state = 'held' AND key > ${after}
              ORDER BY key LIMIT ${limit}`,
            (found) => found.map(({ key }) => key)
          )
        ),
      writesSince: (destination, since) =>
        read(
          "count writes",
          Effect.map(
            sql<{ readonly count: number }>`
              SELECT count(*) AS count FROM receipt
              WHERE destination = ${destination} AND written = 1 AND at >= ${since}`,
            ([row]) => row?.count ?? 0
          )
        ),
      handOver: (destination, to, limit) =>
        write(
          "hand over projections",
          Effect.gen(function* () {
            const found = yield* sql<{ readonly key: string; readonly state: Projection["state"] }>`
              SELECT key, state FROM projection WHERE destination = ${destination} ORDER BY key LIMIT ${limit}`
            const keys = found.map(({ key }) => key)
            const held = found.filter(({ state }) => state === "held").map(({ key }) => key)
            yield* quarantine.remove(found.filter(({ state }) => state === "quarantined").map(({ key }) => key))
            for (const piece of pieces(held)) yield* rows.carry(sql, piece, to)
            for (const piece of pieces(keys)) yield* rows.forget(sql, destination, piece)
            return found.length
          })
        ),
      release: (keys, at) =>
        write(
          "release",
          Effect.gen(function* () {
            const before = yield* rows.find(sql, keys, "to change")
            yield* save(
              before,
              [...before.values()].map((row) => transitions.release(row, at))
            )
          })
        )
    }
  })
)

const aside = (
  { key, why, remedy, reason = "Impossible" }: Extract<Outcome, { readonly _tag: "Quarantined" }>,
  connection: ConnectionId,
  at: Instant.Instant
): Aside => ({
  connection,
  kind: "projection",
  subject: key,
  detail: why,
  remedy,
  at,
  reason
})

const unknown = (key: string): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new StoreError({ operation: "finish", reason: "broken", detail: `there is no projection ${key}; desire it first` })
  )
