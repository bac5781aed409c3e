/**
 * What a person's contacts want in one field, and since when they say so. Pure.
 *
 * How old a value is follows from what we saw: it is as new as the record that first told it. A value that was there when we
 * first looked may be as old as its record, so it is never taken for newer than it is.
 */
import { type Contact, FieldPath, type Instant } from "@interchannel/domain"
import type { Fields } from "@interchannel/store"
import type { FieldRule } from "./FieldRule.ts"
import type { Situation } from "./FieldDecision.ts"

/** Contacts of a person that are asked: records before addresses, then by key. */
export const CONTACTS_MAX = 50

export interface Wanted {
  /** What each contact says now; of one that says nothing, that it was looked at: what it says later is news. */
  readonly said: NonNullable<Fields.FieldState["said"]>
  /** Absent: nobody says anything. */
  readonly wanted?: Situation["wanted"]
}

interface Given {
  readonly rule: FieldRule
  /** The person's contacts that count for the destination. */
  readonly contacts: ReadonlyArray<Contact>
  readonly before: Fields.FieldState["said"]
  /** A value that we wrote there ourselves says nothing new. */
  readonly isOurWriting: (contact: Contact, path: FieldPath.FieldPath) => boolean
}

export const of = ({ rule, contacts, before = {}, isOurWriting }: Given): Wanted => {
  const heard = [...contacts]
    .sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1))
    .slice(0, CONTACTS_MAX)
    .filter((contact) => isAsked(contact, rule) && !isOurWriting(contact, rule.from))
    .map((contact) => {
      const value = valueOf(contact, rule)
      return { contact, value, since: sinceOf(contact, value, before[contact.key]) }
    })
  const said = Object.fromEntries(
    heard.map(({ contact, value = null, since }) => [contact.key, { value, since }] as const)
  )
  const saying = heard.flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]))
  const [best] = saying.sort((a, b) => b.since - a.since)
  if (best === undefined) return { said }
  return { said, wanted: { value: best.value, source: best.contact.connection, since: best.since } }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Of an owner's field the others are not. */
const isAsked = ({ connection }: Contact, { policy }: FieldRule): boolean =>
  typeof policy === "string" || policy.owner === connection

/** A switchboard's number and a role mailbox are nobody's own. */
const valueOf = (contact: Contact, { from }: FieldRule): string | undefined => {
  const handles = contact.handles.filter(({ shared }) => shared !== true)
  return FieldPath.valueAt({ ...contact, handles }, from)
}

const sinceOf = (
  contact: Contact,
  value: string | undefined,
  before: NonNullable<Fields.FieldState["said"]>[string] | undefined
): Instant.Instant => {
  if (before === undefined) return contact.createdAt ?? 0
  return before.value === (value ?? null) ? before.since : Math.max(before.since, contact.version.at)
}

/** A record somebody keeps says more than a caller's name. */
const rank = ({ kind }: Contact): number => (kind === "record" ? 0 : 1)
