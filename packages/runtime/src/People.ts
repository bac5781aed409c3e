/** Who is in an interaction: loads contacts and persons of many interactions at once, then answers without further reads. */
import { type Contact, type Interaction, Key, Own, type Participant } from "@interchannel/domain"
import { Ledger, Persons, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Customer } from "./Desire.ts"

export interface People {
  readonly contactOf: (interaction: Interaction, participant: Participant) => Contact | undefined
  /** The customers in it, one a person, with all their live contacts. */
  readonly customersOf: (interaction: Interaction) => ReadonlyArray<Customer>
  /** Our own people in it, first to last, each with all their live contacts. */
  readonly agentsOf: (interaction: Interaction) => ReadonlyArray<Customer>
  /** Every contact of these persons that lives. */
  readonly contactsOf: (person: string) => ReadonlyArray<Contact>
}

export const load = (
  interactions: ReadonlyArray<Interaction>,
  own: Own.Own
): Effect.Effect<People, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const mentioned = [
      ...new Set(
        interactions.flatMap((interaction) => interaction.participants.flatMap((one) => keyOf(interaction, one)))
      )
    ]
    const resolved = yield* ledger.resolve(mentioned)
    const contactKeys = [...new Set(mentioned.map((key) => resolved.get(key) ?? key))]
    const personOf = yield* persons.personOf(contactKeys)
    const members = yield* persons.contactsOf([...new Set(personOf.values())])
    const rows = yield* ledger.contacts([...new Set([...contactKeys, ...[...members.values()].flat()])])
    const find = (key: string | undefined) =>
      key === undefined ? undefined : rows.get(resolved.get(key) ?? key)?.contact
    const contactOf = (interaction: Interaction, participant: Participant) => find(keyOf(interaction, participant)[0])
    const contactsOf = (person: string) =>
      (members.get(person) ?? []).flatMap((key) => {
        const row = rows.get(key)
        return row === undefined || row.deleted ? [] : [row.contact]
      })
    const personsAmong = (interaction: Interaction, participants: ReadonlyArray<Participant>) => {
      const ids = participants.flatMap((participant) => {
        const key = keyOf(interaction, participant)[0]
        // Named by the vendor and not told of yet: somebody, who has no record so far.
        return key === undefined ? [] : [personOf.get(resolved.get(key) ?? key) ?? key]
      })
      return [...new Set(ids)].map((person) => ({ person, contacts: contactsOf(person) }))
    }
    const customersOf = (interaction: Interaction) =>
      personsAmong(
        interaction,
        Own.customersOf(own, interaction, (ref) => find(Key.contact(interaction.connection, ref)))
      )
    const agentsOf = (interaction: Interaction) =>
      personsAmong(
        interaction,
        interaction.participants.filter((one) => Own.roleOf(own, one, contactOf(interaction, one)) === "agent")
      )
    return { contactOf, customersOf, agentsOf, contactsOf }
  })

// ---------------------------------------------------------------------------------------------------------------------

const keyOf = (interaction: Interaction, participant: Participant): ReadonlyArray<string> =>
  participant.contact === undefined ? [] : [Key.contact(interaction.connection, participant.contact)]
