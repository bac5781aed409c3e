/**
 * HubSpot's pushes: up to a hundred thin events a time. It repeats a push for a day until it is answered 200, in no order,
 * and more often than needed.
 */
import { createHash } from "node:crypto"
import { type Delivery, Verifier, Webhook } from "@interchannel/connector"
import { Key } from "@interchannel/domain"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "./credentials.ts"
import * as events from "./events.ts"
import { WebhookEvent } from "./wire.ts"

const DAY_MS = 86_400_000
/** HubSpot's own word for how old a push may be. */
export const TOLERANCE_MS = 300_000

type Verify = Verifier.Verifier<Credentials>

/**
 * A push that carries the newest signature is judged by that alone: the older ones beside it cover no time, and would let
 * an old push pass.
 */
const verifier: Verify = (delivery, credentials, now) => {
  if (credentials.clientSecret === undefined) {
    return Verifier.refused("no clientSecret is configured; copy it from your app's Auth page in HubSpot")
  }
  if (delivery.headers["x-hubspot-signature-v3"] !== undefined) return third(delivery, credentials, now)
  return delivery.headers["x-hubspot-signature-version"] === "v2"
    ? second(delivery, credentials, now)
    : first(delivery, credentials, now)
}

const secretOf = ({ clientSecret }: Credentials): string =>
  clientSecret === undefined ? "" : Redacted.value(clientSecret)

const third: Verify = Verifier.hmac<Credentials>({
  secret: secretOf,
  encoding: "base64",
  signature: ({ headers }) => headers["x-hubspot-signature-v3"],
  sentAt: ({ headers }) => Number(headers["x-hubspot-request-timestamp"] ?? Number.NaN),
  toleranceMs: TOLERANCE_MS,
  base: ({ method, url, body, headers }) =>
    Buffer.concat([Buffer.from(method + decoded(url)), body, Buffer.from(headers["x-hubspot-request-timestamp"] ?? "")])
})

/** These characters are signed as they are, whichever way the URL was sent. */
const decoded = (url: string): string =>
  url.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) => decodeURIComponent(escaped))

const hashed =
  (prefix: (delivery: Delivery.Delivery) => string): Verify =>
  (delivery, credentials) => {
    const given = delivery.headers["x-hubspot-signature"]
    if (given === undefined || given === "") return Verifier.refused("the signature header is missing")
    const expected = createHash("sha256")
      .update(secretOf(credentials) + prefix(delivery))
      .update(delivery.body)
      .digest("hex")
    return Verifier.equal(given, expected) ? Verifier.genuine : Verifier.refused("the signature does not fit the body")
  }
const second = hashed(({ method, url }) => method + url)
const first = hashed(() => "")

export const webhooks = Webhook.make("events", {
  verifier,
  // The count of attempts stands inside the body, so that a repeated push has another one.
  deliveryKey: (data) => Key.contentHash(itemsOf(data).map(events.identityOf)),
  items: (data) => itemsOf(data),
  item: WebhookEvent,
  normalize: events.webhook,
  retriesOn: "no connection, no answer within 5 s, 4xx and 5xx: up to 10 times within 24 hours",
  silentAfterMs: DAY_MS
})

const itemsOf = (data: unknown): ReadonlyArray<unknown> => (Array.isArray(data) ? data : [data])
