/**
 * What is read from HubSpot, besides its journal.
 *
 *   contacts, companies     everything by list, daily: the ground truth, also of what is gone
 *   …-changes, engagements  what was changed, by search, every minute
 *   …-deletions             archived records, for accounts without webhooks and journal
 */
import { Feed } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as normalize from "./normalize.ts"
import {
  engagementId,
  engagementTypes,
  isEngagement,
  type ObjectType,
  OWNERS_PATH,
  type RecordType,
  recordTypes,
  typeOf
} from "./objects.ts"
import * as records from "./records.ts"
import { CrmRecord, Owner } from "./wire.ts"

const { DAY_MS, HOUR_MS, MINUTE_MS } = Instant

const search = {
  cadenceMs: MINUTE_MS,
  // HubSpot's search shows a change after seconds, sometimes minutes.
  overlapMs: 10 * MINUTE_MS,
  reconcile: { everyMs: 6 * HOUR_MS, windowMs: DAY_MS },
  sliceMs: 30 * DAY_MS
} as const

const oneOf = (type: RecordType) => ({
  yields: "contacts" as const,
  item: CrmRecord,
  key: (item: CrmRecord) => item.id,
  normalize: normalize.record,
  one: (id: string) => records.one(type, id),
  gone: (id: string, at: number) => [normalize.tombstone(type, id, at)]
})

/** Absence from a complete reading means deletion or a merge; a merge's survivor names those it took in. */
const all = (type: RecordType) => ({
  ...oneOf(type),
  cadenceMs: DAY_MS,
  page: ({ token }: Feed.SnapshotRequest) => records.list(type, token, false),
  sweep: (id: string, at: number) => [normalize.tombstone(type, id, at)]
})

const changes = (type: RecordType) => ({
  ...oneOf(type),
  ...search,
  page: (request: Feed.WindowRequest) => records.changed(type, request)
})

export const contacts = Feed.snapshot("contacts", all("contacts"))
export const companies = Feed.snapshot("companies", all("companies"))
export const contactChanges = Feed.window("contact-changes", changes("contacts"))
export const companyChanges = Feed.window("company-changes", changes("companies"))

/** Entries that people and other tools put on the timeline, and our own as they stand now. */
export const engagements = Feed.window("engagements", {
  yields: "interactions",
  item: CrmRecord,
  ...search,
  partitions: Effect.succeed(engagementTypes.map((id) => ({ id }))),
  key: (item) => engagementId(item.objectType, item.id),
  normalize: normalize.record,
  page: (request) => records.changed(request.partition as ObjectType, request),
  one: (id) => {
    const at = engagementAt(id)
    return at === undefined ? Effect.succeed(undefined) : records.one(at.type, at.id)
  },
  gone: (id, time) => {
    const at = engagementAt(id)
    return at === undefined ? [] : [normalize.tombstone(at.type, at.id, time)]
  }
})

/** HubSpot keeps archived records on a list of their own for 90 days. */
const archivedOf = (types: ReadonlyArray<ObjectType>) => ({
  item: CrmRecord,
  cadenceMs: HOUR_MS,
  partitions: Effect.succeed(types.map((id) => ({ id }))),
  key: (item: CrmRecord) => engagementId(item.objectType, item.id),
  normalize: normalize.archived,
  page: ({ partition, token }: Feed.SnapshotRequest) => records.list(partition as ObjectType, token, true)
})
export const recordDeletions = Feed.snapshot("record-deletions", { yields: "contacts", ...archivedOf(recordTypes) })
export const entryDeletions = Feed.snapshot("entry-deletions", {
  yields: "interactions",
  ...archivedOf(engagementTypes)
})

/** The company's own users. */
export const owners = Feed.snapshot("owners", {
  yields: "contacts",
  item: Owner,
  cadenceMs: HOUR_MS,
  key: (item) => item.id,
  normalize: normalize.owner,
  sweep: (id, at) => [normalize.ownerGone(id, at)],
  page: ({ token }) => records.listPage("owners.list", OWNERS_PATH, token)
})

// ---------------------------------------------------------------------------------------------------------------------

/** The inverse of `engagementId`. */
const engagementAt = (key: string) => {
  const [word, id] = key.split("/", 2)
  const type = typeOf(word)
  return type !== undefined && isEngagement(type) && id ? { type, id } : undefined
}
