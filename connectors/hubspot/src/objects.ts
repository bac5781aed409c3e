/** The HubSpot object types we deal with: their names in paths, in refs and in events, and how they are associated. */
import { type LocalRef, Ref } from "@interchannel/domain"

export const engagementTypes = ["calls", "emails", "notes", "meetings", "communications"] as const
export type EngagementType = (typeof engagementTypes)[number]

export const recordTypes = ["contacts", "companies"] as const
export type RecordType = (typeof recordTypes)[number]

export const objectTypes = [...recordTypes, ...engagementTypes] as const
export type ObjectType = (typeof objectTypes)[number]

interface ObjectFacts {
  /** The kind in our refs. */
  readonly kind: string
  /** HubSpot's own id of the type, in events and page addresses. */
  readonly typeId: string
  /** The property that holds the time of the last change; contacts have a name of their own for it. */
  readonly modified: string
}

export const objects: Readonly<Record<ObjectType, ObjectFacts>> = {
  contacts: { kind: "contact", typeId: "0-1", modified: "lastmodifieddate" },
  companies: { kind: "company", typeId: "0-2", modified: "hs_lastmodifieddate" },
  calls: { kind: "call", typeId: "0-48", modified: "hs_lastmodifieddate" },
  emails: { kind: "email", typeId: "0-49", modified: "hs_lastmodifieddate" },
  notes: { kind: "note", typeId: "0-46", modified: "hs_lastmodifieddate" },
  meetings: { kind: "meeting", typeId: "0-47", modified: "hs_lastmodifieddate" },
  communications: { kind: "communication", typeId: "0-18", modified: "hs_lastmodifieddate" }
}

/** HubSpot's own association types, from an entry to the record it stands on. */
export const associationTypeIds: Readonly<Record<EngagementType, Readonly<Record<RecordType, number>>>> = {
  calls: { contacts: 194, companies: 182 },
  emails: { contacts: 198, companies: 186 },
  notes: { contacts: 202, companies: 190 },
  meetings: { contacts: 200, companies: 188 },
  communications: { contacts: 81, companies: 87 }
}

export const isEngagement = (type: ObjectType): type is EngagementType => type in associationTypeIds

/** By the kind of a ref, the type id of an event, or the word an older event begins with. */
export const typeOf = (word: string | undefined): ObjectType | undefined =>
  objectTypes.find((type) => type === word || objects[type].kind === word || objects[type].typeId === word)

export const refOf = (type: ObjectType, id: string): LocalRef => Ref.local(objects[type].kind, id)

/** Engagements of all types share one feed; there an id is `calls/123`. */
export const engagementId = (type: ObjectType, id: string): string => `${type}/${id}`

/** The dated version that `wire.ts` holds the shapes of. */
const VERSION = "2026-09"
export const objectPath = (type: ObjectType, rest = ""): string => `/crm/objects/${VERSION}/${type}${rest}`
export const propertyPath = (type: ObjectType, rest = ""): string => `/crm/properties/${VERSION}/${type}${rest}`
export const associationPath = (from: EngagementType, to: RecordType, rest: string): string =>
  `/crm/associations/${VERSION}/${from}/${to}/batch/${rest}`
export const OWNERS_PATH = `/crm/owners/${VERSION}`
export const TOKEN_PATH = `/oauth/${VERSION}/token`

/** Where a user opens a record. */
export const pageUrl = (portalId: number, type: ObjectType, id: string): string =>
  `https://app.hubspot.com/contacts/${portalId}/record/${objects[type].typeId}/${id}`
