/** HubSpot's items as Parts. Pure: the item, and where it came from, decide. */
import { type Feed, RecordFields, Text } from "@interchannel/connector"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import { fingerprint, toFields } from "./engagement.ts"
import { isEngagement, type ObjectType, pageUrl, refOf } from "./objects.ts"
import { type CrmRecord, type Owner, readerOf } from "./wire.ts"

/** Which value of a Contact each property is; a company's of the same name are the same. */
export const paths: RecordFields.Paths = {
  email: "email",
  phone: "phone",
  mobilephone: "mobile",
  salutation: "name.prefix",
  firstname: "name.given",
  lastname: "name.family",
  jobtitle: "title",
  company: "organizationName",
  address: "address.street",
  city: "address.city",
  state: "address.region",
  zip: "address.postalCode",
  country: "address.country",
  date_of_birth: "birthDate",
  hs_language: "language"
}

/** What is read besides; `hs_merged_object_ids` names the records that were merged into this one. */
const more = Text.words("lifecyclestage hs_merged_object_ids createdate")
const contactsOnly = Text.words("hs_additional_emails associatedcompanyid hubspot_owner_id lastmodifieddate")
const companiesOnly = Text.words("name domain hs_additional_domains hs_lastmodifieddate")
export const contactProperties = [...Object.keys(paths), ...contactsOnly, ...more]
export const companyProperties = [...Text.words("phone address city state zip country"), ...companiesOnly, ...more]

/** A record of any type. */
export const record = (item: CrmRecord, origin: Feed.Origin): ReadonlyArray<Part.Part> => {
  const { objectType: type, marker, properties } = item
  const common = { ref: refOf(type, item.id), version: Version.make(item.updatedAt) }
  if (isEngagement(type)) {
    const written = marker === undefined ? undefined : fingerprint(type, properties)
    return [Part.interaction({ ...common, marker, written, fields: toFields(type, item, origin.defaultRegion) })]
  }
  const former = listIn(item, "hs_merged_object_ids").filter((id) => id !== item.id)
  // A contact that we made is a contact like any other from then on, so it is not marked as ours.
  const subject = { ...common, former: former.length === 0 ? undefined : former.map((id) => refOf(type, id)) }
  const fieldsOf = type === "contacts" ? contactPart : companyPart
  return [fieldsOf(subject, item, origin)]
}

/** The company's own user. Not a record that timeline entries can be put on, hence an address. */
export const owner = ({ id, email, firstName, lastName, updatedAt }: Owner): ReadonlyArray<Part.Part> => {
  const isNamed = firstName !== undefined || lastName !== undefined
  return [
    Part.contact({
      kind: "address",
      ref: Ref.local("owner", id),
      version: Version.make(updatedAt),
      fields: {
        handles: Handle.distinct([Handle.email(email ?? "", { verified: true })]),
        name: isNamed ? { given: firstName, family: lastName } : undefined
      }
    })
  ]
}

export const ownerGone = (id: string, at: number): Part.Part =>
  Part.tombstone("contact", Ref.local("owner", id), Version.make(at))

/** A record from the list of the archived ones. */
export const archived = (item: CrmRecord): ReadonlyArray<Part.Part> => [
  tombstone(item.objectType, item.id, item.archivedAt ?? item.updatedAt)
]

export const tombstone = (type: ObjectType, id: string, at: number): Part.Part => {
  const subject = type === "contacts" ? "contact" : type === "companies" ? "organization" : "interaction"
  return Part.tombstone(subject, refOf(type, id), Version.make(at))
}

// ---------------------------------------------------------------------------------------------------------------------

type Subject = Omit<Parameters<typeof Part.contact>[0], "fields">

/** HubSpot keeps e-mail addresses unique among contacts, so they identify; a telephone number is what somebody typed. */
const contactPart = (subject: Subject, item: CrmRecord, { defaultRegion }: Feed.Origin): Part.Part => {
  const text = readerOf(item)
  const [company, ownerId] = [text("associatedcompanyid"), text("hubspot_owner_id")]
  const { handles = [], ...fields } = toldBy(item, contactsOnly, defaultRegion)
  return Part.contact({
    ...subject,
    fields: {
      ...fields,
      handles: Handle.distinct([
        ...handles,
        ...listIn(item, "hs_additional_emails").map((raw) => Handle.email(raw, { verified: true })),
        Handle.external(`hubspot:${item.portalId}`, item.id, { verified: true })
      ]),
      organization: company === undefined ? undefined : refOf("companies", company),
      owner: ownerId === undefined ? undefined : Ref.local("owner", ownerId),
      url: item.url ?? pageUrl(item.portalId, "contacts", item.id),
      createdAt: item.createdAt
    }
  })
}

const companyPart = (subject: Subject, item: CrmRecord, { defaultRegion }: Feed.Origin): Part.Part => {
  const domains = [...listIn(item, "domain"), ...listIn(item, "hs_additional_domains")]
  const { handles = [], addresses, custom } = toldBy(item, companiesOnly, defaultRegion)
  return Part.organization({
    ...subject,
    fields: {
      name: readerOf(item)("name"),
      domains: domains.length === 0 ? undefined : domains.map((domain) => domain.toLowerCase()),
      phones: handles.length === 0 ? undefined : handles,
      addresses,
      custom,
      url: item.url ?? pageUrl(item.portalId, "companies", item.id)
    }
  })
}

/** The table above; whatever else the configuration asked for is a custom field, but for HubSpot's own `hs_` properties. */
const toldBy = ({ properties }: CrmRecord, others: ReadonlyArray<string>, defaultRegion: string | undefined) => {
  const unread = new Set([...others, "createdate"])
  const told = Object.entries(properties).filter(
    ([name]) => name in paths || !(unread.has(name) || name.startsWith("hs_"))
  )
  return RecordFields.toContact(paths, Object.fromEntries(told), { defaultRegion, emailsAreVerified: true })
}

/** HubSpot puts several values into one property with semicolons between. */
const listIn = (item: CrmRecord, name: string): ReadonlyArray<string> =>
  (readerOf(item)(name) ?? "")
    .split(";")
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")
