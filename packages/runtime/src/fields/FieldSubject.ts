/** One record of a destination with what is wanted in each of its fields: loaded for many persons at once. */
import { type Contact, FieldPath, Key } from "@interchannel/domain"
import { Fields, Ledger, Persons, type Placements, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Desire from "../entries/Desire.ts"
import * as People from "../people/People.ts"
import * as Placing from "../entries/Placing.ts"
import * as FieldDecision from "./FieldDecision.ts"
import * as FieldRule from "./FieldRule.ts"
import * as Wanted from "./Wanted.ts"

export interface FieldSubject {
  /** The key of its projection. */
  readonly key: string
  readonly destination: Desire.Destination
  /** As the destination showed it last. */
  readonly record: Contact
  readonly person: string
  readonly state: Fields.RecordState
  readonly fields: ReadonlyArray<{ readonly rule: FieldRule.FieldRule } & Wanted.Wanted>
}

export type Services = Fields.Fields | Ledger.Ledger | Persons.Persons | Placements.Placements

export const keyOf = (destination: string, record: string): string => Key.derive("w", destination, "SetFields", record)

/** Of each destination that has rules: the record of each person that entries are put on as well. */
export const load = (
  persons: ReadonlyArray<string>,
  destinations: ReadonlyArray<Desire.Destination>
): Effect.Effect<ReadonlyArray<FieldSubject>, StoreError, Services> =>
  Effect.gen(function* () {
    const ruled = destinations.filter(({ policy }) => policy.fields.length > 0)
    if (ruled.length === 0 || persons.length === 0) return []
    const fields = yield* Fields.Fields
    const customers = yield* People.ofPersons(persons)
    const said = (yield* Placing.load([], customers))("", [])
    const choices = yield* fields.choices
    const rules = new Map(
      ruled.map(({ installed, policy }) => [installed.id, FieldRule.chosen(installed.id, policy.fields, choices)])
    )
    const kept = customers.flatMap(({ contacts }) =>
      contacts.flatMap(({ connection, key }) => (rules.has(connection) ? [keyOf(connection, key)] : []))
    )
    const states = yield* fields.get(kept)
    const isOurWriting = (contact: Contact, path: FieldPath.FieldPath) => {
      const state = states.get(keyOf(contact.connection, contact.key)) ?? {}
      const value = FieldPath.valueAt(contact, path)
      return (rules.get(contact.connection) ?? []).some(
        (rule) => rule.at === path && FieldDecision.isOurs(rule, value, state[rule.name] ?? {})
      )
    }
    return customers.flatMap((customer) =>
      ruled.flatMap((destination): ReadonlyArray<FieldSubject> => {
        const { id } = destination.installed
        const [chosen] = Desire.recordsOf([customer], id, said)
        const record = customer.contacts.find(({ key }) => key === chosen)
        if (record === undefined) return []
        const state = states.get(keyOf(id, record.key)) ?? {}
        const contacts = customer.contacts.filter(({ connection }) => Desire.isCurrent(connection, destination))
        const wanted = (rules.get(id) ?? []).map((rule) => ({
          rule,
          ...Wanted.of({ rule, contacts, before: state[rule.name]?.said, isOurWriting })
        }))
        return [{ key: keyOf(id, record.key), destination, record, person: customer.person, state, fields: wanted }]
      })
    )
  })

/** Of these records, where they are the ones that entries are put on. */
export const ofRecords = (
  records: ReadonlyArray<string>,
  destinations: ReadonlyArray<Desire.Destination>
): Effect.Effect<ReadonlyArray<FieldSubject>, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const resolved = yield* ledger.resolve(records)
    const homes = yield* persons.members([...new Set(resolved.values())])
    return yield* load([...new Set([...homes.values()].flatMap(({ person }) => person ?? []))], destinations)
  })
