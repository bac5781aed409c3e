/** Why two contacts are one person or not, and what holds a person together. Pure, from the same Neighbourhood as placing. */
import type { Key } from "@interchannel/domain"
import * as Decision from "../decisions/Decision.ts"
import * as Evidence from "../evidence/Evidence.ts"
import type * as Model from "../model/Model.ts"
import type { Neighbourhood } from "./Neighbourhood.ts"
import type { PersonId } from "./Person.ts"

type Contact = Key.ContactKey

export interface PairExplained extends Evidence.Explained {
  readonly a: Contact
  readonly b: Contact
  /** They are one person now. */
  readonly together: boolean
  /** What people decided about the two, and about the handles they share. */
  readonly decisions: ReadonlyArray<Decision.Decision>
}

export interface Link {
  readonly a: Contact
  readonly b: Contact
  readonly bits: number
  readonly chance: number
}

export interface PersonExplained {
  readonly person: PersonId
  readonly contacts: ReadonlyArray<Contact>
  /** The strongest links that connect all contacts, strongest first: one fewer than contacts. */
  readonly tree: ReadonlyArray<PairExplained>
  /** The link whose loss would part them. */
  readonly weakest?: PairExplained
  /** Pairs inside that speak against it, strongest objection first, at most `OBJECTIONS_MAX`. */
  readonly objections: ReadonlyArray<PairExplained>
  /** Its sure groups, largest first: history is written back within each, never from one to another. */
  readonly parts: ReadonlyArray<ReadonlyArray<Contact>>
  /** There is one part: nothing in it needs a second look. */
  readonly sure: boolean
}

/** Explains one pair; `undefined` when one of the two was not loaded. */
export const pair = (model: Model.Model, near: Neighbourhood, a: Contact, b: Contact): PairExplained | undefined => {
  const [one, other] = [near.members.get(a), near.members.get(b)]
  if (one === undefined || other === undefined) return undefined
  const shared = one.features.handles.filter(({ key }) => other.features.handles.some((handle) => handle.key === key))
  const decisions = [...near.decisions.values()].filter((decision) =>
    decision._tag === "HandleRule"
      ? shared.some(({ key }) => key === Decision.handleOf(decision))
      : (decision.a === a && decision.b === b) || (decision.a === b && decision.b === a)
  )
  return {
    a,
    b,
    ...Evidence.explain(model, one.features, other.features, standingOf(near)),
    together: one.person !== undefined && one.person === other.person,
    decisions
  }
}

/** Explains a person from its contacts in a Neighbourhood that reached one of them. */
export const person = (model: Model.Model, near: Neighbourhood, id: PersonId): PersonExplained => {
  const contacts = [...near.members].filter(([, member]) => member.person === id).map(([contact]) => contact)
  contacts.sort()
  const links = linksOf(model, near, contacts)
  const explain = ({ a, b }: Link) => pair(model, near, a, b)!
  const tree = spanning(contacts, links, near).map(explain)
  const objections = links
    .filter(({ bits }) => bits < 0)
    .reverse()
    .slice(0, OBJECTIONS_MAX)
    .map(explain)
  const weakest = tree.at(-1)
  const parts = partsOf(contacts, near)
  return {
    person: id,
    contacts,
    tree,
    ...(weakest === undefined ? {} : { weakest }),
    objections,
    parts,
    sure: parts.length === 1
  }
}

// ---------------------------------------------------------------------------------------------------------

const OBJECTIONS_MAX = 10

const partsOf = (contacts: ReadonlyArray<Contact>, near: Neighbourhood): ReadonlyArray<ReadonlyArray<Contact>> => {
  const parts = new Map<Contact, Array<Contact>>()
  for (const contact of contacts) {
    const sure = near.members.get(contact)?.sure ?? contact
    const part = parts.get(sure)
    if (part === undefined) parts.set(sure, [contact])
    else part.push(contact)
  }
  return [...parts.values()].sort((a, b) => b.length - a.length || (a[0]! < b[0]! ? -1 : 1))
}

const standingOf = (near: Neighbourhood): Evidence.StandingOf => {
  const uses = new Map<number, Decision.HandleUse>()
  for (const decision of near.decisions.values()) {
    if (decision._tag === "HandleRule") uses.set(Decision.handleOf(decision), decision.use)
  }
  return (handle) => {
    const firstNames = near.firstNames.get(handle) ?? 1
    const use = uses.get(handle)
    return use === undefined ? { firstNames } : { firstNames, use }
  }
}

/** All pairs, strongest first. */
const linksOf = (model: Model.Model, near: Neighbourhood, contacts: ReadonlyArray<Contact>): ReadonlyArray<Link> => {
  const standing = standingOf(near)
  const links: Array<Link> = []
  for (const [i, a] of contacts.entries()) {
    for (const b of contacts.slice(i + 1)) {
      const bits = Evidence.bits(model, near.members.get(a)!.features, near.members.get(b)!.features, standing)
      links.push({ a, b, bits, chance: 1 / (1 + 2 ** -bits) })
    }
  }
  return links.sort((x, y) => y.bits - x.bits)
}

/** Must-links first, then the strongest evidence, until all are connected. */
const spanning = (contacts: ReadonlyArray<Contact>, links: ReadonlyArray<Link>, near: Neighbourhood) => {
  const decided = new Set(
    [...near.decisions.values()].flatMap((decision) =>
      decision._tag === "MustLink" ? [`${decision.a} ${decision.b}`] : []
    )
  )
  const isDecided = ({ a, b }: Link) => decided.has(`${a} ${b}`)
  const part = new Map(contacts.map((contact) => [contact, contact]))
  const tree: Array<Link> = []
  for (const link of [...links.filter(isDecided), ...links]) {
    const [partA, partB] = [part.get(link.a)!, part.get(link.b)!]
    if (partA === partB) continue
    tree.push(link)
    for (const [contact, known] of part) if (known === partB) part.set(contact, partA)
  }
  return tree.sort((x, y) => y.bits - x.bits)
}
