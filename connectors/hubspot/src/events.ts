/**
 * What changed, as webhooks and the journal tell it. Both are thin: the record is read again by its feed. Two things are
 * taken from the event itself, since the record can no longer tell them: a deletion, and a merge.
 */
import type { Feed } from "@interchannel/connector"
import { type Instant, Part, Ref, Version } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import { Settings } from "./credentials.ts"
import { tombstone } from "./normalize.ts"
import { engagementId, isEngagement, type ObjectType, objects, typeOf } from "./objects.ts"
import type { JournalEvent, WebhookEvent } from "./wire.ts"

/** One event of the journal. It carries no mark of who caused it: our own changes come back and are read again. */
export const journal = (event: JournalEvent, origin: Feed.Origin): ReadonlyArray<Part.Outcome> =>
  isForeign(event, origin) ? [] : outcomes(event.action.replaceAll("_", ""), typeOf(event.objectTypeId ?? ""), event)

/** One event of a webhook. */
export const webhook = (event: WebhookEvent, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const [word = "", name = ""] = (event.subscriptionType ?? event.eventType ?? "").split(".")
  const action = name.toUpperCase()
  const type = typeOf(event.objectTypeId ?? word.toLowerCase())
  if (isForeign(event, origin) || (isOurs(event) && !matters(action, type))) return []
  return outcomes(action, type, event)
}

/** What tells one event from another: HubSpot's event ids are not unique, and the attempt is counted inside the event. */
export const identityOf = (event: unknown): unknown => {
  if (typeof event !== "object" || event === null) return event
  const { attemptNumber: _, eventId: __, ...rest } = event as Readonly<Record<string, unknown>>
  return rest
}

// ---------------------------------------------------------------------------------------------------------------------

const isSettings = Schema.is(Settings)

type Change = Omit<JournalEvent, "action">

const ends = (action: string): boolean => ["DELETION", "DELETE", "PRIVACYDELETION", "GDPRDELETE"].includes(action)
const merges = (action: string): boolean => action === "MERGE"
const associates = (action: string): boolean => action.startsWith("ASSOCIATION")

/** One app can be installed in several accounts, and pushes of all of them to the same address. */
const isForeign = (event: { readonly portalId?: number | undefined }, origin: Feed.Origin): boolean =>
  event.portalId !== undefined && isSettings(origin.settings) && origin.settings.portalId !== event.portalId

const isOurs = (event: WebhookEvent): boolean =>
  event.changeSource === "INTEGRATION" && typeof event.sourceId === "string" && event.sourceId === event.appId

/** What our own app did is an echo, but for records that begin or end by it: those have to be known. */
const matters = (action: string, type: ObjectType | undefined): boolean =>
  ends(action) || merges(action) || (action === "CREATION" && type !== undefined && !isEngagement(type))

const outcomes = (action: string, type: ObjectType | undefined, event: Change): ReadonlyArray<Part.Outcome> => {
  if (associates(action)) {
    const from = event.fromObjectTypeId ? typeOf(event.fromObjectTypeId) : type
    return [...readAgain(from, event.fromObjectId), ...readAgain(typeOf(event.toObjectTypeId ?? ""), event.toObjectId)]
  }
  if (type === undefined) return []
  if (merges(action)) return merged(type, event)
  if (ends(action)) return event.objectId ? [tombstone(type, event.objectId, event.occurredAt)] : []
  return readAgain(type, event.objectId)
}

const readAgain = (type: ObjectType | undefined, id: string | null | undefined): ReadonlyArray<Part.Refetch> => {
  if (type === undefined || id === undefined || id === null) return []
  return isEngagement(type) ? [Part.refetch("engagements", engagementId(type, id), type)] : [Part.refetch(type, id)]
}

/** The result of a merge is a new record; the merged ones and the primary one are its former selves. */
const merged = (type: ObjectType, event: Change): ReadonlyArray<Part.Outcome> => {
  const id = event.newObjectId ?? event.objectId ?? event.primaryObjectId
  if (id === undefined || id === null) return []
  const former = [...new Set([event.primaryObjectId, ...(event.mergedObjectIds ?? [])])]
    .filter((other): other is string => typeof other === "string" && other !== id)
    .map((other) => Ref.local(objects[type].kind, other))
  const read = readAgain(type, id)
  return former.length === 0 ? read : [...mergePart(type, id, former, event.occurredAt), ...read]
}

const mergePart = (
  type: ObjectType,
  id: string,
  former: ReadonlyArray<Ref.LocalRef>,
  at: Instant.Instant
): ReadonlyArray<Part.Part> => {
  const given = { ref: Ref.local(objects[type].kind, id), former, part: "merge", version: Version.make(at), fields: {} }
  if (type === "contacts") return [Part.contact(given)]
  return type === "companies" ? [Part.organization(given)] : []
}
