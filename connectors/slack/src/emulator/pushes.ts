/** The Events API over HTTP: signed bodies, and the retries that Slack makes when the answer is not 2xx within 3 seconds. */
import { createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import type { EmulatorClock } from "@interchannel/connector/testing"
import type { Install, Told } from "./State.ts"
import type { World } from "./World.ts"

const ANSWER_WITHIN_MS = 3_000
/** Slack's own: at once, after a minute, after five. */
const RETRY_AFTER_MS = [0, 60_000, 300_000]

export interface PushOptions {
  /** Whose events; absent: of every install. */
  readonly team?: string
  readonly retryAfterMs?: ReadonlyArray<number>
  /** Absent: the stand-in's own clock. The receiver compares it with its own. */
  readonly now?: () => number
  /** Sends every `n`th event twice. */
  readonly duplicateEvery?: number
  /** Never sends every `n`th event: a delivery that got lost. */
  readonly loseEvery?: number
}

export interface Pushing {
  /** Waits until all that was told so far was sent, or given up. */
  readonly settled: () => Promise<void>
  readonly stop: () => void
}

/** A genuine delivery of a body. */
export const sign = (
  install: Install,
  body: string,
  at: number,
  url = "https://hooks.example.com/events"
): Delivery.Delivery => {
  const timestamp = String(Math.floor(at / 1000))
  const hmac = createHmac("sha256", install.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")
  return {
    method: "POST",
    url,
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${hmac}`
    },
    body: Buffer.from(body),
    receivedAt: at
  }
}

/** Sends what was not delivered yet, and from now on each event as it is told, one after the other. */
export const push = (
  world: World,
  clock: EmulatorClock.EmulatorClock,
  target: string,
  options: PushOptions = {}
): Pushing => {
  const isOurs = (told: Told): boolean => options.team === undefined || told.team === options.team
  const queue: Array<Told> = world.state.told.filter((told) => isOurs(told) && !told.delivered)
  const late = new Set<NodeJS.Timeout>()
  const now = options.now ?? clock.now
  let stopped = false
  let sent = 0
  let running: Promise<void> | undefined

  const attempt = async (told: Told, tries: number, reason: string): Promise<void> => {
    const problem = await deliver(world, told, target, now(), tries, reason)
    if (problem === undefined) {
      told.delivered = true
      return
    }
    const wait = (options.retryAfterMs ?? RETRY_AFTER_MS)[tries]
    if (wait === undefined || stopped || problem === "no-retry") return
    if (wait === 0) return attempt(told, tries + 1, problem)
    const timer = setTimeout(() => {
      late.delete(timer)
      void attempt(told, tries + 1, problem)
    }, wait)
    late.add(timer)
  }
  const run = async (): Promise<void> => {
    for (let told = queue.shift(); told !== undefined && !stopped; told = queue.shift()) {
      sent += 1
      if (options.loseEvery !== undefined && sent % options.loseEvery === 0) continue
      await attempt(told, 0, "")
      if (options.duplicateEvery !== undefined && sent % options.duplicateEvery === 0) await attempt(told, 0, "")
    }
    running = undefined
  }
  const wake = () => {
    if (!stopped) running ??= run()
  }
  const listen = () => {
    const told = world.state.told.at(-1)
    if (told !== undefined && isOurs(told)) queue.push(told)
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

/** What went wrong, in Slack's words; `undefined` when the answer was 2xx. */
const deliver = async (
  world: World,
  told: Told,
  target: string,
  at: number,
  tries: number,
  reason: string
): Promise<string | undefined> => {
  const install = world.state.installs.find(({ team }) => team === told.team)
  if (install === undefined) return "no-retry"
  const { method, headers, body } = sign(install, JSON.stringify(told.body), at, target)
  const retry = tries === 0 ? {} : { "x-slack-retry-num": String(tries), "x-slack-retry-reason": reason }
  try {
    const answer = await fetch(target, {
      method,
      headers: { ...headers, ...retry },
      body: Buffer.from(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS)
    })
    await answer.arrayBuffer()
    if (answer.ok) return undefined
    return answer.headers.get("x-slack-no-retry") === "1" ? "no-retry" : "http_error"
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? "http_timeout" : "connection_failed"
  }
}
