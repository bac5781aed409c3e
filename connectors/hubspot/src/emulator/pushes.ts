/** Webhooks as HubSpot pushes them: arrays of events, signed in the newest and the oldest way, tried again for a day. */
import { createHash, createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import type { EmulatorClock } from "@interchannel/connector/testing"
import type { Portal, Told } from "./State.ts"
import type { World } from "./World.ts"

const ANSWER_WITHIN_MS = 5_000
/** HubSpot tries ten times within a day; a stand-in has less time. */
const RETRY_AFTER_MS = [100, 1_000, 60_000]

export interface PushOptions {
  /** Whose events; absent: of every account. */
  readonly portalId?: number
  readonly retryAfterMs?: ReadonlyArray<number>
  /** Absent: the stand-in's own clock. The receiver compares it with its own. */
  readonly now?: () => number
  /** Sends every `n`th push twice. */
  readonly duplicateEvery?: number
  /** Never sends every `n`th push: it got lost. */
  readonly loseEvery?: number
}

export interface Pushing {
  /** Waits until all that was told so far was sent, or given up. */
  readonly settled: () => Promise<void>
  readonly stop: () => void
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

/** Sends what was not delivered yet, and from now on each push as it is told, one after the other. */
export const push = (
  world: World,
  clock: EmulatorClock.EmulatorClock,
  target: string,
  options: PushOptions = {}
): Pushing => {
  const isWanted = (portal: Portal): boolean => options.portalId === undefined || options.portalId === portal.portalId
  const queue = world.state.portals
    .filter(isWanted)
    .flatMap((portal) => portal.told.filter(({ delivered }) => !delivered).map((told) => ({ portal, told })))
  const late = new Set<NodeJS.Timeout>()
  const now = options.now ?? clock.now
  let stopped = false
  let sent = 0
  let running: Promise<void> | undefined

  const attempt = async (portal: Portal, told: Told, tries: number): Promise<void> => {
    if (await deliver(portal, bodyOf(told, tries), target, now())) {
      told.delivered = true
      return
    }
    const wait = (options.retryAfterMs ?? RETRY_AFTER_MS)[tries]
    if (wait === undefined || stopped) return
    const timer = setTimeout(() => {
      late.delete(timer)
      void attempt(portal, told, tries + 1)
    }, wait)
    late.add(timer)
  }
  const run = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !stopped; next = queue.shift()) {
      sent += 1
      if (options.loseEvery !== undefined && sent % options.loseEvery === 0) continue
      await attempt(next.portal, next.told, 0)
      if (options.duplicateEvery !== undefined && sent % options.duplicateEvery === 0) {
        await attempt(next.portal, next.told, 1)
      }
    }
    running = undefined
  }
  const wake = () => {
    if (!stopped) running ??= run()
  }
  const listen = (portal: Portal) => {
    const told = portal.told.at(-1)
    if (told !== undefined && isWanted(portal)) queue.push({ portal, told })
    wake()
  }
  world.listeners.add(listen)
  wake()
  return {
    settled: async () => {
      while (running !== undefined) await running
    },
    stop: () => {
      stopped = true
      world.listeners.delete(listen)
      for (const timer of late) clearTimeout(timer)
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Was it answered 2xx in time? */
const deliver = async (portal: Portal, text: string, target: string, at: number): Promise<boolean> => {
  const { method, headers, body } = sign(portal, text, at, target)
  try {
    const answer = await fetch(target, {
      method,
      headers,
      body: Buffer.from(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS)
    })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
