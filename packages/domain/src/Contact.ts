/**
 * A person's record in one system. For callers, senders and chat handles without a record, a Contact of kind `address`.
 * Who the Contacts belong to (the Person) is decided elsewhere and never written into a Contact.
 */
import * as Schema from "effect/Schema"
import { FieldName } from "./FieldName.ts"
import { Handle } from "./Handle.ts"
import { Instant } from "./Instant.ts"
import { ContactKey, OrganizationKey } from "./Key.ts"
import { ConnectionId, LocalRef } from "./Ref.ts"
import { Version } from "./Version.ts"

const Text = Schema.NonEmptyString

export const Name = Schema.Struct({
  /** As the system shows it. */
  full: Schema.optional(Text),
  given: Schema.optional(Text),
  middle: Schema.optional(Text),
  family: Schema.optional(Text),
  prefix: Schema.optional(Text),
  suffix: Schema.optional(Text)
}).annotations({ identifier: "Name" })
export type Name = typeof Name.Type

export const PostalAddress = Schema.Struct({
  street: Schema.optional(Text),
  houseNumber: Schema.optional(Text),
  unit: Schema.optional(Text),
  suburb: Schema.optional(Text),
  city: Schema.optional(Text),
  region: Schema.optional(Text),
  postalCode: Schema.optional(Text),
  country: Schema.optional(Text)
}).annotations({ identifier: "PostalAddress" })
export type PostalAddress = typeof PostalAddress.Type

export const CustomValue = Schema.Union(Schema.String, Schema.Finite, Schema.Boolean).annotations({
  identifier: "CustomValue"
})
export type CustomValue = typeof CustomValue.Type

/** What a system may say about a person; every field may be absent. */
export const contactFields = {
  name: Schema.optional(Name),
  handles: Schema.optional(Schema.Array(Handle)),
  organization: Schema.optional(LocalRef),
  organizationName: Schema.optional(Text),
  title: Schema.optional(Text),
  /** ISO 8601, as exact as known: `1980-02-29`, `1980-02`, `1980`. */
  birthDate: Schema.optional(Schema.String.pipe(Schema.pattern(/^\d{4}(-\d{2}(-\d{2})?)?$/))),
  birthPlace: Schema.optional(Text),
  gender: Schema.optional(Text),
  addresses: Schema.optional(Schema.Array(PostalAddress)),
  /** BCP 47. */
  language: Schema.optional(Text),
  /** IANA name. */
  timeZone: Schema.optional(Text),
  /** The vendor's team, workspace or tenant they are a member of; a mere guest of it has none. */
  team: Schema.optional(Text),
  /** The vendor says that this is a program. */
  bot: Schema.optional(Schema.Boolean),
  /** The agent responsible, in the same Connection. */
  owner: Schema.optional(LocalRef),
  /** Where a user of that system opens the record. */
  url: Schema.optional(Text),
  custom: Schema.optional(Schema.Record({ key: FieldName, value: CustomValue })),
  createdAt: Schema.optional(Instant)
}

export const ContactFields = Schema.Struct(contactFields).annotations({ identifier: "ContactFields" })
export type ContactFields = typeof ContactFields.Type

export const ContactKind = Schema.Literal("record", "address").annotations({ identifier: "ContactKind" })
export type ContactKind = typeof ContactKind.Type

export const Contact = Schema.Struct({
  key: ContactKey,
  connection: ConnectionId,
  /** The live address of the record: after a vendor's merge, the surviving one. */
  ref: LocalRef,
  kind: ContactKind,
  ...contactFields,
  handles: Schema.Array(Handle),
  version: Version
}).annotations({ identifier: "Contact" })
export type Contact = typeof Contact.Type

/** A company as one system knows it. */
export const organizationFields = {
  name: Schema.optional(Text),
  /** Internet domains, lower case. */
  domains: Schema.optional(Schema.Array(Text)),
  phones: Schema.optional(Schema.Array(Handle)),
  addresses: Schema.optional(Schema.Array(PostalAddress)),
  url: Schema.optional(Text),
  custom: Schema.optional(Schema.Record({ key: FieldName, value: CustomValue }))
}

export const OrganizationFields = Schema.Struct(organizationFields).annotations({ identifier: "OrganizationFields" })
export type OrganizationFields = typeof OrganizationFields.Type

export const Organization = Schema.Struct({
  key: OrganizationKey,
  connection: ConnectionId,
  ref: LocalRef,
  ...organizationFields,
  version: Version
}).annotations({ identifier: "Organization" })
export type Organization = typeof Organization.Type

/** What a contact is called: as the system shows it, else put together. */
export const nameOf = ({ name: { full, given, family } = {} }: Pick<Contact, "name">): string | undefined =>
  full ?? ([given, family].filter((piece) => piece !== undefined).join(" ") || undefined)

/** The name to show for a contact, else the first handle. */
export const displayName = (contact: Pick<Contact, "name" | "handles">): string | undefined =>
  nameOf(contact) ?? contact.handles[0]?.value

/** The same, or the id of a record that tells nothing. */
export const label = (contact: Pick<Contact, "name" | "handles" | "ref">): string =>
  displayName(contact) ?? contact.ref.id
