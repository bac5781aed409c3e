/** Someone in an Interaction: who it was as far as the vendor says, and in which role. */
import * as Schema from "effect/Schema"
import { Handle } from "./Handle.ts"
import { LocalRef } from "./Ref.ts"

export const Role = Schema.Literal("customer", "agent", "bot", "system").annotations({ identifier: "Role" })
export type Role = typeof Role.Type

export const Participant = Schema.Struct({
  /** What the vendor says. Absent: not known; `Own.roleOf` decides with the installation's own domains, numbers, teams. */
  role: Schema.optional(Role),
  /** Their record in the same Connection. */
  contact: Schema.optional(LocalRef),
  /** The address used in this very interaction; replies go there. */
  handle: Schema.optional(Handle),
  name: Schema.optional(Schema.String),
  /** The vendor's team, workspace or tenant they are a member of; a mere guest of it has none. */
  team: Schema.optional(Schema.String),
  /** How they take part, in mail words: from, to, cc, bcc. */
  place: Schema.optional(Schema.Literal("from", "to", "cc", "bcc"))
}).annotations({ identifier: "Participant" })
export type Participant = typeof Participant.Type

/** What makes two mentions the same participant: the record when known, else the address, else the name. */
export const identityOf = (participant: Participant): string => {
  if (participant.contact) return `contact ${participant.contact.kind} ${participant.contact.id}`
  if (participant.handle) return `handle ${participant.handle.kind} ${participant.handle.value}`
  return `name ${participant.name ?? ""}`
}
