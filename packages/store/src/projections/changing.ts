/** Changes projections: what is desired of them, how attempts began and ended, to which destination they are handed over. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { pieces } from "../Dialect.ts"
import type { Desired, Outcome, Projection } from "../Projections.ts"
import type { Aside, Quarantine } from "../Quarantine.ts"
import type { Seal } from "../Seal.ts"
import type { Sql } from "../Sql.ts"
import { StoreError } from "../StoreError.ts"
import type { Uuid } from "../Uuid.ts"
import * as receiptRows from "./receipts.ts"
import * as rows from "./rows.ts"
import * as transitions from "./transitions.ts"

/** What a change of projections touches besides their own rows. */
export interface Tables extends Pick<Sql["Type"], "sql" | "signal"> {
  readonly uuid: Uuid["Type"]
  readonly quarantine: Quarantine["Type"]
  readonly seal: Seal["Type"]
}

export const desire = (tables: Tables, wanted: ReadonlyArray<Desired>) =>
  Effect.gen(function* () {
    const last = new Map(wanted.map((row) => [row.key, row]))
    const before = yield* rows.find(tables.sql, [...last.keys()], "to change")
    const after = [...last].map(([key, row]) => transitions.desire(before.get(key), row))
    yield* save(tables, before, after)
  })

/** Those of the keys that are there go through one transition. */
export const each = (tables: Tables, keys: ReadonlyArray<string>, to: (row: Projection) => Projection) =>
  Effect.gen(function* () {
    const before = yield* rows.find(tables.sql, keys, "to change")
    yield* save(tables, before, [...before.values()].map(to))
  })

export const asSeen = ({ sql }: Tables, seen: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const keys = seen.map(({ key }) => key)
    const now = yield* rows.find(sql, keys, "to change")
    return new Set(seen.filter((row) => transitions.isAsSeen(row, now.get(row.key))).map(({ key }) => key))
  })

export const begin = (tables: Tables, keys: ReadonlyArray<string>, at: Instant.Instant) =>
  each(tables, keys, (row) => transitions.begin(row, at))

export const finish = (tables: Tables, outcomes: ReadonlyArray<Outcome>, at: Instant.Instant) =>
  Effect.gen(function* () {
    const { sql, seal, uuid, quarantine } = tables
    const keys = outcomes.map(({ key }) => key)
    const before = yield* rows.find(sql, keys, "to change")
    const now = new Map(before)
    const finished: Array<transitions.Finished> = []
    for (const outcome of outcomes) {
      const row = now.get(outcome.key)
      if (row === undefined) return yield* unknown(outcome.key)
      const ended = transitions.finish(row, outcome, at)
      now.set(outcome.key, ended.row)
      finished.push(ended)
    }
    yield* save(tables, before, [...now.values()])
    yield* receiptRows.save(sql, seal, finished, uuid.make)
    yield* quarantine.add(
      outcomes.flatMap((outcome) => {
        const row = now.get(outcome.key)
        const isAside = outcome._tag === "Quarantined" && row?.state === "quarantined"
        return isAside ? [aside(outcome, row.destination, at)] : []
      })
    )
  })

export const handOver = ({ sql, quarantine }: Tables, destination: ConnectionId, to: ConnectionId, limit: number) =>
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

// ---------------------------------------------------------------------------------------------------------------------

/** Rows that leave quarantine leave its list as well. */
const save = (
  { sql, quarantine, signal }: Tables,
  before: ReadonlyMap<string, Projection>,
  after: ReadonlyArray<Projection>
) =>
  Effect.gen(function* () {
    yield* rows.save(sql, before, after)
    const left = after.filter(({ key, state }) => state !== "quarantined" && before.get(key)?.state === "quarantined")
    yield* quarantine.remove(left.map(({ key }) => key))
    if (after.some(({ state }) => state === "due")) yield* signal("projection")
  })

const aside = (
  { key, why, remedy, reason = "Impossible" }: Extract<Outcome, { readonly _tag: "Quarantined" }>,
  connection: ConnectionId,
  at: Instant.Instant
): Aside => ({ connection, kind: "projection", subject: key, detail: why, remedy, at, reason })

const unknown = (key: string): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new StoreError({ operation: "finish", reason: "broken", detail: `there is no projection ${key}; desire it first` })
  )
