/**
 * What is read from HubSpot.
 *
 *   contacts, companies     everything by list, daily: the ground truth, also of what is gone
 *   …-changes, engagements  what was changed, by search, every minute
 *   journal                 what was changed, without delay, for apps; the only one that tells of merges at once
 *   …-deletions             archived records, for accounts without webhooks and journal
 */
import { Feed, VendorError } from "@interchannel/connector"
import { Instant, Key } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { fail, HubSpotApi, VENDOR } from "./api.ts"
import * as events from "./events.ts"
import * as normalize from "./normalize.ts"
import {
  engagementId,
  engagementTypes,
  isEngagement,
  type ObjectType,
  recordTypes,
  type RecordType,
  typeOf
} from "./objects.ts"
import * as records from "./records.ts"
import { CrmRecord, JournalAnswer, JournalEvent, JournalFile, type JournalPointer, Owner } from "./wire.ts"

const { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } = Instant
/** HubSpot's search shows a change after seconds, sometimes minutes. */
const INDEX_LAG_MS = 10 * MINUTE_MS
/** The journal forgets what is older. */
export const JOURNAL_MEMORY_MS = 3 * DAY_MS
/** The dated version of the journal, apart from that of the CRM. */
export const JOURNAL_VERSION = "2026-03"
const OWNERS_PAGE_MAX = 100

const search = {
  cadenceMs: MINUTE_MS,
  overlapMs: INDEX_LAG_MS,
  reconcile: { everyMs: 6 * HOUR_MS, windowMs: DAY_MS },
  sliceMs: 30 * DAY_MS
} as const

const oneOf = (type: RecordType) => ({
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

export const contacts = Feed.snapshot("contacts", { yields: "contacts", ...all("contacts") })
export const companies = Feed.snapshot("companies", { yields: "contacts", ...all("companies") })
export const contactChanges = Feed.window("contact-changes", { yields: "contacts", ...changes("contacts") })
export const companyChanges = Feed.window("company-changes", { yields: "contacts", ...changes("companies") })

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
    const { type, recordId } = engagementOf(id)
    return type === undefined ? Effect.succeed(undefined) : records.one(type, recordId)
  },
  gone: (id, at) => {
    const { type, recordId } = engagementOf(id)
    return type === undefined ? [] : [normalize.tombstone(type, recordId, at)]
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
  page: ({ token }) =>
    Effect.gen(function* () {
      const { settings } = yield* HubSpotApi
      const path = `/crm/owners/${settings.apiVersion}`
      const answer = yield* records.listPage("owners.list", path, OWNERS_PAGE_MAX, token)
      return Feed.page(answer.results, answer.paging?.next?.after)
    })
})

/** The account's webhooks journal. Without the app's id and secret there is nothing to read. */
export const journal = Feed.changes("journal", {
  yields: "contacts",
  item: JournalEvent,
  cadenceMs: 15 * SECOND_MS,
  key: (item) => Key.contentHash(item),
  normalize: events.journal,
  resync: ["contacts", "companies", "contact-changes", "company-changes", "engagements"],
  page: ({ cursor }) => journalPage(cursor)
})

// ---------------------------------------------------------------------------------------------------------------------

const engagementOf = (id: string): { readonly type: ObjectType | undefined; readonly recordId: string } => {
  const [word = "", recordId = ""] = id.split("/", 2)
  const type = typeOf(word)
  return { type: type !== undefined && isEngagement(type) ? type : undefined, recordId }
}

/** `offset@time`: how far we read, and when we read it; an offset alone does not tell how old it is. */
const journalPage = (cursor: string | undefined) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const [offset = "", readAt = String(now)] = cursor?.split("@") ?? []
    if (now - Number(readAt) > JOURNAL_MEMORY_MS) {
      return yield* expired("it was not read for more than three days, and forgets what is older")
    }
    const read = Effect.flatMap(journalPointer(offset), (pointer) =>
      pointer === undefined ? Effect.succeed(undefined) : journalFile(pointer)
    )
    // A signed URL lives for minutes. When it ended on the way, the journal gives another one for the same file.
    const file = yield* Effect.catchIf(read, isEndedUrl, () => Effect.mapError(read, endedAgain))
    return file === undefined
      ? { items: [], next: `${offset}@${now}`, more: false }
      : { items: file.events, next: `${file.offset}@${now}`, more: true }
  })

const journalPointer = (offset: string) =>
  Effect.gen(function* () {
    const { asApp, settings } = yield* HubSpotApi
    if (asApp === undefined) return undefined
    const at = offset === "" ? "earliest" : `offset/${encodeURIComponent(offset)}/next`
    return yield* asApp("journal.next", JournalAnswer, {
      path: `/webhooks-journal/journal-local/${JOURNAL_VERSION}/${at}`,
      query: { installPortalId: String(settings.portalId) }
    })
  }).pipe(
    Effect.catchIf(
      ({ operation, reason }) =>
        operation === "journal.next" && offset !== "" && (reason._tag === "Gone" || reason._tag === "Rejected"),
      () => expired("it no longer knows where we stopped reading")
    )
  )

const journalFile = ({ url, currentOffset }: typeof JournalPointer.Type) =>
  Effect.gen(function* () {
    const { file } = yield* HubSpotApi
    const data = yield* file("journal.file", url)
    const { journalEvents } = yield* VendorError.decoded(VENDOR, "journal.file", JournalFile)(data)
    return { events: journalEvents, offset: currentOffset }
  })

const expired = (why: string) => fail.cursorExpired("journal.next", `the journal: ${why}`)

const isEndedUrl = ({ operation, reason }: VendorError.VendorError): boolean =>
  operation === "journal.file" && (reason._tag === "Unauthorized" || reason._tag === "Gone")

/** The store of the files refuses us; that says nothing about our credentials with HubSpot. */
const endedAgain = (error: VendorError.VendorError): VendorError.VendorError =>
  isEndedUrl(error) ? fail.unavailable(error.operation, "a fresh URL was refused too") : error
