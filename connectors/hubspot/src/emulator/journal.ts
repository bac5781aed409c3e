/** The webhooks journal: files of events behind signed URLs, forgotten after three days. */
import { createHash, createHmac } from "node:crypto"
import { type Emulator, Faults } from "@interchannel/connector/testing"
import { Refusal } from "./Refusal.ts"
import type { JournalFile, Portal } from "./State.ts"
import type { World } from "./World.ts"

const MEMORY_MS = 3 * 86_400_000
/** How long a signed URL lives. */
export const URL_LIVES_MS = 300_000
const EVENTS_PER_FILE = 100
const SIGNING_KEY = "of the stand-in's own file store"

interface Asked {
  readonly world: World
  readonly portal: Portal
  readonly call: Emulator.Call
  readonly pageItems: number
  /** The stand-in's own address. */
  readonly url: string
}

export const pointer = (asked: Asked, where: "earliest" | "latest" | "next"): Emulator.Reply => {
  const { portal, call, url } = asked
  if (call.query.get("installPortalId") !== String(portal.portalId)) {
    throw new Refusal(403, "MISSING_SCOPES", "The app is not installed in this account")
  }
  publish(asked)
  const at = where === "next" ? offsetOf(portal, call) + 1 : where === "earliest" ? 0 : portal.files.length - 1
  const file = portal.files[at]
  if (file === undefined) return { status: 204 }
  const expires = call.at + URL_LIVES_MS
  return {
    status: 200,
    body: {
      url: `${url}/_files/journal/${portal.portalId}/${file.offset}.json?expires=${expires}&signature=${signed(file.offset, expires)}`,
      expiresAt: new Date(expires).toISOString(),
      currentOffset: file.offset
    }
  }
}

export const file = ({ portal, call }: Omit<Asked, "url" | "pageItems">): Emulator.Reply => {
  // As the store does where the files are: a signed URL and a token together are one proof too many.
  if (call.headers["authorization"] !== undefined)
    return { status: 400, body: "<Error><Code>InvalidArgument</Code></Error>" }
  const offset = (call.params["file"] ?? "").replace(/\.json$/, "")
  const expires = Number(call.query.get("expires"))
  if (call.query.get("signature") !== signed(offset, expires) || expires < call.at) {
    return {
      status: 403,
      headers: { "content-type": "application/xml" },
      body: "<Error><Code>AccessDenied</Code></Error>"
    }
  }
  const found = portal.files.find((one) => one.offset === offset)
  if (found === undefined) return { status: 404, body: "" }
  return {
    status: 200,
    body: {
      offset: found.offset,
      publishedAt: new Date(found.publishedAt).toISOString(),
      journalEvents: Faults.disturbed(found.events, call.fault)
    }
  }
}

export const subscriptions = ({ portal }: Pick<Asked, "portal">): Emulator.Reply => ({
  status: 200,
  body: { results: portal.subscriptions.map((one) => shownSubscription(portal, one)) }
})

interface Subscribing {
  readonly subscriptionType?: string
  readonly portalId?: number
  readonly objectTypeId?: string
  readonly actions?: ReadonlyArray<string>
}

export const subscribe = ({ world, portal, call }: Omit<Asked, "url" | "pageItems">): Emulator.Reply => {
  const { subscriptionType = "", portalId, objectTypeId, actions } = call.json() as Subscribing
  const isErasure = subscriptionType === "GDPR_PRIVACY_DELETION"
  if (portalId !== portal.portalId || actions === undefined || (objectTypeId === undefined && !isErasure)) {
    throw new Refusal(400, "VALIDATION_ERROR", "portalId, objectTypeId and actions are required")
  }
  const made = {
    id: Number(world.draw()),
    subscriptionType,
    // Contacts are the only records that are erased.
    objectTypeId: objectTypeId ?? "0-1",
    actions,
    createdAt: call.at
  }
  portal.subscriptions.push(made)
  return { status: 200, body: shownSubscription(portal, made) }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Puts what happened into files, and forgets what is too old. */
const publish = ({ world, portal, call, pageItems }: Asked): void => {
  const size = Math.min(EVENTS_PER_FILE, pageItems)
  for (let events = portal.unpublished; events.length > 0; events = portal.unpublished) {
    const made: JournalFile = { offset: uuid(world.draw()), publishedAt: call.at, events: events.slice(0, size) }
    portal.files.push(made)
    portal.unpublished = events.slice(size)
  }
  portal.files = portal.files.filter(({ publishedAt }) => publishedAt > call.at - MEMORY_MS)
}

const offsetOf = (portal: Portal, call: Emulator.Call): number => {
  const index = portal.files.findIndex(({ offset }) => offset === call.params["offset"])
  if (index < 0 || call.fault?._tag === "expireCursor") {
    throw new Refusal(404, "OBJECT_NOT_FOUND", `No journal entry has the offset ${call.params["offset"]}`)
  }
  return index
}

const shownSubscription = (portal: Portal, one: Portal["subscriptions"][number]) => {
  const at = new Date(one.createdAt).toISOString()
  return { ...one, portalId: portal.portalId, appId: portal.appId, createdAt: at, updatedAt: at }
}

const signed = (offset: string, expires: number): string =>
  createHmac("sha256", SIGNING_KEY).update(`${offset} ${expires}`).digest("hex")

const uuid = (from: string): string => {
  const hex = createHash("sha256").update(from).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
