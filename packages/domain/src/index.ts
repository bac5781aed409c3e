/** The words of interchannel: schemas, ids, handles and their normalisation, and `Assemble`. Pure. */
export * as Assemble from "./Assemble.ts"
export * as CardNumber from "./CardNumber.ts"
export {
  Contact,
  ContactFields,
  ContactKind,
  Name,
  Organization,
  OrganizationFields,
  PostalAddress
} from "./Contact.ts"
export * as Contacts from "./Contact.ts"
export * as Details from "./Details.ts"
export * as EmailAddress from "./EmailAddress.ts"
export * as FieldPath from "./FieldPath.ts"
export * as Handle from "./Handle.ts"
export * as Instant from "./Instant.ts"
export { Interaction, type InteractionFields, InteractionKind } from "./Interaction.ts"
export * as Interactions from "./Interaction.ts"
export * as Key from "./Key.ts"
export * as Own from "./Own.ts"
export * as Part from "./Part.ts"
export { Participant, Role } from "./Participant.ts"
export * as PersonName from "./PersonName.ts"
export * as PhoneNumber from "./PhoneNumber.ts"
export { ConnectionId, LocalRef, VendorRef } from "./Ref.ts"
export * as Ref from "./Ref.ts"
export * as SameAs from "./SameAs.ts"
export * as Version from "./Version.ts"
