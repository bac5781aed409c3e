/**
 * What stands on a record that turned out to be somebody else's is taken back, also while its own customer has none. A
 * customer or record that was not placed yet, as while a ledger is rebuilt, says nothing: then what stands there stays.
 */
import { type Ledger, Persons, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { CustomersOf } from "../entries/Customers.ts"
import * as Desire from "../entries/Desire.ts"

/** Entries without a record of their own that stand on one are to be taken back. */
export const without = (
  desired: ReadonlyArray<Projections.Desired>,
  rows: ReadonlyArray<Ledger.InteractionRow>,
  customersOf: CustomersOf
): Effect.Effect<ReadonlyArray<Projections.Desired>, StoreError, Persons.Persons | Projections.Projections> =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const persons = yield* Persons.Persons
    const isPlaced = (row: Ledger.InteractionRow) => customersOf(row).every((customer) => customer.isPlaced)
    const doubtful = new Set(rows.filter((row) => !isPlaced(row)).flatMap(subjectsOf))
    const homeless = desired.filter(
      ({ verb, state, subject }) => verb === "AppendTimeline" && state !== "due" && !doubtful.has(subject)
    )
    if (homeless.length === 0) return desired
    const planned = yield* projections.get(homeless.map(({ key }) => key))
    const places = [...planned.values()].map((projection) => ({ projection, records: placesNow(projection) }))
    const members = yield* persons.members([...new Set(places.flatMap(({ records }) => records))])
    const strangers = new Map(
      places
        .filter(({ records }) => records.length > 0 && records.every((record) => members.has(record)))
        .map(({ projection }) => [projection.key, projection])
    )
    return desired.map((row) => {
      const stranger = strangers.get(row.key)
      return stranger === undefined ? row : Desire.nothing(stranger, row.dueAt)
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Where it stands, and where it may stand by the time that this is saved: what is due is written beside us. */
const placesNow = (projection: Projections.Projection): ReadonlyArray<string> => [
  ...Projections.placesOf(projection),
  ...(projection.state === "due" ? projection.records : [])
]

/** Entries are of the interaction, or of its conversation. */
const subjectsOf = ({ interaction, conversation }: Ledger.InteractionRow): ReadonlyArray<string> =>
  conversation === undefined ? [interaction.key] : [interaction.key, conversation]
