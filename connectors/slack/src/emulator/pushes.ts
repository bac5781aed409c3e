/** The Events API over HTTP: signed bodies, and the retries that Slack makes when the answer is not 2xx within 3 seconds. */
import { createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import { type EmulatorClock, type Outbox, Pushes } from "@interchannel/connector/testing"
import type { Install, Told } from "./State.ts"
import type { World } from "./World.ts"

const ANSWER_WITHIN_MS = 3_000
/** Slack's own: at once, after a minute, after five. */
const RETRY_AFTER_MS = [0, 60_000, 300_000]

export interface PushOptions extends Outbox.Options {
  /** Whose events; absent: of every install. */
  readonly team?: string
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

/** Pushes events to a URL, as they are told. */
export const push = (
  world: World,
  clock: EmulatorClock.EmulatorClock,
  target: string,
  { team, ...options }: PushOptions = {}
): Outbox.Pushing =>
  world.outbox.push(
    clock,
    (told, at, tries, problem) => deliver(world, told, target, at, tries, problem),
    { retryAfterMs: RETRY_AFTER_MS, ...options },
    (told) => team === undefined || told.team === team
  )

// ---------------------------------------------------------------------------------------------------------------------

/** One attempt; a problem in Slack's words. */
const deliver = async (
  world: World,
  told: Told,
  target: string,
  at: number,
  tries: number,
  problem: string | undefined
): Promise<Pushes.Attempted> => {
  const install = world.state.installs.find(({ team }) => team === told.team)
  if (install === undefined) return "refused"
  const signed = sign(install, JSON.stringify(told.body), at, target)
  const retry = { "x-slack-retry-num": String(tries), "x-slack-retry-reason": problem ?? "" }
  const headers = tries === 0 ? signed.headers : { ...signed.headers, ...retry }
  const answer = await Pushes.post({ ...signed, headers }, { withinMs: ANSWER_WITHIN_MS })
  if (answer._tag !== "Answered") return { problem: answer._tag === "Late" ? "http_timeout" : "connection_failed" }
  if (answer.status >= 200 && answer.status <= 299) return "taken"
  return answer.headers.get("x-slack-no-retry") === "1" ? "refused" : { problem: "http_error" }
}
