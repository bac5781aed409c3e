/**
 * What one vendor item tells about a Contact, an Organization or an Interaction: a call leg, its recording, a profile. The
 * ledger stores Parts; `Assemble` makes the current record of them. A subject is named by its `LocalRef`; `former` refs
 * turned out to be the same subject (a vendor's merge, an attended transfer).
 */
import type { ContactFields, ContactKind, OrganizationFields } from "./Contact.ts"
import type { InteractionFields } from "./Interaction.ts"
import type { LocalRef } from "./Ref.ts"
import type { Version } from "./Version.ts"

interface Common {
  readonly ref: LocalRef
  /** Earlier refs of this very subject; their parts and links now belong to `ref`. */
  readonly former?: ReadonlyArray<LocalRef>
  /** Which part of the subject; one feed item keeps one part key for life. */
  readonly part: string
  readonly version: Version
  /** The subject ended at `version`; a newer part brings it back. */
  readonly deleted?: boolean
  /**
   * Of a tombstone: no vendor said that it ended, a complete reading did not show it. A later reading that shows it again
   * brings it back, whatever its version: a restored record often keeps its old one.
   */
  readonly absent?: boolean
  /** Our own key, found in the vendor's record: we wrote this. */
  readonly marker?: string
  /** The hash that `Marker.fingerprint` gives of the fields a person could have edited in a record we wrote. */
  readonly written?: string
}

export interface ContactPart extends Common {
  readonly subject: "contact"
  readonly kind?: ContactKind
  readonly fields: ContactFields
}
export interface OrganizationPart extends Common {
  readonly subject: "organization"
  readonly fields: OrganizationFields
}
export interface InteractionPart extends Common {
  readonly subject: "interaction"
  readonly fields: InteractionFields
}
export type Part = ContactPart | OrganizationPart | InteractionPart
export type Subject = Part["subject"]

/** The part key of a tombstone, and of a subject that one item tells whole. */
export const WHOLE = "whole"
export const TOMBSTONE = "tombstone"

/** As an author states it: what is not known may be absent or undefined. */
type Given<P extends Part> = Loose<Omit<P, "subject" | "part"> & { readonly part?: string }>
type Loose<A> = { readonly [K in keyof A]: {} extends Pick<A, K> ? A[K] | undefined : A[K] }

export const contact = (given: Given<ContactPart>): ContactPart => stated({ subject: "contact", part: WHOLE }, given)

export const organization = (given: Given<OrganizationPart>): OrganizationPart =>
  stated({ subject: "organization", part: WHOLE }, given)

export const interaction = (given: Given<InteractionPart>): InteractionPart =>
  stated({ subject: "interaction", part: WHOLE }, given)

/** The vendor deleted the subject. Beats every part that is not newer. */
export const tombstone = (subject: Subject, ref: LocalRef, version: Version): Part => ({
  subject,
  ref,
  part: TOMBSTONE,
  version,
  deleted: true,
  fields: {}
})

/** Work for the connection instead of a fact: this item changed, read it again (`Feed.one`). */
export interface Refetch {
  readonly refetch: string
  readonly id: string
  readonly partition?: string
  /** Not needed when the ledger holds this subject already: a stranger is looked up once. */
  readonly unlessKnown?: LocalRef
}

/** What `normalize` returns: facts, and things to read again. */
export type Outcome = Part | Refetch

export const isRefetch = (outcome: Outcome): outcome is Refetch => "refetch" in outcome

export const refetch = (feed: string, id: string, partition?: string): Refetch =>
  partition === undefined ? { refetch: feed, id } : { refetch: feed, id, partition }

// ---------------------------------------------------------------------------------------------------------------------

const stated = <P extends Part>(common: Pick<P, "subject" | "part">, given: Given<P>): P =>
  ({ ...common, ...known(given) }) as unknown as P

/** Without what is undefined, at any depth. */
const known = <A>(value: A): A => {
  if (Array.isArray(value)) return value.map(known) as A
  if (typeof value !== "object" || value === null) return value
  const fields: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) if (field !== undefined) fields[name] = known(field)
  return fields as A
}
