/** Connected contacts divided into persons. */
import type { Key } from "@interchannel/domain"
import type * as Decision from "../decisions/Decision.ts"
import * as Model from "../model/Model.ts"
import * as Partition from "./Partition.ts"

type Contact = Key.ContactKey

/** Bits between two contacts; asked once per pair, with a < b. */
export type BitsOf = (a: Contact, b: Contact) => number

/** Shows the connections of a contact, with their bits. */
export type EachEdge = (contact: Contact, see: (other: Contact, bits: number) => void) => void

/** Contacts weighed against each other at once; a larger component is cut at its weakest edges first. */
export const COMPONENT_MAX = 300
/** How much stronger edges must be at each cut. */
const CUT_BITS = 3
/** Beyond this every edge is beyond doubt. */
const CUTS_MAX = 12

/** The parts that are connected by edges of at least `bits`, or by must-links; each sorted. */
export const components = (
  contacts: Iterable<Contact>,
  eachEdge: EachEdge,
  decisions: Iterable<Decision.Decision>,
  bits: number
): ReadonlyArray<ReadonlyArray<Contact>> => {
  const musts = mustLinks(decisions)
  const left = new Set(contacts)
  const found: Array<ReadonlyArray<Contact>> = []
  for (const start of left) {
    left.delete(start)
    const component = [start]
    for (let at = 0; at < component.length; at++) {
      const contact = component[at]!
      if (left.size === 0) break
      eachEdge(contact, (other, weight) => {
        if (weight >= bits && left.delete(other)) component.push(other)
      })
      for (const other of musts.get(contact) ?? []) if (left.delete(other)) component.push(other)
    }
    found.push(component.sort())
  }
  return found
}

/** What dividing asks about the contacts. */
export interface Known {
  readonly bitsOf: BitsOf
  readonly eachEdge: EachEdge
  /** It belongs to whomever it is linked with most, and brings nobody together. */
  readonly isBare: (contact: Contact) => boolean
}

/** Divides one component; each group is sorted. */
export const divide = (
  model: Model.Model,
  component: ReadonlyArray<Contact>,
  known: Known,
  decisions: Iterable<Decision.Decision>,
  cuts = 0
): ReadonlyArray<ReadonlyArray<Contact>> => {
  if (component.length === 1) return [component]
  const { bitsOf, eachEdge, isBare } = known
  const all = [...decisions]
  if (component.length > COMPONENT_MAX && cuts < CUTS_MAX) {
    const pieces = components(component, eachEdge, all, model.linkBits + (cuts + 1) * CUT_BITS)
    return pieces.flatMap((piece) => divide(model, piece, known, all, cuts + 1))
  }
  const size = component.length
  const weights = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) weights[i * size + j] = bitsOf(component[i]!, component[j]!)
  }
  const group = Partition.make({
    size,
    weights,
    linkBits: model.linkBits,
    priorBits: Model.priorBits(model),
    mustLink: pairs(all, "MustLink", component),
    cannotLink: pairs(all, "CannotLink", component),
    bare: new Set(component.flatMap((contact, index) => (isBare(contact) ? index : [])))
  })
  const groups = new Map<number, Array<Contact>>()
  component.forEach((contact, index) => {
    const members = groups.get(group[index]!)
    if (members === undefined) groups.set(group[index]!, [contact])
    else members.push(contact)
  })
  return [...groups.values()]
}

// ---------------------------------------------------------------------------------------------------------

const mustLinks = (decisions: Iterable<Decision.Decision>): Map<Contact, Array<Contact>> => {
  const links = new Map<Contact, Array<Contact>>()
  const add = (a: Contact, b: Contact) => links.set(a, [...(links.get(a) ?? []), b])
  for (const decision of decisions) {
    if (decision._tag !== "MustLink") continue
    add(decision.a, decision.b)
    add(decision.b, decision.a)
  }
  return links
}

const pairs = (
  decisions: ReadonlyArray<Decision.Decision>,
  tag: "MustLink" | "CannotLink",
  component: ReadonlyArray<Contact>
): ReadonlyArray<Partition.Decided> => {
  if (decisions.length === 0) return []
  const position = new Map(component.map((contact, index) => [contact, index]))
  return decisions
    .flatMap((decision) => {
      if (decision._tag !== tag) return []
      const [a, b] = [position.get(decision.a), position.get(decision.b)]
      return a === undefined || b === undefined ? [] : [{ a: Math.min(a, b), b: Math.max(a, b) }]
    })
    .sort((x, y) => x.a - y.a || x.b - y.b)
}
