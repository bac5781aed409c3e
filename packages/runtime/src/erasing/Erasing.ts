/**
 * Carries erasures out, one small write after another, until every system has its receipt:
 *
 *   people:  who they are, once all that had come is placed ─► ledger: interactions and their entries' desired state,
 *   then the contacts ─► raw: bodies that speak of them ─► entries: the Dispatcher takes them out of the destinations;
 *   what cannot be taken out is left to a person ─► done
 *
 * Whom a copy of the store brought back is not asked for once more but found by hashes, see `Again`.
 *
 * Each step can be repeated: what is gone already changes nothing. What turns out to be theirs later begins it again at
 * `ledger`, see `TurnedAway`.
 */
import { Database, Erasures, Inbox, type Leases, Persons, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Decode from "../ledger/Decode.ts"
import type { Installation } from "../configuration/Installation.ts"
import type * as Loop from "../connections/Loop.ts"
import * as Again from "./Again.ts"
import * as Forgetting from "./Forgetting.ts"
import * as Gathering from "./Gathering.ts"
import * as Mention from "./Mention.ts"
import * as Names from "./Names.ts"

export type Services = Inbox.Inbox | Forgetting.Services | Gathering.Services

/** Inbox rows looked at in one step. */
const RAW_MAX = 200
/** Entries on their way out are looked at this often. */
const LOOK_EVERY_MS = 2_000
const IDLE_MS = 30_000

export const step = (installation: Installation, lease: Leases.Lease): Effect.Effect<Loop.Next, StoreError, Services> =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    const now = yield* Clock.currentTimeMillis
    const open = (yield* erasures.all).filter(({ phase }) => phase !== "done")
    const outcomes = yield* Effect.forEach(open, (erasure) => stepOf(erasure, installation, lease))
    if (outcomes.includes("more")) return "more"
    return { restUntil: now + (open.length > 0 ? LOOK_EVERY_MS : IDLE_MS) }
  })

// ---------------------------------------------------------------------------------------------------------------------

const stepOf = (
  erasure: Erasures.Erasure,
  installation: Installation,
  lease: Leases.Lease
): Effect.Effect<Forgetting.Outcome, StoreError, Services> => {
  switch (erasure.phase) {
    case "again":
      return Again.step(erasure, installation, lease)
    case "people":
      return Gathering.step(erasure, installation, lease)
    case "ledger":
      return Forgetting.step(erasure, installation, lease)
    case "raw":
      return Effect.as(rawStep(erasure, installation, lease), "more")
    case "entries":
      return entriesStep(erasure, installation, lease)
    case "done":
      return Effect.succeed("wait")
  }
}

/** Goes through all that is kept raw: which rows told of somebody is known of the latest only. */
const rawStep = (erasure: Erasures.Erasure, installation: Installation, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    const inbox = yield* Inbox.Inbox
    const database = yield* Database.Database
    const ids = yield* erasures.rawIds(erasure.place, RAW_MAX)
    const last = ids.at(-1)
    if (last === undefined) {
      return yield* database.write(erasures.save({ ...erasure, phase: "entries", place: "" }), { lease })
    }
    const names = new Set(yield* erasures.names(erasure.id))
    const told = (yield* inbox.get(ids)).map((row) => ({ row, ...namesIn(row, installation) }))
    const away = yield* erasures.turnedAway([...new Set(told.flatMap(({ telling }) => telling))])
    const isTheirs = (name: string) => names.has(name) || away.get(name) === erasure.id
    // What today's code cannot read is searched as text.
    const traces = Names.tracesOf([...names]).map((trace) => trace.toLowerCase())
    const theirs = told
      .filter(({ row, telling, isAll }) => telling.some(isTheirs) || (!isAll && speaksOf(row, traces)))
      .map(({ row }) => row.id)
    yield* database.write(
      Effect.zipRight(
        erasures.forgetRaw(theirs),
        erasures.save({ ...erasure, place: last, raw: erasure.raw + theirs.length })
      ),
      { lease }
    )
  })

/** `isAll`: nothing in it is unknown to today's code. */
const namesIn = (row: Inbox.Row, installation: Installation) => {
  const installed = installation.connections.get(row.connection)
  const decoded = installed === undefined ? undefined : Decode.row(installed, row, installation.defaultRegion)
  const telling = (decoded?.outcomes ?? []).flatMap((outcome) =>
    "refetch" in outcome ? [] : Mention.telling(Mention.of(row.connection, outcome))
  )
  return { telling, isAll: decoded !== undefined && decoded.problems.length === 0 }
}

const speaksOf = ({ body }: Inbox.Row, traces: ReadonlyArray<string>): boolean => {
  const text = Buffer.from(body).toString("utf8").toLowerCase()
  return traces.some((trace) => text.includes(trace))
}

const entriesStep = (erasure: Erasures.Erasure, installation: Installation, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const at = yield* Clock.currentTimeMillis
    const due = (yield* erasures.receipts(erasure.id)).filter(({ state }) => state === "due")
    const rows = yield* projections.get(due.flatMap(({ projection }) => projection ?? []))
    const ended = due.flatMap((receipt): ReadonlyArray<Erasures.Receipt> => {
      const row = receipt.projection === undefined ? undefined : rows.get(receipt.projection)
      if (row === undefined || (row.delivered === undefined && row.state === "settled")) {
        return [{ ...receipt, state: "removed", at }]
      }
      const why = stuckBy(row, installation)
      return why === undefined ? [] : [{ ...receipt, state: "by hand", why, at }]
    })
    const placed = yield* (yield* Persons.Persons).members(yield* erasures.contacts(erasure.id))
    const isDone = ended.length === due.length && placed.size === 0
    yield* database.write(
      Effect.gen(function* () {
        yield* erasures.addReceipts(erasure.id, ended)
        yield* erasures.forgetProjections(ended.flatMap(({ projection }) => projection ?? []))
        if (!isDone) return
        yield* erasures.finish(erasure.id)
        yield* erasures.save({ ...erasure, phase: "done", doneAt: at })
      }),
      { lease }
    )
    return isDone ? ("more" as const) : ("wait" as const)
  })

/** Why nobody but a person will take it out; `undefined`: it is on its way. */
const stuckBy = (row: Projections.Projection, installation: Installation): string | undefined => {
  if (row.state === "quarantined" || row.state === "held") return row.why ?? "it could not be taken out"
  return installation.connections.get(row.destination)?.destination === undefined
    ? "it is no destination any more"
    : undefined
}
