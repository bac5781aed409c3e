/**
 * An entry leaves a record only after a while: who is who may turn out otherwise within minutes, and what is taken out and
 * written again is a new entry to everybody who watches. Once it is wanted where it stands, nothing is done. What a person
 * decided, and what a vendor deleted, is not waited for.
 */
import { Key } from "@interchannel/domain"
import { Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"

/** A record that arrives in pieces, and the next page of a feed, come within this time. */
export const PATIENCE_MS = 5 * 60_000

/** `isUrgent`: by the subject. */
export const wait = (
  desired: ReadonlyArray<Projections.Desired>,
  isUrgent: (subject: string) => boolean,
  now: number
): Effect.Effect<ReadonlyArray<Projections.Desired>, StoreError, Projections.Projections> =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const patient = desired.filter(
      ({ verb, state, subject }) => verb === "AppendTimeline" && state === "due" && !isUrgent(subject)
    )
    if (patient.length === 0) return desired
    const standing = yield* projections.get(patient.map(({ key }) => key))
    const leaving = new Set(patient.filter((row) => leaves(row, standing.get(row.key))).map(({ key }) => key))
    return desired.map((row) =>
      leaving.has(row.key) ? { ...row, dueAt: Math.max(row.dueAt, now + PATIENCE_MS) } : row
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Companies go with the policy, which a person changed. */
const leaves = ({ desired, records }: Projections.Desired, standing: Projections.Projection | undefined): boolean =>
  standing?.deliveredRecords.some(
    (record) => Key.isContact(record) && (desired === undefined || !records.includes(record))
  ) ?? false
