/**
 * Own people are configuration: the company's domains, numbers and teams. Roles, and with them who a customer is, follow
 * from it; changing it needs no new reading from any vendor.
 */
import * as Schema from "effect/Schema"
import type { Contact } from "./Contact.ts"
import type { Handle } from "./Handle.ts"
import type { Interaction } from "./Interaction.ts"
import type { Participant, Role } from "./Participant.ts"
import type { LocalRef } from "./Ref.ts"

export const Own = Schema.Struct({
  /** Internet domains of the company; their subdomains count. */
  domains: Schema.optionalWith(Schema.Array(Schema.NonEmptyString), { default: () => [] }),
  /** The company's own numbers, E.164. */
  numbers: Schema.optionalWith(Schema.Array(Schema.NonEmptyString), { default: () => [] }),
  /** Vendor team, workspace or tenant ids whose members are staff. */
  teams: Schema.optionalWith(Schema.Array(Schema.NonEmptyString), { default: () => [] })
}).annotations({ identifier: "Own" })
export type Own = typeof Own.Type

export const none: Own = { domains: [], numbers: [], teams: [] }

export const ownsHandle = (own: Own, handle: Pick<Handle, "kind" | "value">): boolean => {
  if (handle.kind === "phone") return own.numbers.includes(handle.value)
  if (handle.kind !== "email") return false
  const domain = handle.value.slice(handle.value.lastIndexOf("@") + 1)
  return own.domains.some((mine) => domain === mine || domain.endsWith(`.${mine}`))
}

/** Is this contact one of us? */
export const ownsContact = (own: Own, contact: Pick<Contact, "handles" | "team">): boolean =>
  (contact.team !== undefined && own.teams.includes(contact.team)) ||
  contact.handles.some((handle) => ownsHandle(own, handle))

/** A role the vendor states stands; else staff are agents, programs are bots, and who remains is a customer. */
export const roleOf = (own: Own, participant: Participant, contact: Contact | undefined): Role => {
  if (participant.role !== undefined && participant.role !== "customer") return participant.role
  if (contact?.bot === true) return "bot"
  const ours =
    (participant.team !== undefined && own.teams.includes(participant.team)) ||
    (participant.handle !== undefined && ownsHandle(own, participant.handle)) ||
    (contact !== undefined && ownsContact(own, contact))
  return ours ? "agent" : "customer"
}

/** The customers in an interaction; empty for staff chat, internal mail, newsletters: those go nowhere. */
export const customersOf = (
  own: Own,
  interaction: Interaction,
  contactOf: (ref: LocalRef) => Contact | undefined
): ReadonlyArray<Participant> => {
  if (
    interaction.kind === "email" &&
    (interaction.details.listId !== undefined || interaction.details.sort === "list")
  ) {
    return []
  }
  return interaction.participants.filter(
    (participant) => roleOf(own, participant, participant.contact && contactOf(participant.contact)) === "customer"
  )
}
