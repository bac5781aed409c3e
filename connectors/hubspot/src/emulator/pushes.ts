/** Webhooks as HubSpot pushes them: arrays of events, signed in the newest and the oldest way, tried again for a day. */
import { createHash, createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import { type EmulatorClock, type Outbox, Pushes } from "@interchannel/connector/testing"
import type { Portal, Told } from "./State.ts"
import type { World } from "./World.ts"

const ANSWER_WITHIN_MS = 5_000
/** HubSpot tries ten times within a day; a stand-in has less time. */
const RETRY_AFTER_MS = [100, 1_000, 60_000]

export interface PushOptions extends Outbox.Options {
  /** Whose events; absent: of every account. */
  readonly portalId?: number
}

/** A genuine delivery of a body. */
export const sign = (
  portal: Portal,
  body: string,
  at: number,
  url = "https://hooks.example.com/hubspot/events"
): Delivery.Delivery => {
  const third = createHmac("sha256", portal.clientSecret).update(`POST${url}${body}${at}`).digest("base64")
  const first = createHash("sha256")
    .update(portal.clientSecret + body)
    .digest("hex")
  return {
    method: "POST",
    url,
    headers: {
      "content-type": "application/json",
      "x-hubspot-signature-v3": third,
      "x-hubspot-request-timestamp": String(at),
      "x-hubspot-signature": first,
      "x-hubspot-signature-version": "v1"
    },
    body: Buffer.from(body),
    receivedAt: at
  }
}

export const bodyOf = (told: Told, attemptNumber = 0): string =>
  JSON.stringify(told.events.map((event) => ({ ...event, attemptNumber })))

/** Pushes events to a URL, as they are told. */
export const push = (
  world: World,
  clock: EmulatorClock.EmulatorClock,
  target: string,
  { portalId, ...options }: PushOptions = {}
): Outbox.Pushing =>
  world.outbox.push(
    clock,
    (told, at, tries) => deliver(world.portalOf(told), bodyOf(told, tries), target, at),
    { retryAfterMs: RETRY_AFTER_MS, ...options },
    (told) => portalId === undefined || told.portalId === portalId
  )

// ---------------------------------------------------------------------------------------------------------------------

const deliver = async (portal: Portal, text: string, target: string, at: number): Promise<Pushes.Attempted> => {
  const answer = await Pushes.post(sign(portal, text, at, target), { withinMs: ANSWER_WITHIN_MS })
  const isTaken = answer._tag === "Answered" && answer.status >= 200 && answer.status <= 299
  return isTaken ? "taken" : { problem: answer._tag }
}
