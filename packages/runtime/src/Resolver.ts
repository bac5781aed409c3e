/** Places new and changed contacts: loads their neighbourhood, lets `Linking` decide, answers what to save. */
import { type Ledger, Persons, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import {
  CONTACTS_PER_HANDLE_MAX,
  CONTACTS_PER_NEIGHBOURHOOD_MAX,
  foundedBy,
  linkingKeys,
  type Neighbourhood,
  place
} from "./Linking.ts"

export interface Resolved {
  readonly changes: Persons.PersonChanges
  /** Persons whose members, records or roles may have changed. */
  readonly touched: ReadonlyArray<string>
  /** Contacts whose neighbourhood was too large to place. */
  readonly tooMany: ReadonlyArray<string>
}

/** Links of this form say that one contact is now another; they hold for good. */
const aliasKey = (contact: string): string => `alias:${contact}`

const ROUNDS_MAX = 3

export const resolve = (
  changed: ReadonlyArray<Ledger.ContactRow>,
  moved: ReadonlyArray<Ledger.Alias>,
  now: number
): Effect.Effect<Resolved, StoreError, Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const contactMoves = moved.filter(({ to }) => to.startsWith("c_"))
    const ids = [
      ...new Set([...changed.map(({ contact }) => contact.key), ...contactMoves.flatMap(({ from, to }) => [from, to])])
    ]
    if (ids.length === 0) return nothing
    const before = yield* persons.keysOf(ids)
    const after = keysAfter(changed, contactMoves, before)
    const homes = yield* persons.personOf(ids)
    const restless = ids.filter((id) => !homes.has(id) || !sameKeys(before.get(id) ?? [], after.get(id) ?? []))
    const renamed = changed.flatMap(({ contact }) => homes.get(contact.key) ?? [])
    if (restless.length === 0) return { ...nothing, touched: renamed }
    const loaded = yield* neighbourhood(restless, after)
    if (loaded === undefined) return alone(restless, homes, renamed, now)
    const placement = place(loaded, now)
    return {
      changes: {
        postings: restless.map((contact) => ({ contact, keys: after.get(contact) ?? [] })),
        members: placement.members,
        leavers: [],
        persons: placement.persons
      },
      touched: [...new Set([...placement.touched, ...renamed])],
      tooMany: []
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const nothing: Resolved = {
  changes: { postings: [], members: [], leavers: [], persons: [] },
  touched: [],
  tooMany: []
}

/** Too large to look at: who is new stands alone, who has a person keeps it, and the next change tries again. */
const alone = (
  restless: ReadonlyArray<string>,
  homes: ReadonlyMap<string, string>,
  renamed: ReadonlyArray<string>,
  now: number
): Resolved => {
  const homeless = restless.filter((contact) => !homes.has(contact))
  const keys = new Map(homeless.map((contact) => [contact, []]))
  const placement = place({ keys, personOf: new Map(), persons: new Map() }, now)
  return {
    changes: { postings: [], members: placement.members, leavers: [], persons: placement.persons },
    touched: [...placement.touched, ...renamed],
    tooMany: restless
  }
}

const sameKeys = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length

const keysAfter = (
  changed: ReadonlyArray<Ledger.ContactRow>,
  moves: ReadonlyArray<Ledger.Alias>,
  before: ReadonlyMap<string, ReadonlyArray<string>>
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const after = new Map<string, ReadonlyArray<string>>()
  const aliasesOf = (id: string) => (before.get(id) ?? []).filter((key) => key.startsWith("alias:"))
  for (const { contact } of changed) after.set(contact.key, [...linkingKeys(contact), ...aliasesOf(contact.key)])
  for (const { from, to } of moves) {
    after.set(from, [...new Set([...aliasesOf(from), aliasKey(to)])])
    after.set(to, [...new Set([...(after.get(to) ?? before.get(to) ?? []), aliasKey(to)])])
  }
  return after
}

/** Everything connected to the restless contacts now or before, in a bounded number of set reads. */
const neighbourhood = (
  restless: ReadonlyArray<string>,
  after: ReadonlyMap<string, ReadonlyArray<string>>
): Effect.Effect<Neighbourhood | undefined, StoreError, Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const keys = new Map<string, ReadonlyArray<string>>()
    const personOf = new Map<string, string>()
    let frontier = [...restless]
    for (let round = 0; round < ROUNDS_MAX && frontier.length > 0; round++) {
      const stored = yield* persons.keysOf(frontier)
      for (const contact of frontier) keys.set(contact, after.get(contact) ?? stored.get(contact) ?? [])
      const homes = yield* persons.personOf(frontier)
      for (const [contact, person] of homes) personOf.set(contact, person)
      const members = yield* persons.contactsOf([...new Set(homes.values())])
      const wanted = [...new Set(frontier.flatMap((contact) => keys.get(contact) ?? []))]
      const postings = yield* persons.postings(wanted, CONTACTS_PER_HANDLE_MAX + 1)
      const linking = [...postings.values()].filter((sharers) => sharers.length <= CONTACTS_PER_HANDLE_MAX)
      const met = [...members.values(), ...linking].flat()
      frontier = [...new Set(met)].filter((contact) => !keys.has(contact))
      if (keys.size + frontier.length > CONTACTS_PER_NEIGHBOURHOOD_MAX + restless.length) return undefined
    }
    const homes = yield* persons.personOf(frontier)
    for (const [contact, person] of homes) personOf.set(contact, person)
    const stored = yield* persons.keysOf(frontier)
    for (const contact of frontier) keys.set(contact, stored.get(contact) ?? [])
    const founded = [...keys.keys()].map(foundedBy)
    const rows = yield* persons.persons([...new Set([...personOf.values(), ...founded])])
    return { keys, personOf, persons: rows }
  })
