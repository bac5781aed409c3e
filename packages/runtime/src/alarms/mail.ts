/** A plain mail over an SMTP server of the company's choice. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { MailChannel } from "./AlarmChannel.ts"
import { AlarmError } from "./AlarmError.ts"
import type { Message } from "./Message.ts"

const TIMEOUT_MS = 20_000

export const tell = ({ server, from, to }: MailChannel, message: Message): Effect.Effect<void, AlarmError> =>
  Effect.tryPromise({
    try: async () => {
      // Only who is told by mail needs it.
      const { createTransport } = await import("nodemailer")
      const transport = createTransport({
        url: Redacted.value(server).href,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS
      })
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: message.subject,
          text: message.text,
          messageId: `<${message.key}@${from.slice(from.lastIndexOf("@") + 1).replace(/>$/, "")}>`,
          headers: { "auto-submitted": "auto-generated" }
        })
      } finally {
        transport.close()
      }
    },
    catch: (cause) => new AlarmError({ detail: `the mail server ${saidBy(cause)}` })
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Its code and status: its words may repeat what we logged in with. */
const saidBy = (cause: unknown): string => {
  const { code, responseCode } = (typeof cause === "object" && cause !== null ? cause : {}) as {
    readonly code?: unknown
    readonly responseCode?: unknown
  }
  const words = [code, responseCode].filter((word) => typeof word === "string" || typeof word === "number")
  return words.length === 0 ? "did not take it" : `did not take it (${words.join(" ")})`
}
