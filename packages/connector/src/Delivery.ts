/** One push of a vendor as it came over the wire. */
import type { Instant } from "@interchannel/domain"

export interface Delivery {
  readonly method: string
  /** The URL as the vendor called it: public base, path and query. Some signatures cover it. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: Instant.Instant
}

export const bodyText = (delivery: Delivery): string => Buffer.from(delivery.body).toString("utf8")

/** The body as JSON, or as an object of form fields when the content type says so; `undefined` when it is neither. */
export const bodyData = (contentType: string | undefined, body: Uint8Array): unknown => {
  const text = Buffer.from(body).toString("utf8")
  if (contentType?.toLowerCase().startsWith("application/x-www-form-urlencoded") === true) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
