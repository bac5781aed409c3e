/** What an account needs before it can be read and written: a token with its scopes, our own property, subscriptions. */
import { Finding, VendorError } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { HubSpotApi, Nothing, type Request } from "./api.ts"
import * as batch from "./batch.ts"
import { JOURNAL_VERSION } from "./feeds.ts"
import { type EngagementType, engagementTypes, isEngagement, type ObjectType, objects, objectTypes } from "./objects.ts"
import { pathOf } from "./records.ts"
import { Batch, Property, Subscriptions } from "./wire.ts"

type Looked<A> = Effect.Effect<A, VendorError.VendorError, HubSpotApi>

/** The types that carry our property. */
const ownTypes = ["contacts", ...engagementTypes] as const
const GROUP = "interchannel"
const SUBSCRIPTIONS_PATH = `/webhooks-journal/subscriptions/${JOURNAL_VERSION}`
/** The journal does not say who did it. Of entries only deletions are wanted, else each of ours would be read again. */
const actionsOf = (type: ObjectType): ReadonlyArray<string> =>
  isEngagement(type) ? ["DELETE", "RESTORE"] : ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE"]

/** Reads only: a first look does no harm. */
export const check: Looked<ReadonlyArray<Finding.Finding>> = Effect.gen(function* () {
  const access = yield* Effect.forEach(["contacts", "companies"] as const, readable)
  if (access.some(({ ok }) => !ok)) return access
  const properties = yield* Effect.forEach(ownTypes, propertyFinding)
  return [...access, ...properties, yield* journalFinding]
})

/** Creates the property where it is missing, tries it out on an entry that is archived at once, subscribes the journal. */
export const prepare: Looked<ReadonlyArray<Finding.Finding>> = Effect.gen(function* () {
  const properties = yield* Effect.forEach(ownTypes, (type) => unlessRefused(`the property on ${type}`, create(type)))
  if (properties.some(({ ok }) => !ok)) return properties
  const upserts = yield* Effect.forEach(engagementTypes, (type) => unlessRefused(`writing ${type}`, tryOut(type)))
  return [...properties, ...upserts, yield* unlessRefused("the journal's subscriptions", subscribe)]
})

// ---------------------------------------------------------------------------------------------------------------------

const { bad, good, onApproval, unlessRefused } = Finding

const readable = (type: "contacts" | "companies") =>
  unlessRefused(
    `reading ${type}`,
    Effect.gen(function* () {
      const { call, settings } = yield* HubSpotApi
      yield* call(`${type}.list`, Nothing, { path: pathOf(settings, type), query: { limit: "1" } })
      return good(`${type} can be read`)
    })
  )

const propertyPath = (version: string, type: ObjectType, rest: string) => `/crm/properties/${version}/${type}${rest}`

/** `undefined` when the type has no such property. */
const property = (type: ObjectType): Looked<typeof Property.Type | undefined> =>
  Effect.gen(function* () {
    const { call, settings } = yield* HubSpotApi
    const path = propertyPath(settings.apiVersion, type, `/${settings.uniqueProperty}`)
    return yield* VendorError.unlessGone(call(`${type}.property`, Property, { path }))
  })

const propertyFinding = (type: (typeof ownTypes)[number]) =>
  unlessRefused(
    `the property on ${type}`,
    Effect.gen(function* () {
      const { call, settings } = yield* HubSpotApi
      const { uniqueProperty: name } = settings
      const found = yield* property(type)
      if (found === undefined) return onApproval(`${type} have no property ${name} yet`)
      if (found.hasUniqueValue !== true) return notUnique(type, name)
      // Reading by the property is refused where writing by it would be, and changes nothing.
      const body = { idProperty: name, inputs: [{ id: "-" }], properties: [name], propertiesWithHistory: [] }
      yield* call(`${type}.read`, Batch, { method: "POST", path: pathOf(settings, type, "/batch/read"), body })
      return good(`${type} can be written by ${name}`)
    })
  )

const notUnique = (type: string, name: string): Finding.Finding =>
  bad(
    `the property ${name} on ${type} was made without unique values, which cannot be changed`,
    "choose another name as `uniqueProperty` in the settings, or delete the property in HubSpot"
  )

