/** Callbacks over HTTP: forms signed with the account's token, tried again as the fragment of the URL asks for. */
import { createHash } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import { type EmulatorClock, type Outbox, Pushes } from "@interchannel/connector/testing"
import { joined, sign as signatureOf } from "../signature.ts"
import type { Account } from "./State.ts"
import type { World } from "./World.ts"

const ANSWER_WITHIN_MS = 15_000
/** A stand-in waits less between attempts than Twilio. */
const RETRY_AFTER_MS = [0, 100, 1_000, 5_000, 10_000]

export interface PushOptions extends Outbox.Options {
  /** Whose callbacks; absent: of every account. */
  readonly account?: string
}

/** A genuine delivery: form fields, or JSON about a transcript. The fragment of the URL is neither sent nor signed. */
export const sign = (
  { authToken }: Account,
  fields: Readonly<Record<string, string>>,
  at: number,
  token: string,
  url = "https://hooks.example.com/twilio/callbacks"
): Delivery.Delivery => {
  const target = url.replace(/#.*$/, "")
  const delivery = (contentType: string, signed: string, covered: string, body: Buffer): Delivery.Delivery => ({
    method: "POST",
    url: signed,
    headers: {
      "content-type": contentType,
      "i-twilio-idempotency-token": token,
      "x-twilio-signature": signatureOf(authToken, signed, covered)
    },
    body,
    receivedAt: at
  })
  if ("transcript_sid" in fields) {
    const body = Buffer.from(JSON.stringify(fields))
    const hash = createHash("sha256").update(body).digest("hex")
    return delivery("application/json", `${target}${target.includes("?") ? "&" : "?"}bodySHA256=${hash}`, "", body)
  }
  const form = new URLSearchParams(fields)
  const body = Buffer.from(form.toString().replaceAll("+", "%20"))
  return delivery("application/x-www-form-urlencoded; charset=UTF-8", target, joined(form), body)
}

/** Sends callbacks to a URL, as they are told. */
export const push = (
  world: World,
  clock: EmulatorClock.EmulatorClock,
  target: string,
  { account, ...options }: PushOptions = {}
): Outbox.Pushing => {
  const asked = new URLSearchParams(/#(.*)$/.exec(target)?.[1] ?? "")
  const retries = Number(asked.get("rc") ?? 1)
  const always = asked.get("rp") === "all"
  return world.outbox.push(
    clock,
    async (told, at) => {
      const delivery = sign(world.account(told.account), told.fields, at, told.token, target)
      const answer = await Pushes.post(delivery, { withinMs: ANSWER_WITHIN_MS })
      if (answer._tag === "Unreachable") return { problem: "no connection" }
      if (answer._tag === "Answered" && answer.status >= 200 && answer.status <= 299) return "taken"
      return always ? { problem: answer._tag } : "refused"
    },
    { retryAfterMs: RETRY_AFTER_MS.slice(0, retries), ...options },
    (told) => account === undefined || told.account === account
  )
}
