/** Who is in an interaction: loads contacts and persons of many interactions at once, then answers without further reads. */
import { type Contact, Contacts, type Interaction, Key, Own, type Participant } from "@interchannel/domain"
import { Ledger, Persons, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import type { Customer } from "../entries/Desire.ts"

export interface People {
  /** As the interaction's system knows them; where that one knows no name, with the one that their sure group has. */
  readonly contactOf: (interaction: Interaction, participant: Participant) => Contact | undefined
  /** The customers in it, one a sure group. */
  readonly customersOf: (interaction: Interaction) => ReadonlyArray<Customer>
  /** Our own people in it, first to last, each with all their live contacts. */
  readonly agentsOf: (interaction: Interaction) => ReadonlyArray<Customer>
  /** Someone in it is known and was not placed yet: who its customers are is not known yet either. */
  readonly isUnsettled: (interaction: Interaction) => boolean
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
    const members = yield* persons.members(contactKeys)
    const ofPerson = yield* persons.membersOf([...new Set([...members.values()].flatMap(({ person }) => person ?? []))])
    const all = [...ofPerson.values()].flat().map(({ contact }) => contact)
    const rows = yield* ledger.contacts([...new Set([...contactKeys, ...all])])
    const find = (key: string | undefined) =>
      key === undefined ? undefined : rows.get(resolved.get(key) ?? key)?.contact
    const contactOf = (interaction: Interaction, participant: Participant) => {
      const contact = find(keyOf(interaction, participant)[0])
      const isNameless = contact !== undefined && Contacts.nameOf(contact) === undefined
      return isNameless ? named(contact, customerOf(contact.key)) : contact
    }
    const customerOf = (key: string): Customer => {
      const member = members.get(key)
      // Named by the vendor and not told of yet, or gone: somebody of whom nothing is known.
      if (member === undefined) return { key, isPlaced: false, contacts: [], maybe: [] }
      const { person, sure } = member
      return person === undefined
        ? { key, isPlaced: true, contacts: live([member], rows), maybe: [] }
        : inGroup(person, sure, ofPerson.get(person) ?? [], rows)
    }
    const keysOf = (interaction: Interaction, participants: ReadonlyArray<Participant>) =>
      participants.flatMap((participant) => keyOf(interaction, participant)).map((key) => resolved.get(key) ?? key)
    const distinct = (keys: ReadonlyArray<string>): ReadonlyArray<Customer> => [
      ...new Map(keys.map(customerOf).map((customer) => [customer.key, customer])).values()
    ]
    const customerKeys = (interaction: Interaction) =>
      keysOf(
        interaction,
        Own.customersOf(own, interaction, (ref) => find(Key.contact(interaction.connection, ref)))
      )
    const agentKeys = (interaction: Interaction) =>
      keysOf(
        interaction,
        interaction.participants.filter((one) => Own.roleOf(own, one, contactOf(interaction, one)) === "agent")
      )
    return {
      contactOf,
      customersOf: (interaction) => distinct(customerKeys(interaction)),
      agentsOf: (interaction) => distinct(agentKeys(interaction)),
      isUnsettled: (interaction) =>
        customerKeys(interaction).some((key) => rows.get(key)?.deleted === false && !members.has(key))
    }
  })

/** These persons as customers, one a sure group: what is said of them is known within it only. */
export const ofPersons = (
  ids: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Customer & { readonly person: string }>, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const groups = yield* persons.membersOf([...new Set(ids)])
    const rows = yield* ledger.contacts([...groups.values()].flat().map(({ contact }) => contact))
    return [...groups].flatMap(([person, group]) =>
      [...new Set(group.map(({ sure }) => sure))].map((sure) => inGroup(person, sure, group, rows))
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const keyOf = (interaction: Interaction, participant: Participant): ReadonlyArray<string> =>
  participant.contact === undefined ? [] : [Key.contact(interaction.connection, participant.contact)]

/** With the name that others of the customer have. */
const named = (contact: Contact, { contacts }: Customer): Contact => {
  const name = contacts.find((one) => Contacts.nameOf(one) !== undefined)?.name
  return name === undefined ? contact : { ...contact, name }
}

type Rows = ReadonlyMap<string, Ledger.ContactRow>

const inGroup = (person: string, sure: string, members: ReadonlyArray<Persons.Member>, rows: Rows) => ({
  key: `${person} ${sure}`,
  person,
  isPlaced: true,
  contacts: live(
    members.filter((one) => one.sure === sure),
    rows
  ),
  maybe: live(
    members.filter((one) => one.sure !== sure),
    rows
  )
})

/** Records first: what somebody keeps about a customer is told before what an address was seen with. */
const live = (members: ReadonlyArray<Persons.Member>, rows: Rows): ReadonlyArray<Contact> =>
  members
    .flatMap(({ contact }) => {
      const row = rows.get(contact)
      return row === undefined || row.deleted ? [] : [row.contact]
    })
    .sort(inOrder)

/** Keys come last: they change with the ids that a vendor happened to give. */
const inOrder: Order.Order<Contact> = Order.combineAll([
  Order.mapInput(Order.boolean, ({ kind }: Contact) => kind !== "record"),
  Order.mapInput(Order.string, ({ connection }: Contact) => connection),
  Order.mapInput(Order.number, ({ createdAt }: Contact) => createdAt ?? 0),
  Order.mapInput(Order.string, ({ key }: Contact) => key)
])
