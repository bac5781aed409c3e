/**
 * Who is the same person, from verified handles alone: contacts that share one are one person. A pure function of the
 * contacts' handles, whatever order they arrived in; a handle that goes takes the link with it. The probabilistic engine
 * takes this place without a change around it.
 */
import { type Contact, Handle, Key } from "@interchannel/domain"
import type { Persons } from "@interchannel/store"

/** The part of the ledger that one placement looks at. */
export interface Neighbourhood {
  /** Contacts to place, and all they could be connected to; each with the handle keys that link it. */
  readonly keys: ReadonlyMap<string, ReadonlyArray<string>>
  /** Where they belong today. */
  readonly personOf: ReadonlyMap<string, string>
  /** The persons among these, and retired ones founded by these contacts. */
  readonly persons: ReadonlyMap<string, Persons.PersonRow>
}

export interface Placement {
  readonly members: ReadonlyArray<Persons.Member>
  readonly persons: ReadonlyArray<Persons.PersonRow>
  /** Persons whose members changed, old and new ids. */
  readonly touched: ReadonlyArray<string>
}

/** A handle that this many contacts carry is not one person's: it links nobody. */
export const CONTACTS_PER_HANDLE_MAX = 50
/** A neighbourhood beyond this is left as it is, and said so. */
export const CONTACTS_PER_NEIGHBOURHOOD_MAX = 500

const linkingKinds: ReadonlySet<Handle.HandleKind> = new Set(["email", "phone", "vendor-user", "external"])

/** The handles that prove who someone is. Those of the company's own people link too: an agent is one person as well. */
export const linkingKeys = (contact: Contact): ReadonlyArray<string> => [
  ...new Set(
    contact.handles
      .filter((handle) => handle.verified === true && handle.shared !== true && linkingKinds.has(handle.kind))
      .map(Handle.keyOf)
  )
]

/** The id of the person that a contact founds; derived, so that a rebuilt ledger has the same persons. */
export const foundedBy = (contact: string): string => Key.derive("p", contact)

export const place = (neighbourhood: Neighbourhood, now: number): Placement => {
  const groups = components(neighbourhood.keys)
  const claims = groups
    .map((group) => ({ group, held: heldBy(group, neighbourhood) }))
    .sort((a, b) => b.group.length - a.group.length || (a.group[0]! < b.group[0]! ? -1 : 1))
  const taken = new Map<string, ReadonlyArray<string>>()
  for (const { group, held } of claims) taken.set(choose(group, held, taken, neighbourhood), group)
  return changesOf(taken, neighbourhood, now)
}

// ---------------------------------------------------------------------------------------------------------------------

/** Groups of contacts connected through shared keys; members and groups in a fixed order. */
const components = (keys: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<ReadonlyArray<string>> => {
  const byKey = new Map<string, Array<string>>()
  for (const [contact, mine] of keys) {
    for (const key of mine) byKey.set(key, [...(byKey.get(key) ?? []), contact])
  }
  const seen = new Set<string>()
  const groups: Array<ReadonlyArray<string>> = []
  for (const start of [...keys.keys()].sort()) {
    if (seen.has(start)) continue
    const group = [start]
    seen.add(start)
    for (let index = 0; index < group.length; index++) {
      for (const key of keys.get(group[index]!) ?? []) {
        const sharers = byKey.get(key) ?? []
        if (sharers.length > CONTACTS_PER_HANDLE_MAX) continue
        for (const next of sharers) {
          if (seen.has(next)) continue
          seen.add(next)
          group.push(next)
        }
      }
    }
    groups.push(group.sort())
  }
  return groups
}

/** The persons that members of the group are now, oldest first. */
const heldBy = (group: ReadonlyArray<string>, { personOf, persons }: Neighbourhood): ReadonlyArray<string> => {
  const ids = new Set(group.map((contact) => personOf.get(contact)).filter((id) => id !== undefined))
  const age = (id: string) => persons.get(id)?.createdAt ?? Number.POSITIVE_INFINITY
  return [...ids].sort((a, b) => age(a) - age(b) || (a < b ? -1 : 1))
}

/** Merge keeps the oldest id; a split leaves it with the largest part, and the rest get the id of a founder. */
const choose = (
  group: ReadonlyArray<string>,
  held: ReadonlyArray<string>,
  taken: ReadonlyMap<string, unknown>,
  { persons }: Neighbourhood
): string => {
  const free = held.find((id) => !taken.has(id))
  if (free !== undefined) return free
  const founded = group.map(foundedBy).filter((id) => !taken.has(id))
  return founded.find((id) => persons.has(id)) ?? founded[0]!
}

const changesOf = (
  taken: ReadonlyMap<string, ReadonlyArray<string>>,
  { personOf, persons }: Neighbourhood,
  now: number
): Placement => {
  const members: Array<Persons.Member> = []
  const rows: Array<Persons.PersonRow> = []
  const touched = new Set<string>()
  for (const [id, group] of taken) {
    const row = persons.get(id)
    const { mergedInto: _, ...alive } = row ?? {
      id,
      createdAt: now,
      founder: group.find((one) => foundedBy(one) === id) ?? group[0]!
    }
    if (row === undefined || row.mergedInto !== undefined) rows.push(alive)
    for (const contact of group) {
      const before = personOf.get(contact)
      if (before === id) continue
      members.push({ contact, person: id })
      touched.add(id)
      if (before !== undefined) touched.add(before)
    }
  }
  for (const id of touched) {
    if (taken.has(id)) continue
    const row = persons.get(id)
    const heir = [...taken].find(([, group]) => group.some((contact) => personOf.get(contact) === id))?.[0]
    if (row !== undefined && heir !== undefined) rows.push({ ...row, mergedInto: heir })
  }
  return { members, persons: rows, touched: [...touched] }
}
