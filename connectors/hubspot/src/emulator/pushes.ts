/** Webhooks as HubSpot pushes them: arrays of events, signed in the newest and the oldest way, tried again for a day. */
import { createHash, createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import { type EmulatorClock, Pushes } from "@interchannel/connector/testing"
import type { Portal, Told } from "./State.ts"
import type { World } from "./World.ts"

const ANSWER_WITHIN_MS = 5_000
/** HubSpot tries ten times within a day; a stand-in has less time. */
const RETRY_AFTER_MS = [100, 1_000, 60_000]

export interface PushOptions extends Partial<Pushes.Options> {
  /** Whose events; absent: of every account. */
  readonly portalId?: number
  /** Absent: the stand-in's own clock. The receiver compares it with its own. */
  readonly now?: () => number
}

export type Pushing = Pick<Pushes.Pushes<never>, "settled" | "stop">

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

/** Sends what was not delivered yet, and from now on each push as it is told, one after the other. */
export const push = (
  world: World,
  clock: EmulatorClock.EmulatorClock,
  target: string,
  options: PushOptions = {}
): Pushing => {
  const isWanted = (portal: Portal): boolean => options.portalId === undefined || options.portalId === portal.portalId
  const now = options.now ?? clock.now
  const pushes = Pushes.make<{ readonly portal: Portal; readonly told: Told }>(
    async ({ portal, told }, tries) => {
      const attempted = await deliver(portal, bodyOf(told, tries), target, now())
      if (attempted === "taken") told.delivered = true
      return attempted
    },
    { retryAfterMs: RETRY_AFTER_MS, ...options }
  )
  const listen = (portal: Portal) => {
    const told = portal.told.at(-1)
    if (told !== undefined && isWanted(portal)) pushes.tell({ portal, told })
  }
  for (const portal of world.state.portals.filter(isWanted)) {
    for (const told of portal.told) if (!told.delivered) pushes.tell({ portal, told })
  }
  world.listeners.add(listen)
  return {
    settled: pushes.settled,
    stop: () => {
      world.listeners.delete(listen)
      pushes.stop()
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const deliver = async (portal: Portal, text: string, target: string, at: number): Promise<Pushes.Attempted> => {
  const answer = await Pushes.post(sign(portal, text, at, target), { withinMs: ANSWER_WITHIN_MS })
  const isTaken = answer._tag === "Answered" && answer.status >= 200 && answer.status <= 299
  return isTaken ? "taken" : { problem: answer._tag }
}
