/**
 * What should stand in a destination. Pure: from an interaction and the people in it to the desired state of its timeline
 * entry, from a conversation to the desired card. The Dispatcher closes the difference to what was delivered.
 */
import { type Contact, Handle, type Interaction, Key } from "@interchannel/domain"
import type { Timeline } from "@interchannel/connector"
import type { Ledger, Projections } from "@interchannel/store"
import * as EntryPolicy from "./EntryPolicy.ts"
import type { Installed } from "../configuration/Installation.ts"
import { ripeAt } from "../writing/Policy.ts"
import type { DestinationPolicy } from "../configuration/DestinationPolicy.ts"
import * as Since from "../configuration/Since.ts"

/** An entry is put on at most so many records; a mail to a whole town is nobody's history. */
export const RECORDS_PER_ENTRY_MAX = 10

export interface Destination {
  readonly installed: Installed
  readonly policy: DestinationPolicy
  readonly installedAt: number
  /** The Connections whose place it took, the latest first. */
  readonly earlier: ReadonlyArray<string>
  /** Connections whose place another took: what they told is history, their records are looked at no more. */
  readonly replaced: ReadonlySet<string>
}

/** The desired state of a record: that there is one. Its fields are its owners' business then. */
export const CREATED = "created"

/** A customer in an interaction, as far as is beyond doubt. */
export interface Customer {
  /** Tells customers of one interaction apart. */
  readonly key: string
  /** Absent: somebody on a line, or of whom nothing is known. */
  readonly person?: string
  /** Who they are was worked out. */
  readonly isPlaced: boolean
  /** Their contacts that live, records first: those that are one person with the one in the interaction beyond doubt. */
  readonly contacts: ReadonlyArray<Contact>
  /** Contacts that are likely theirs as well. Nothing is written on a likelihood. */
  readonly maybe: ReadonlyArray<Contact>
}

/** The first of its line: a key holds however often the account is exchanged. */
const nameOf = ({ installed, earlier }: Destination): string => earlier.at(-1) ?? installed.id

export const entryKey = (destination: Destination, interaction: string): string =>
  Key.derive("w", nameOf(destination), "AppendTimeline", interaction)
export const cardKey = (destination: Destination, conversation: string): string =>
  Key.derive("w", nameOf(destination), "ShowContext", conversation)
export const recordKey = (destination: Destination, person: string): string =>
  Key.derive("w", nameOf(destination), "UpsertContact", person)

/** What an entry shows: one interaction, or a conversation up to now. */
export interface Told {
  /** The key of the interaction or conversation. */
  readonly subject: string
  /** Of its content; absent when it was deleted. */
  readonly hash?: string
  readonly at: number
  /** Not to be written before. */
  readonly ripeAt: number
}

/** The entry of one interaction; `undefined` when it is none of this destination's business. */
export const entry = (
  row: Ledger.InteractionRow,
  customers: ReadonlyArray<Customer>,
  destination: Destination,
  now: number,
  said?: Said
): Projections.Desired | undefined => {
  const { interaction, deleted, hash } = row
  if (!wants(interaction, destination)) return undefined
  const told: Told = {
    subject: interaction.key,
    at: interaction.startedAt,
    ripeAt: ripeAt(interaction, destination.policy, now),
    ...(deleted ? {} : { hash })
  }
  return place(told, customers, destination, now, said)
}

/** Where an entry stands: on the records of its customers, once there are some. */
export const place = (
  { subject, hash, at, ripeAt: dueAt }: Told,
  people: ReadonlyArray<Customer>,
  destination: Destination,
  now: number,
  said: Said = nothingSaid
): Projections.Desired => {
  // Whom a person took it off, by whichever of their records.
  const customers = people.filter(({ contacts }) => !contacts.some(({ key }) => said.heldOff.has(key)))
  const { installed, policy } = destination
  const verb = "AppendTimeline"
  const key = entryKey(destination, subject)
  const common = { key, destination: installed.id, verb, subject, lane: 1, at } as const
  const records = placesOf(customers, destination, said)
  // The records stay named: an attempt that was under way is looked up by them before it is taken back.
  if (hash === undefined || customers.length === 0) return { ...common, records, state: "due", dueAt: now }
  if (records.length === 0) {
    const state = policy.withoutRecord === "drop" ? "dropped" : "waiting"
    return { ...common, records: [], state, why: "no record", dueAt: now, desired: hash }
  }
  return { ...common, desired: hash, records, state: "due", dueAt }
}

/** Is it of the kind, source and age that the policy asks for? */
export const wants = (interaction: Interaction, destination: Destination): boolean =>
  destination.policy.timeline &&
  EntryPolicy.wants(destination.policy.entries, interaction) &&
  concerns(interaction.connection, destination) &&
  interaction.startedAt >= Since.instant(destination.policy.since, destination.installedAt)

/** As it is now is how it stays: dropped if it was not written, else settled. */
export const left = (
  projection: Projections.Projection,
  now: number,
  why = "the destination does not want it"
): Projections.Desired => {
  const { key, destination, verb, subject, lane, at, delivered, deliveredRecords } = projection
  const row = { key, destination, verb, subject, lane, at, dueAt: now }
  return delivered === undefined
    ? { ...row, records: [], state: "dropped", why }
    : { ...row, desired: delivered, records: deliveredRecords, state: "due" }
}

