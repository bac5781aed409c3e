/**
 * From the Inbox to the ledger: reads pending rows, decodes them by today's code, folds their parts, marks which contacts
 * have to be placed and what has to be planned again. All of one batch is saved in one write with the rows' settling, so it happens once.
 */
import { Key, type LocalRef, Part } from "@interchannel/domain"
import {
  Arrivals,
  Checkpoints,
  Database,
  Dirty,
  Echoes,
  type Fields,
  type Erasures,
  Inbox,
  type Leases,
  Ledger,
  Persons,
  Projections,
  Quarantine,
  Reviews,
  type StoreError
} from "@interchannel/store"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as KeptQuestion from "../control/KeptQuestion.ts"
import * as Arriving from "../feeds/Arriving.ts"
import * as Decode from "./Decode.ts"
import * as Desire from "../entries/Desire.ts"
import * as Echo from "./Echo.ts"
import * as TurnedAway from "../erasing/TurnedAway.ts"
import * as Fold from "./Fold.ts"
import type { Installed } from "../configuration/Installation.ts"

/** Rows of one write; keeps it short. */
export const BATCH_MAX = 400

export interface Normalized {
  readonly rows: number
  readonly echoes: number
}

export type Services =
  | Arrivals.Arrivals
  | Checkpoints.Checkpoints
  | Database.Database
  | Dirty.Dirty
  | Echoes.Echoes
  | Fields.Fields
  | Erasures.Erasures
  | Inbox.Inbox
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections
  | Quarantine.Quarantine
  | Reviews.Reviews

export interface Options {
  readonly installed: (id: string) => Installed | undefined
  readonly defaultRegion: string | undefined
  readonly lease: Leases.Lease
}

/** Works off one batch; `rows: 0` when nothing was pending. */
export const step = (options: Options): Effect.Effect<Normalized, StoreError, Services> =>
  Effect.gen(function* () {
    const inbox = yield* Inbox.Inbox
    const rows = yield* inbox.pending(BATCH_MAX)
    if (rows.length === 0) return { rows: 0, echoes: 0 }
    return yield* Effect.catchAllCause(work(rows, options), (cause) => oneByOne(rows, cause, options))
  }).pipe(Effect.withSpan("normalize"))

/** What reading needs; nothing of it is changed by it. */
export type Reading = Erasures.Erasures | Fields.Fields | Ledger.Ledger | Projections.Projections

/** What these rows tell by today's code, folded against the ledger as it is, and not saved. */
export const rehearse = (
  rows: ReadonlyArray<Inbox.Row>,
  options: Pick<Options, "installed" | "defaultRegion">
): Effect.Effect<
  { readonly decoded: ReadonlyArray<Decode.Decoded>; readonly folded: Fold.Folded; readonly known: Fold.Known },
  StoreError,
  Reading
> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const decoded = rows.map((row) => decode(row, options))
    const { welcome } = yield* TurnedAway.sort(toldBy(decoded))
    const { news } = yield* Echo.sort(welcome, rulesOf(options))
    const before = yield* known(news)
    return { decoded, folded: Fold.fold(news, before, now), known: before }
  })

// ---------------------------------------------------------------------------------------------------------------------

const work = (rows: ReadonlyArray<Inbox.Row>, options: Options): Effect.Effect<Normalized, StoreError, Services> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const decoded = rows.map((row) => decode(row, options))
    const away = yield* TurnedAway.sort(toldBy(decoded))
    const sorted = yield* Echo.sort(away.welcome, rulesOf(options))
    const folded = Fold.fold(sorted.news, yield* known(sorted.news), now)
    yield* save({ decoded, away, sorted, folded, now, installed: options.installed, lease: options.lease })
    return { rows: rows.length, echoes: sorted.echoes }
  })

const rulesOf =
  ({ installed }: Pick<Options, "installed">) =>
  (connection: string) =>
    installed(connection)?.destination?.fields ?? []

/** A row that fails in a way that no waiting mends is set aside; the others of its batch go on. */
const oneByOne = (
  rows: ReadonlyArray<Inbox.Row>,
  cause: Cause.Cause<StoreError>,
  options: Options
): Effect.Effect<Normalized, StoreError, Services> => {
  if (!isDefect(cause)) return Effect.failCause(cause)
  const [first, ...others] = rows
  if (first === undefined) return Effect.succeed({ rows: 0, echoes: 0 })
  if (others.length === 0) return setAside(first, cause, options)
  const middle = Math.ceil(rows.length / 2)
  return Effect.map(
    Effect.forEach([rows.slice(0, middle), rows.slice(middle)], (half) =>
      Effect.catchAllCause(work(half, options), (why) => oneByOne(half, why, options))
    ),
    (halves) => ({ rows: rows.length, echoes: halves.reduce((sum, { echoes }) => sum + echoes, 0) })
  )
}

