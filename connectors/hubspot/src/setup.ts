/** What an account needs before it can be read and written: a token with its scopes, our own property, subscriptions. */
import { Finding, Setup, VendorError } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { call, type HubSpotApi, settings } from "./api.ts"
import * as batch from "./batch.ts"
import { subscriptions } from "./journal.ts"
import {
  type EngagementType,
  engagementTypes,
  type ObjectType,
  objectPath,
  propertyPath,
  recordTypes
} from "./objects.ts"
import { Property, type Values } from "./wire.ts"

type Looked = Effect.Effect<ReadonlyArray<Finding.Finding>, VendorError.VendorError, HubSpotApi>

const { bad, good, unlessRefused } = Finding

/** Reads only: a first look does no harm. */
export const check: Looked = Effect.gen(function* () {
  const access = yield* Effect.forEach(recordTypes, (type) =>
    unlessRefused(
      `reading ${type}`,
      Effect.as(
        call(`${type}.list`, Schema.Unknown, { path: objectPath(type), query: { limit: 1 } }),
        good(`${type} can be read`)
      )
    )
  )
  if (access.some(({ ok }) => !ok)) return access
  return [...access, ...(yield* Setup.check([...(yield* properties), subscriptions]))]
})

/** Creates the property where it is missing, tries it out on an entry that is archived at once, subscribes the journal. */
export const prepare: Looked = Effect.gen(function* () {
  const made = yield* Setup.prepare(yield* properties)
  if (made.some(({ ok }) => !ok)) return made
  const tried = yield* Effect.forEach(engagementTypes, (type) => unlessRefused(`writing ${type}`, tryOut(type)))
  return [...made, ...tried, ...(yield* Setup.prepare([subscriptions]))]
})

// ---------------------------------------------------------------------------------------------------------------------

/** Our property on the types that we write. */
const properties = Effect.map(settings, ({ uniqueProperty }) =>
  (["contacts", ...engagementTypes] as const).map((type) => propertyOf(type, uniqueProperty))
)

const GROUP = "interchannel"

const propertyOf = (type: ObjectType, name: string): Setup.Wanted<HubSpotApi> => ({
  what: `the property ${name} of ${type}`,
  look: Effect.gen(function* () {
    const request = { path: propertyPath(type, `/${name}`) }
    const found = yield* VendorError.unlessGone(call(`${type}.property`, Property, request))
    if (found === undefined) return undefined
    if (found.hasUniqueValue !== true) {
      return bad(
        `the property ${name} on ${type} was made without unique values, which cannot be changed`,
        "choose another name as `uniqueProperty` in the settings, or delete the property in HubSpot"
      )
    }
    // Reading by the property is refused where writing by it would be, and changes nothing.
    yield* batch.read(type, ["-"], { idProperty: name, properties: [name] })
    return good(`${type} can be written by ${name}`)
  }),
  make: Effect.zipRight(
    unlessThere(`${type}.group`, propertyPath(type, "/groups"), { name: GROUP, label: "interchannel" }),
    unlessThere(`${type}.property`, propertyPath(type), {
      name,
      label: "interchannel id",
      description: "Recognises what interchannel wrote. Please leave it as it is.",
      groupName: GROUP,
      type: "string",
      fieldType: "text",
      formField: false,
      hasUniqueValue: true
    })
  )
})

const unlessThere = (operation: string, path: string, json: object) =>
  Effect.catchIf(
    call(operation, Schema.Unknown, { path, json }),
    ({ reason }) => reason._tag === "Rejected" && /conflict|exists/i.test(reason.code + reason.detail),
    () => Effect.void
  )

/** Writes the same key twice; both must be the same record. It stands on nobody's timeline. */
const tryOut = (type: EngagementType) =>
  Effect.gen(function* () {
    const { uniqueProperty: idProperty } = yield* settings
    // The same at every try: what an interrupted one left behind is found and archived by the next.
    const id = "try-out"
    const at = Instant.toIso(yield* Clock.currentTimeMillis)
    const row = { id, idProperty, properties: { hs_timestamp: at, [idProperty]: id, ...demanded[type] } }
    const write = Effect.flatMap(batch.write(type, "upsert", [row]), ([outcome]) => outcome!)
    const ids = new Set([(yield* write).id, (yield* write).id])
    for (const made of ids) {
      const request = { method: "DELETE", path: objectPath(type, `/${made ?? ""}`) } as const
      yield* Effect.either(call(`${type}.archive`, Schema.Unknown, request))
    }
    return ids.size === 1
      ? good(`${type} are written once, however often a write is repeated`)
      : bad(
          `${type} do not honour unique values: the same entry became two`,
          "do not approve this destination; report it with the account's plan"
        )
  })

/** What HubSpot wants in any entry of the type. */
const demanded: Readonly<Record<EngagementType, Values>> = {
  calls: {},
  emails: { hs_email_direction: "EMAIL" },
  notes: { hs_note_body: "interchannel: trying out" },
  meetings: {},
  communications: { hs_communication_channel_type: "SMS", hs_communication_logged_from: "CRM" }
}
