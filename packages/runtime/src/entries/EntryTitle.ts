/** How entries are titled where they stand, for those who tell of them elsewhere: what is redacted there is redacted here. */
import type { Interaction, Own } from "@interchannel/domain"
import type { Ledger, Persons, StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Installation } from "../configuration/Installation.ts"
import * as People from "../people/People.ts"
import * as Destinations from "../writing/Destinations.ts"
import type { EntryPolicy } from "./EntryPolicy.ts"
import * as Render from "./Render.ts"

export interface Reader {
  readonly own: Own.Own
  readonly titleOf: (connection: string) => string
  /** How a destination tells its entries; absent when it is none at present. */
  readonly policyOf: (destination: string) => Pick<EntryPolicy, "redact"> | undefined
}

export const reader = (installation: Installation): Reader => ({
  own: installation.own,
  titleOf: Destinations.titleOf(installation),
  policyOf: (destination) => installation.connections.get(destination)?.destination?.entries
})

export type TitleIn = (destination: string, interaction: Interaction) => string

export const load = (
  interactions: ReadonlyArray<Interaction>,
  { own, titleOf, policyOf }: Reader
): Effect.Effect<TitleIn, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.map(People.load(interactions, own), ({ contactOf }) => (destination, interaction) => {
    const policy = policyOf(destination)
    // What may be told there is not known any more.
    const redacted = policy === undefined ? () => Render.REDACTED : Render.redactor(policy)
    return Render.titleOf(interaction, { own, titleOf, contactOf }, redacted)
  })