/** Not an interruption, not a lost lease, not a store that is away. */
const isDefect = (cause: Cause.Cause<StoreError>): boolean => {
  const failure = Option.getOrUndefined(Cause.failureOption(cause))
  return failure === undefined ? Cause.isDie(cause) && !Cause.isInterrupted(cause) : failure.reason === "broken"
}

const setAside = (row: Inbox.Row, cause: Cause.Cause<StoreError>, { lease }: Options) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const quarantine = yield* Quarantine.Quarantine
    const at = yield* Clock.currentTimeMillis
    yield* Effect.logError(`${row.source} ${row.key} cannot be taken into the ledger and is set aside`, cause)
    const words = Cause.prettyErrors(cause).map(({ message }) => message)
    const decoded: Decode.Decoded = { row, outcomes: [], problems: [`it cannot be saved: ${words.join("; ")}`] }
    yield* database.write(
      Effect.zipRight(quarantine.add([asideOf(decoded, at)]), inbox.settle([{ id: row.id, state: "quarantined" }])),
      { lease }
    )
    return { rows: 1, echoes: 0 }
  })

const decode = (
  row: Inbox.Row,
  { installed, defaultRegion }: Pick<Options, "installed" | "defaultRegion">
): Decode.Decoded => {
  const connection = installed(row.connection)
  return connection === undefined
    ? { row, outcomes: [], problems: ["its connection is not configured any more"] }
    : Decode.row(connection, row, defaultRegion)
}

const toldBy = (decoded: ReadonlyArray<Decode.Decoded>): ReadonlyArray<Fold.Told> =>
  decoded.flatMap(({ row, outcomes }) =>
    outcomes.flatMap((outcome) =>
      "refetch" in outcome ? [] : [{ connection: row.connection, part: outcome, inboxId: row.id, shown: isShown(row) }]
    )
  )

/** What a feed shows is there at this moment; a push may come late. */
const isShown = ({ source, contentType }: Inbox.Row): boolean =>
  source.startsWith("feed:") && contentType !== Decode.PARTS

const known = (told: ReadonlyArray<Fold.Told>): Effect.Effect<Fold.Known, StoreError, Ledger.Ledger> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const mentioned = Fold.keysOf(told)
    const participants = [...new Set(told.flatMap(participantKeys))]
    const resolve = yield* ledger.resolve([...new Set([...mentioned, ...participants])])
    const keys = [...new Set(mentioned.map((key) => resolve.get(key) ?? key))]
    return {
      resolve,
      parts: yield* ledger.parts(keys),
      contacts: yield* ledger.contacts(keys.filter(Key.isContact)),
      organizations: yield* ledger.organizations(keys.filter(Key.isOrganization)),
      interactions: yield* ledger.interactions(keys.filter(Key.isInteraction))
    }
  })

const participantKeys = ({ connection, part }: Fold.Told): ReadonlyArray<string> =>
  part.subject !== "interaction"
    ? []
    : (part.fields.participants ?? []).flatMap(({ contact }) =>
        contact === undefined ? [] : [Fold.keyOf(connection, "contact", contact)]
      )

interface Batch {
  readonly decoded: ReadonlyArray<Decode.Decoded>
  readonly away: TurnedAway.Sorted
  readonly sorted: Echo.Sorted
  readonly folded: Fold.Folded
  readonly now: number
  readonly installed: Options["installed"]
  readonly lease: Leases.Lease
}