const create = (type: ObjectType): Looked<Finding.Finding> =>
  Effect.gen(function* () {
    const { settings } = yield* HubSpotApi
    const { apiVersion, uniqueProperty: name } = settings
    const found = yield* property(type)
    if (found !== undefined) {
      return found.hasUniqueValue === true ? good(`${type} have the property ${name}`) : notUnique(type, name)
    }
    yield* unlessThere(`${type}.group`, {
      method: "POST",
      path: propertyPath(apiVersion, type, "/groups"),
      body: { name: GROUP, label: "interchannel" }
    })
    yield* unlessThere(`${type}.property`, {
      method: "POST",
      path: propertyPath(apiVersion, type, ""),
      body: {
        name,
        label: "interchannel id",
        description: "Recognises what interchannel wrote. Please leave it as it is.",
        groupName: GROUP,
        type: "string",
        fieldType: "text",
        formField: false,
        hasUniqueValue: true
      }
    })
    return good(`made the property ${name} on ${type}`)
  })

const unlessThere = (operation: string, request: Request): Looked<void> =>
  Effect.gen(function* () {
    const { call } = yield* HubSpotApi
    yield* call(operation, Nothing, request)
  }).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "Rejected" && /conflict|exists/i.test(reason.code + reason.detail),
      () => Effect.void
    )
  )

/** Writes the same key twice; both must be the same record. It stands on nobody's timeline. */
const tryOut = (type: EngagementType): Looked<Finding.Finding> =>
  Effect.gen(function* () {
    const { call, settings } = yield* HubSpotApi
    const now = yield* Clock.currentTimeMillis
    // The same at every try: what an interrupted one left behind is found and archived by the next.
    const id = "try-out"
    const properties = { hs_timestamp: Instant.toIso(now), [settings.uniqueProperty]: id, ...demanded[type] }
    const row = { id, idProperty: settings.uniqueProperty, properties }
    const first = yield* Effect.flatMap(batch.write(type, "upsert", [row]), ([outcome]) => outcome!)
    const second = yield* Effect.flatMap(batch.write(type, "upsert", [row]), ([outcome]) => outcome!)
    for (const record of new Set([first.id, second.id])) {
      const path = pathOf(settings, type, `/${record ?? ""}`)
      yield* Effect.either(call(`${type}.archive`, Nothing, { method: "DELETE", path }))
    }
    return first.id === second.id
      ? good(`${type} are written once, however often a write is repeated`)
      : bad(
          `${type} do not honour unique values: the same entry became two`,
          "do not approve this destination; report it with the account's plan"
        )
  })

const demanded: Readonly<Record<EngagementType, Readonly<Record<string, string>>>> = {
  calls: {},
  emails: { hs_email_direction: "EMAIL" },
  notes: { hs_note_body: "interchannel: trying out" },
  meetings: {},
  communications: { hs_communication_channel_type: "SMS", hs_communication_logged_from: "CRM" }
}

/** The types that the journal does not tell of yet; `undefined` without an app. */
const unsubscribed = Effect.gen(function* () {
  const { asApp, settings } = yield* HubSpotApi
  if (asApp === undefined) return undefined
  const { results } = yield* asApp("journal.subscriptions", Subscriptions, { path: SUBSCRIPTIONS_PATH })
  const mine = results.filter(({ portalId }) => portalId === settings.portalId)
  const types = objectTypes.filter((type) => !mine.some(({ objectTypeId }) => objectTypeId === objects[type].typeId))
  return { asApp, settings, types }
})

const journalFinding = unlessRefused(
  "the webhooks journal",
  Effect.map(unsubscribed, (found) => {
    if (found === undefined) {
      return good("no app id and secret: changes are searched for every minute, deletions every hour")
    }
    return found.types.length === 0
      ? good("the webhooks journal is subscribed")
      : onApproval(`the webhooks journal does not tell of ${found.types.join(", ")} yet; changes are searched for`)
  })
)

const subscribe: Looked<Finding.Finding> = Effect.gen(function* () {
  const found = yield* unsubscribed
  const wanted = (found?.types ?? []).flatMap((type): ReadonlyArray<object> => {
    const changes = { subscriptionType: "OBJECT", objectTypeId: objects[type].typeId, actions: actionsOf(type) }
    return type === "contacts"
      ? [{ subscriptionType: "GDPR_PRIVACY_DELETION", actions: ["GDPR_DELETE"] }, changes]
      : [changes]
  })
  for (const subscription of wanted) {
    const body = { portalId: found!.settings.portalId, ...subscription }
    yield* found!.asApp("journal.subscribe", Nothing, { method: "POST", path: SUBSCRIPTIONS_PATH, body })
  }
  return good(
    found === undefined ? "no app id and secret: the journal is not used" : "the webhooks journal is subscribed"
  )
})
