/** HubSpot's items as Parts. Pure: the item, and where it came from, decide. */
import type { Feed } from "@interchannel/connector"
import { type ContactFields, Handle, Part, Ref, Version } from "@interchannel/domain"
import { fingerprint, toFields } from "./engagement.ts"
import { isEngagement, objects, pageUrl } from "./objects.ts"
import type { CrmRecord, Owner } from "./wire.ts"

/** The contact properties that are read. `hs_merged_object_ids` names the records that were merged into this one. */
const words = (text: string): ReadonlyArray<string> => text.split(" ")
export const contactProperties = [
  ...words("email hs_additional_emails phone mobilephone firstname lastname salutation jobtitle company"),
  ...words("associatedcompanyid address city state zip country date_of_birth hs_language hubspot_owner_id"),
  ...words("lifecyclestage hs_merged_object_ids createdate lastmodifieddate")
]
export const companyProperties = [
  ...words("name domain hs_additional_domains phone address city state zip country lifecyclestage"),
  ...words("hs_merged_object_ids createdate hs_lastmodifieddate")
]

/** A record of any type. */
export const record = (item: CrmRecord, origin: Feed.Origin): ReadonlyArray<Part.Part> => {
  const { objectType: type } = item
  const common = { ref: Ref.local(objects[type].kind, item.id), version: Version.make(item.updatedAt) }
  if (isEngagement(type)) {
    const { marker } = item
    const written = marker === undefined ? undefined : fingerprint(type, item.properties)
    return [Part.interaction({ ...common, marker, written, fields: toFields(type, item, origin.defaultRegion) })]
  }
  // A contact that we made is a contact like any other from then on, so it is not marked as ours.
  const former = mergedIds(item).map((id) => Ref.local(objects[type].kind, id))
  const subject = { ...common, former: former.length === 0 ? undefined : former }
  return type === "contacts"
    ? [Part.contact({ ...subject, fields: contactFields(item, origin.defaultRegion) })]
    : [Part.organization({ ...subject, fields: companyFields(item, origin.defaultRegion) })]
}

/** The company's own user. Not a record that timeline entries can be put on, hence an address. */
export const owner = (item: Owner): ReadonlyArray<Part.Part> => {
  const email = Handle.email(item.email ?? "", { verified: true })
  return [
    Part.contact({
      kind: "address",
      ref: Ref.local("owner", item.id),
      version: Version.make(item.updatedAt),
      fields: { handles: Handle.distinct([email]), name: some({ given: item.firstName, family: item.lastName }) }
    })
  ]
}

export const ownerGone = (id: string, at: number): Part.Part =>
  Part.tombstone("contact", Ref.local("owner", id), Version.make(at))

/** A record from the list of the archived ones. */
export const archived = (item: CrmRecord): ReadonlyArray<Part.Part> => [
  tombstone(item.objectType, item.id, item.archivedAt ?? item.updatedAt)
]

export const tombstone = (type: CrmRecord["objectType"], id: string, at: number): Part.Part =>
  Part.tombstone(
    type === "contacts" ? "contact" : type === "companies" ? "organization" : "interaction",
    Ref.local(objects[type].kind, id),
    Version.make(at)
  )

// ---------------------------------------------------------------------------------------------------------------------

const contactFields = (item: CrmRecord, defaultRegion: string | undefined): ContactFields => {
  const text = reader(item)
  const company = text("associatedcompanyid")
  const ownerId = text("hubspot_owner_id")
  const birthDate = /^\d{4}-\d{2}-\d{2}$/.exec(text("date_of_birth") ?? "")?.[0]
  return {
    handles: handlesOf(item, defaultRegion),
    name: some({ prefix: text("salutation"), given: text("firstname"), family: text("lastname") }),
    organization: company === undefined ? undefined : Ref.local("company", company),
    owner: ownerId === undefined ? undefined : Ref.local("owner", ownerId),
    organizationName: text("company"),
    title: text("jobtitle"),
    birthDate,
    language: text("hs_language"),
    addresses: addressesOf(item),
    custom: customOf(item, contactProperties),
    url: item.url ?? pageUrl(item.portalId, "contacts", item.id),
    createdAt: item.createdAt
  }
}

const companyFields = (item: CrmRecord, defaultRegion: string | undefined) => {
  const text = reader(item)
  const domains = [text("domain") ?? "", ...split(text("hs_additional_domains"))].filter((it) => it !== "")
  const phone = Handle.phone(text("phone") ?? "", { defaultRegion })
  return {
    name: text("name"),
    domains: domains.length === 0 ? undefined : domains.map((domain) => domain.toLowerCase()),
    phones: phone === undefined ? undefined : [phone],
    addresses: addressesOf(item),
    custom: customOf(item, companyProperties),
    url: item.url ?? pageUrl(item.portalId, "companies", item.id)
  }
}

/** HubSpot keeps e-mail addresses unique among contacts, so they identify; a telephone number is what somebody typed. */
const handlesOf = (item: CrmRecord, defaultRegion: string | undefined): ReadonlyArray<Handle.Handle> => {
  const text = reader(item)
  const emails = [text("email") ?? "", ...split(text("hs_additional_emails"))].map((raw) =>
    Handle.email(raw, { verified: true })
  )
  const phones = (["phone", "mobilephone"] as const).map((name) =>
    Handle.phone(text(name) ?? "", { defaultRegion, ...(name === "phone" ? {} : { label: "mobile" }) })
  )
  const itself = Handle.external(`hubspot:${item.portalId}`, item.id, { verified: true })
  return Handle.distinct([...emails, ...phones, itself])
}

const addressesOf = (item: CrmRecord) => {
  const text = reader(item)
  const address = some({
    street: text("address"),
    city: text("city"),
    region: text("state"),
    postalCode: text("zip"),
    country: text("country")
  })
  return address && [address]
}

/** The life cycle, and whatever else the configuration asked for. HubSpot's own `hs_` properties are none of it. */
const customOf = (item: CrmRecord, known: ReadonlyArray<string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(item.properties)
      .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== "")
      .filter(([name]) => name === "lifecyclestage" || !(known.includes(name) || name.startsWith("hs_")))
  )

const mergedIds = (item: CrmRecord): ReadonlyArray<string> =>
  split(reader(item)("hs_merged_object_ids")).filter((id) => id !== item.id)

const reader = (item: CrmRecord) => (name: string) => item.properties[name]?.trim() || undefined

/** HubSpot puts several values into one property with semicolons between. */
const split = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "")
    .split(";")
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")

/** `undefined` when no field of it is known. */
const some = <A extends object>(fields: A): A | undefined =>
  Object.values(fields).every((value) => value === undefined) ? undefined : fields
