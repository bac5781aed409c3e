/** What people and interactions say about where entries belong, loaded for many entries at once. */
import { type Interaction, Handle } from "@interchannel/domain"
import { Placements, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type * as Desire from "./Desire.ts"

export type SaidOf = (entry: string, interactions: ReadonlyArray<Interaction>) => Desire.Said

export const load = (
  entries: ReadonlyArray<string>,
  customers: ReadonlyArray<Desire.Customer>
): Effect.Effect<SaidOf, StoreError, Placements.Placements> =>
  Effect.gen(function* () {
    const placements = yield* Placements.Placements
    const heldOff = yield* placements.heldOff(entries)
    // Only where there is something to choose from.
    const choices = customers.flatMap(({ contacts }) => {
      const records = contacts.filter(({ kind }) => kind === "record")
      return records.length < 2 ? [] : records.map(({ key }) => key)
    })
    const preferred = yield* placements.preferred([...new Set(choices)])
    return (entry, interactions) => ({
      heldOff: heldOff.get(entry) ?? nobody,
      preferred,
      named: new Set(interactions.flatMap(namesIn))
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

const nobody: ReadonlyMap<string, unknown> = new Map()

/** Ids of records in other systems that this very interaction carries. */
const namesIn = ({ participants }: Interaction): ReadonlyArray<string> =>
  participants.flatMap(({ handle }) => (handle?.kind === "external" ? [Handle.keyOf(handle)] : []))
