/**
 * Entries about other people that stand on a record of somebody who is erased, such as a call from the number of a household.
 * They are taken off before the record is forgotten, since nobody could name it then, and are planned anew after that.
 */
import { type Ledger, Pages, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { canRemove, type Installation } from "../configuration/Installation.ts"
import * as Desire from "../entries/Desire.ts"
import * as Subject from "../writing/Subject.ts"

/** Entries looked at in one read. */
const PAGE_MAX = 500

/** `records`: contact keys of those who are erased, whose own interactions are forgotten already. */
export const on = (
  records: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Projections.Projection>, StoreError, Ledger.Ledger | Projections.Projections> =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const found: Array<Projections.Projection> = []
    const page = (after: string) => projections.entriesOn(records, { after, limit: PAGE_MAX })
    yield* Pages.forEach({ limit: PAGE_MAX, page, keyOf: ({ key }) => key }, (rows) =>
      Effect.map(Subject.firstOfEach(rows.map(({ subject }) => subject)), (told) => {
        found.push(...rows.filter(({ subject }) => told.has(subject)))
      })
    )
    return found
  })

/** They are to leave those records, and are taken out where no other is left; answers whether any still stands there. */
export const takeOff = (
  entries: ReadonlyArray<Projections.Projection>,
  records: ReadonlyArray<string>,
  installation: Installation,
  now: number
): Effect.Effect<boolean, StoreError, Projections.Projections> =>
  Effect.gen(function* () {
    const theirs = new Set(records)
    const standing = entries.filter(
      (row) => Projections.placesOf(row).some((record) => theirs.has(record)) && canLeave(row, installation)
    )
    yield* (yield* Projections.Projections).desire(standing.map((row) => without(row, theirs, now)))
    return standing.length > 0
  })

// ---------------------------------------------------------------------------------------------------------------------

const without = (row: Projections.Projection, theirs: ReadonlySet<string>, now: number): Projections.Desired => {
  const { key, destination, verb, subject, lane, at, desired } = row
  const records = row.records.filter((record) => !theirs.has(record))
  if (desired === undefined || records.length === 0) return Desire.nothing(row, now)
  return { key, destination, verb, subject, lane, at, desired, records, state: "due", dueAt: now }
}

/** What a person holds there, or has to look at, is waited for by nobody. */
const canLeave = (row: Projections.Projection, installation: Installation): boolean =>
  row.state !== "held" &&
  row.state !== "quarantined" &&
  installation.connections.get(row.destination)?.destination !== undefined &&
  canRemove(installation, row)
