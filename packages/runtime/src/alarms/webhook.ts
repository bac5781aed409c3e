/**
 * A signed POST to a receiver of the company's own, in the form of Standard Webhooks (www.standardwebhooks.com): id, time and
 * HMAC-SHA256 over both and the body, so that a receiver can tell ours from others and a repetition from news.
 */
import { createHmac } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { WebhookChannel } from "./AlarmChannel.ts"
import { AlarmError } from "./AlarmError.ts"
import type { Message } from "./Message.ts"

const TIMEOUT_MS = 15_000

export const tell = (channel: WebhookChannel, message: Message, now: number): Effect.Effect<void, AlarmError> => {
  const body = JSON.stringify({
    type: "interchannel.alarms",
    at: now,
    subject: message.subject,
    text: message.text,
    raised: message.digest.raised,
    still: message.digest.still,
    over: message.digest.over
  })
  const seconds = String(Math.floor(now / 1_000))
  const signature = createHmac("sha256", Redacted.value(channel.secret))
    .update(`${message.key}.${seconds}.${body}`)
    .digest("base64")
  return Effect.flatMap(
    Effect.tryPromise({
      try: (signal) =>
        fetch(Redacted.value(channel.url), {
          method: "POST",
          redirect: "error",
          headers: {
            "content-type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": seconds,
            "webhook-signature": `v1,${signature}`
          },
          body,
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
        }).then(async (answer) => {
          await answer.body?.cancel()
          return answer.status
        }),
      // The address may hold a secret, so only the code of the error is shown.
      catch: (cause) => new AlarmError({ detail: `no answer${codeOf(cause)}` })
    }),
    (status) =>
      status >= 200 && status < 300 ? Effect.void : Effect.fail(new AlarmError({ detail: `it answered ${status}` }))
  )
}

// ---------------------------------------------------------------------------------------------------------------------

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  return typeof code === "string" ? ` (${code})` : ""
}