/** What was said about where an entry belongs. */
export interface Said {
  /** Contacts of persons whom a person took this entry off. */
  readonly heldOff: ReadonlyMap<string, unknown>
  /** Records that a person chose among those of one customer. */
  readonly preferred: ReadonlySet<string>
  /** Keys of handles by which the interaction itself names records. */
  readonly named: ReadonlySet<string>
}
const nothingSaid: Said = { heldOff: new Map(), preferred: new Set(), named: new Set() }

/** One record a customer: the one that the interaction names, else a person's choice, else the oldest of those that live. */
export const recordsOf = (
  customers: ReadonlyArray<Pick<Customer, "contacts">>,
  destination: string,
  said: Said = nothingSaid
): ReadonlyArray<string> => {
  const rank = (contact: Contact): number => {
    if (contact.handles.some((handle) => handle.kind === "external" && said.named.has(Handle.keyOf(handle)))) return 0
    return said.preferred.has(contact.key) ? 1 : 2
  }
  const chosen = customers.flatMap(({ contacts }) => {
    const records = contacts.filter((contact) => contact.connection === destination && contact.kind === "record")
    const [first] = records.sort(
      (a, b) => rank(a) - rank(b) || (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.key < b.key ? -1 : 1)
    )
    return first === undefined ? [] : [first.key]
  })
  return [...new Set(chosen)].slice(0, RECORDS_PER_ENTRY_MAX).sort()
}

/** The customers' records and, where the system has them and the policy wants it, their companies. */
export const placesOf = (
  customers: ReadonlyArray<Customer>,
  { installed, policy }: Destination,
  said: Said = nothingSaid
): ReadonlyArray<string> => {
  const records = recordsOf(customers, installed.id, said)
  const kind = installed.connector.actions.find(({ verb }) => verb === "AppendTimeline")?.organizationKind
  if (kind === undefined || !policy.entries.organizations) return records
  const chosen = new Set(records)
  const companies = customers.flatMap(({ contacts }) =>
    contacts.flatMap(({ key, organization }) =>
      chosen.has(key) && organization?.kind === kind ? [Key.organization(installed.id, organization)] : []
    )
  )
  return [...records, ...new Set(companies)].sort()
}

/** The card of one conversation of this destination. */
export const card = (
  conversation: string,
  shown: Timeline.Card,
  destination: Destination,
  times: { readonly at: number; readonly dueAt: number }
): Projections.Desired => ({
  key: cardKey(destination, conversation),
  destination: destination.installed.id,
  verb: "ShowContext",
  subject: conversation,
  desired: Key.contentHash(shown),
  records: [],
  state: "due",
  dueAt: times.dueAt,
  lane: 1,
  at: times.at
})

/** The record to create for a customer who has none, from what the other systems say. */
export const record = (
  customer: Customer,
  destination: Destination,
  times: { readonly at: number; readonly dueAt: number }
): Projections.Desired | undefined => {
  const { installed, policy } = destination
  const { person } = customer
  // Where there is doubt, the record may be there already.
  if (policy.withoutRecord !== "create" || person === undefined || customer.maybe.length > 0) return undefined
  if (recordsOf([customer], installed.id).length > 0) return undefined
  const fields = recordFields(customer)
  if (fields === undefined) return undefined
  return {
    key: recordKey(destination, person),
    destination: installed.id,
    verb: "UpsertContact",
    subject: person,
    desired: CREATED,
    records: [],
    state: "due",
    dueAt: times.dueAt,
    lane: 1,
    at: times.at
  }
}

/** Name and handles; `undefined` without an e-mail address or number by which the record could be found again. */
export const recordFields = (
  customer: Pick<Customer, "contacts">
): Pick<Contact, "name" | "handles" | "organizationName"> | undefined => {
  const handles = new Map(
    customer.contacts
      .flatMap((contact) => contact.handles)
      .filter(({ kind, shared }) => (kind === "email" || kind === "phone") && shared !== true)
      .map((handle) => [`${handle.kind}:${handle.value}`, handle])
  )
  if (handles.size === 0) return undefined
  const name = customer.contacts.map((contact) => contact.name).find((candidate) => candidate !== undefined)
  const organizationName = customer.contacts
    .map((contact) => contact.organizationName)
    .find((known) => known !== undefined)
  return {
    handles: [...handles.values()],
    ...(name === undefined ? {} : { name }),
    ...(organizationName === undefined ? {} : { organizationName })
  }
}

/** What was written, or is being written, is to be taken back. */
export const nothing = (
  { key, destination, verb, subject, records, lane, at }: Projections.Projection,
  now: number
): Projections.Desired => ({ key, destination, verb, subject, records, lane, at, state: "due", dueAt: now })

/** Does a record of this Connection say who somebody is today? */
export const isCurrent = (source: string, destination: Destination): boolean =>
  concerns(source, destination) && !destination.replaced.has(source)

/** Never back into the system it came from, and only from the Connections it lists. */
export const concerns = (source: string, { installed, policy, earlier }: Destination): boolean =>
  source !== installed.id && !earlier.includes(source) && (policy.from === "all" || policy.from.includes(source))
