/** Which properties HubSpot's object types have, and which values it refuses. Only those a connector meets. */
import { type ObjectType, objects } from "../objects.ts"
import { Refusal } from "./Refusal.ts"
import type { Portal, PropertyDefinition } from "./State.ts"

/** HubSpot's limit of one text property. */
const TEXT_CHARACTERS_MAX = 65_536
/** Of properties with unique values on one object type. */
export const UNIQUE_PROPERTIES_MAX = 10

const words = (text: string): ReadonlyArray<string> => text.split(" ")
const prefixed = (prefix: string, text: string): ReadonlyArray<string> => words(text).map((word) => prefix + word)
const everyone = words("phone address city state zip country lifecyclestage hubspot_owner_id")
const entry = words("hs_timestamp hubspot_owner_id hs_attachment_ids")

const writable: Readonly<Record<ObjectType, ReadonlyArray<string>>> = {
  contacts: [
    ...everyone,
    ...words("email hs_additional_emails mobilephone firstname lastname salutation jobtitle company"),
    ...words("date_of_birth hs_language associatedcompanyid")
  ],
  companies: [...everyone, ...words("name domain hs_additional_domains")],
  calls: [
    ...entry,
    ...prefixed("hs_call_", "title body direction duration status disposition from_number to_number"),
    ...prefixed("hs_call_", "recording_url external_id callee_object_id")
  ],
  emails: [...entry, ...prefixed("hs_email_", "direction subject text html headers status message_id")],
  notes: [...entry, "hs_note_body"],
  meetings: [...entry, ...prefixed("hs_meeting_", "title body start_time end_time outcome location external_url")],
  communications: [...entry, ...prefixed("hs_communication_", "channel_type logged_from body")]
}

const readOnly = words(
  "hs_object_id createdate hs_createdate lastmodifieddate hs_lastmodifieddate hs_merged_object_ids"
)

const options: Readonly<Record<string, ReadonlyArray<string>>> = {
  hs_call_direction: ["INBOUND", "OUTBOUND"],
  hs_call_status: [
    "COMPLETED",
    "NO_ANSWER",
    "BUSY",
    "FAILED",
    "CANCELED",
    "MISSED",
    "IN_PROGRESS",
    "QUEUED",
    "RINGING"
  ],
  hs_email_direction: ["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"],
  hs_email_status: ["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"],
  hs_communication_channel_type: ["SMS", "WHATS_APP", "LINKEDIN_MESSAGE"],
  hs_communication_logged_from: ["CRM"],
  hs_meeting_outcome: ["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"]
}

const times = ["hs_timestamp", "hs_meeting_start_time", "hs_meeting_end_time"]

export const define = (name: string, given: Partial<PropertyDefinition> = {}): PropertyDefinition => ({
  name,
  label: name,
  type: "string",
  fieldType: "text",
  groupName: "information",
  description: "",
  hasUniqueValue: false,
  ...given
})

export const findProperty = (portal: Portal, type: ObjectType, name: string): PropertyDefinition | undefined => {
  const known = writable[type].includes(name) || readOnly.includes(name)
  return (
    portal.properties[type].find((property) => property.name === name) ??
    (known ? define(name, { hasUniqueValue: type === "contacts" && name === "email" }) : undefined)
  )
}

export const allProperties = (portal: Portal, type: ObjectType): ReadonlyArray<PropertyDefinition> => [
  ...[...writable[type], ...readOnly].map((name) => define(name)),
  ...portal.properties[type]
]

/** Names of the properties of which no two records have the same value. */
export const uniqueNames = (portal: Portal, type: ObjectType): ReadonlyArray<string> => [
  ...(type === "contacts" ? ["email"] : []),
  ...portal.properties[type].filter(({ hasUniqueValue }) => hasUniqueValue).map(({ name }) => name)
]

/** Refuses values as HubSpot does: the whole call, naming the property. `whole`: the record with what is written on top. */
export const validate = (
  portal: Portal,
  type: ObjectType,
  written: Readonly<Record<string, unknown>>,
  whole: Readonly<Record<string, string>>
): void => {
  for (const [name, value] of Object.entries(written)) {
    if (findProperty(portal, type, name) === undefined) {
      throw invalid(name, "PROPERTY_DOESNT_EXIST", `Property "${name}" does not exist`)
    }
    if (readOnly.includes(name)) throw invalid(name, "READ_ONLY_VALUE", `"${name}" is a read only property`)
    if (typeof value !== "string") throw invalid(name, "INVALID_VALUE", `${name} must be a string`)
    if (value.length > TEXT_CHARACTERS_MAX) throw invalid(name, "VALUE_TOO_LONG", `${name} is too long`)
    if (value === "") continue
    if (options[name] !== undefined && !options[name].includes(value)) {
      throw invalid(name, "INVALID_OPTION", `${value} was not one of the allowed options`)
    }
    if (times.includes(name) && Number.isNaN(timeOf(value)))
      throw invalid(name, "INVALID_DATE", `${value} was not a date`)
    if (name === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
      throw invalid(name, "INVALID_EMAIL", `Email address ${value} is invalid`)
    }
  }
  const demanded = [
    ...(writable[type].includes("hs_timestamp") ? ["hs_timestamp"] : []),
    ...(portal.demanded[type] ?? [])
  ]
  for (const name of demanded) {
    if (!whole[name])
      throw invalid(
        name,
        "REQUIRED_FIELD",
        `Error creating ${objects[type].typeId}. Some required properties were not set.`
      )
  }
}

/** Epoch milliseconds of what HubSpot takes for a time. */
export const timeOf = (value: string): number => (/^\d+$/.test(value) ? Number(value) : Date.parse(value))

/** Times are given back as ISO 8601, however they were sent. */
export const stored = (properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      times.includes(name) && value !== "" ? new Date(timeOf(value)).toISOString() : value
    ])
  )

const invalid = (name: string, code: string, message: string): Refusal =>
  new Refusal(400, "VALIDATION_ERROR", `Property values were not valid: ${message}`, {
    errors: [{ message, code, context: { propertyName: [name] } }]
  })
