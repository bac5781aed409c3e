/**
 * The account's webhooks journal: files of what changed, for apps. It remembers three days, and tells of the types of records
 * that are subscribed.
 */
import { Feed, Finding, type Http, type Setup, type VendorError } from "@interchannel/connector"
import { Instant, Key } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fail, HubSpotApi } from "./api.ts"
import * as events from "./events.ts"
import { isEngagement, type ObjectType, objects, objectTypes } from "./objects.ts"
import { JournalEvent, JournalFile, JournalPointer, Subscriptions } from "./wire.ts"

/** The journal forgets what is older. */
export const JOURNAL_MEMORY_MS = 3 * Instant.DAY_MS
/** Its dated version, apart from that of the CRM. */
const VERSION = "2026-03"
const SUBSCRIPTIONS = { path: `/webhooks-journal/subscriptions/${VERSION}` }

/** Without the app's id and secret there is nothing to read. */
export const journal = Feed.changes("journal", {
  yields: "contacts",
  item: JournalEvent,
  cadenceMs: 15 * Instant.SECOND_MS,
  key: (item) => Key.contentHash(item),
  normalize: events.journal,
  resync: ["contacts", "companies", "contact-changes", "company-changes", "engagements"],
  // `offset@time`: how far we read, and when we read it; an offset alone does not tell how old it is.
  page: ({ cursor }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const [offset = "", readAt = String(now)] = cursor?.split("@") ?? []
      if (now - Number(readAt) > JOURNAL_MEMORY_MS) {
        return yield* expired("it was not read for more than three days, and forgets what is older")
      }
      // A signed URL lives for minutes. When it ended on the way, the journal gives another one for the same file.
      const file = yield* Effect.catchIf(read(offset), isEndedUrl, () => Effect.mapError(read(offset), endedAgain))
      return {
        items: file?.journalEvents ?? [],
        next: `${file?.currentOffset ?? offset}@${now}`,
        more: file !== undefined
      }
    })
})

export const subscriptions: Setup.Wanted<HubSpotApi> = {
  what: "the subscription of the webhooks journal to every type of record",
  look: Effect.gen(function* () {
    const { app } = yield* HubSpotApi
    if (app === undefined) {
      return Finding.good("no app id and secret: changes are searched for every minute, deletions every hour")
    }
    return (yield* unsubscribed).length === 0 ? Finding.good("the webhooks journal is subscribed") : undefined
  }),
  make: Effect.gen(function* () {
    const { settings } = yield* HubSpotApi
    const wanted = (yield* unsubscribed).flatMap((type) => {
      const changes = { subscriptionType: "OBJECT", objectTypeId: objects[type].typeId, actions: actionsOf(type) }
      const privacy = { subscriptionType: "GDPR_PRIVACY_DELETION", actions: ["GDPR_DELETE"] }
      return type === "contacts" ? [privacy, changes] : [changes]
    })
    yield* Effect.forEach(wanted, (subscription) =>
      subscribe({ ...SUBSCRIPTIONS, json: { portalId: settings.portalId, ...subscription } })
    )
  })
}

// ---------------------------------------------------------------------------------------------------------------------

const read = (offset: string) =>
  Effect.gen(function* () {
    const { app, files, settings } = yield* HubSpotApi
    if (app === undefined) return undefined
    const at = offset === "" ? "earliest" : `offset/${encodeURIComponent(offset)}/next`
    const pointer = yield* Effect.catchIf(
      app.decoded(Schema.UndefinedOr(JournalPointer), "journal.next", {
        path: `/webhooks-journal/journal-local/${VERSION}/${at}`,
        query: { installPortalId: settings.portalId }
      }),
      ({ reason }) => offset !== "" && (reason._tag === "Gone" || reason._tag === "Rejected"),
      () => expired("it no longer knows where we stopped reading")
    )
    if (pointer === undefined) return undefined
    return { ...pointer, ...(yield* files.decoded(JournalFile, "journal.file", { url: pointer.url })) }
  })

const expired = (why: string) => fail.cursorExpired("journal.next", `the journal: ${why}`)

const isEndedUrl = ({ operation, reason }: VendorError.VendorError): boolean =>
  operation === "journal.file" && (reason._tag === "Unauthorized" || reason._tag === "Gone")

/** The store of the files refuses us; that says nothing about our credentials with HubSpot. */
const endedAgain = (error: VendorError.VendorError): VendorError.VendorError =>
  isEndedUrl(error) ? fail.unavailable(error.operation, "a fresh URL was refused too") : error

const subscribe = (request: Http.Request) =>
  Effect.flatMap(HubSpotApi, ({ app }) => app?.request("journal.subscribe", request) ?? Effect.void)

/** The types that the journal does not tell of yet; none without an app. */
const unsubscribed = Effect.gen(function* () {
  const { app, settings } = yield* HubSpotApi
  if (app === undefined) return []
  const { results } = yield* app.decoded(Subscriptions, "journal.subscriptions", SUBSCRIPTIONS)
  const told = results.filter(({ portalId }) => portalId === settings.portalId).map(({ objectTypeId }) => objectTypeId)
  return objectTypes.filter((type) => !told.includes(objects[type].typeId))
})

/** The journal does not say who did it. Of entries only deletions are wanted, else each of ours would be read again. */
const actionsOf = (type: ObjectType): ReadonlyArray<string> =>
  isEngagement(type) ? ["DELETE", "RESTORE"] : ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE"]