const save = (batch: Batch): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const ledger = yield* Ledger.Ledger
    const dirty = yield* Dirty.Dirty
    const checkpoints = yield* Checkpoints.Checkpoints
    const projections = yield* Projections.Projections
    const echoes = yield* Echoes.Echoes
    const quarantine = yield* Quarantine.Quarantine
    const reviews = yield* Reviews.Reviews
    const refetches = yield* refetchesOf(batch)
    const doubled = yield* doubledBy(batch)
    const arrivals = yield* Arrivals.Arrivals
    const marks = marksOf(batch)
    const looksAt = yield* recordsOf(batch)
    const questions = yield* KeptQuestion.withinRoom(batch.sorted.questions)
    const brought = Arriving.tally(
      batch.decoded.map(({ row }) => row),
      batch.folded.changes.parts,
      batch.now
    )
    yield* database.write(
      Effect.gen(function* () {
        // Who was erased meanwhile is not let in; the rows are pending still and are sorted anew.
        if (!(yield* TurnedAway.isStill(batch.away))) return
        yield* TurnedAway.keep(batch.away)
        const { changes, dated } = batch.folded
        yield* ledger.save({ ...changes, contacts: [...changes.contacts, ...dated] })
        yield* projections.desire(doubled)
        yield* projections.finish(batch.sorted.observed, batch.now)
        yield* reviews.ask(questions, batch.now)
        yield* echoes.count(batch.sorted.counts)
        yield* dirty.mark([...marks, ...looksAt])
        yield* arrivals.add(brought)
        yield* checkpoints.wantRefetches(refetches)
        yield* quarantine.remove(batch.decoded.filter(isWell).map(({ row }) => row.id))
        yield* quarantine.add(batch.decoded.filter((one) => !isWell(one)).map((one) => asideOf(one, batch.now)))
        yield* inbox.settle(
          batch.decoded.map(({ row, problems }) => ({
            id: row.id,
            state: problems.length > 0 ? "quarantined" : "done"
          }))
        )
        yield* TurnedAway.forget(batch.away)
        if (refetches.length > 0) yield* database.signal("refetch")
      }),
      { lease: batch.lease }
    )
  })

/** What thin items ask to read again; strangers only while the ledger does not know them. */
const refetchesOf = ({ decoded, now }: Batch) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const asked = decoded.flatMap(({ row, outcomes }) =>
      outcomes.filter(Part.isRefetch).map((outcome) => ({ connection: row.connection, outcome }))
    )
    const strangers = asked.flatMap(({ connection, outcome }) =>
      outcome.unlessKnown === undefined ? [] : [Fold.keyOf(connection, "contact", outcome.unlessKnown)]
    )
    const resolved = yield* ledger.resolve([...new Set(strangers)])
    const known = yield* ledger.contacts([...new Set(resolved.values())])
    const isKnown = (connection: string, ref: LocalRef) => {
      const key = Fold.keyOf(connection, "contact", ref)
      return known.has(resolved.get(key) ?? key)
    }
    return asked
      .filter(
        ({ connection, outcome }) => outcome.unlessKnown === undefined || !isKnown(connection, outcome.unlessKnown)
      )
      .map(
        ({ connection, outcome }): Checkpoints.Refetch => ({
          connection,
          feed: outcome.refetch,
          partition: outcome.partition ?? "all",
          id: outcome.id,
          askedAt: now
        })
      )
  })

/** Two interactions turned out to be one: what was written of the one that gave way is taken back. */
const doubledBy = ({ folded, now }: Batch) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const ended = folded.moved.filter(({ from }) => Key.isInteraction(from))
    const written = yield* projections.ofSubjects(ended.map(({ from }) => from))
    return written.map((projection) => Desire.nothing(projection, now))
  })

const marksOf = ({ decoded, folded, now }: Batch): ReadonlyArray<Dirty.Mark> => {
  const lane = Math.min(3, ...decoded.map(({ row }) => row.lane)) as Dirty.Mark["lane"]
  const contacts = new Set([
    ...folded.changes.contacts.map(({ contact }) => contact.key),
    ...folded.moved.flatMap(({ from, to }) => (Key.isContact(from) ? [from, to] : []))
  ])
  const conversations = new Set(folded.changes.interactions.flatMap(({ conversation }) => conversation ?? []))
  return [
    ...folded.changes.interactions.map(({ interaction }) => ({ kind: "interaction" as const, key: interaction.key })),
    ...[...conversations].map((key) => ({ kind: "conversation" as const, key })),
    ...[...contacts].map((key) => ({ kind: "contact" as const, key }))
  ].map((mark) => ({ ...mark, dueAt: now, lane }))
}

/** In a field that we keep may stand something else now, though it looks as it did before we wrote there. */
const recordsOf = ({ folded, installed, now }: Batch) =>
  Effect.gen(function* () {
    const kept = folded.dated.filter(({ contact }) => rulesOf({ installed })(contact.connection).length > 0)
    const members = yield* (yield* Persons.Persons).members(kept.map(({ contact }) => contact.key))
    const persons = new Set([...members.values()].flatMap(({ person }) => person ?? []))
    return [...persons].map((key): Dirty.Mark => ({ kind: "record", key, dueAt: now, lane: 1 }))
  })

const isWell = ({ problems }: Decode.Decoded): boolean => problems.length === 0

const asideOf = ({ row, problems }: Decode.Decoded, at: number): Quarantine.Aside => ({
  connection: row.connection,
  kind: "item",
  subject: row.id,
  reason: "Malformed",
  detail: `${row.source} ${row.key}: ${problems.join("; ")}`,
  remedy: "fix the connector's schema or the record in the vendor, then `interchannel replay` the connection",
  at
})
