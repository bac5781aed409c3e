/** Is this Delivery genuine? Verifiers see the raw bytes, compare in constant time and refuse what is too old. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { Instant } from "@interchannel/domain"
import type { Delivery } from "./Delivery.ts"

export type Verdict = { readonly genuine: true } | { readonly genuine: false; readonly why: string }

/** Pure but for the credentials it is given; `now` decides about age. */
export type Verifier<Credentials> = (delivery: Delivery, credentials: Credentials, now: Instant.Instant) => Verdict

export const genuine: Verdict = { genuine: true }
export const refused = (why: string): Verdict => ({ genuine: false, why })

interface Hmac<Credentials> {
  /** Undefined or empty when the installer gave none: then nothing is genuine. */
  readonly secret: (credentials: Credentials) => string | undefined
  readonly algorithm?: "sha256" | "sha1" | "sha512"
  readonly encoding?: "hex" | "base64"
  /** The signature as sent, without any prefix. */
  readonly signature: (delivery: Delivery) => string | undefined
  /** The bytes that were signed; absent: the body. */
  readonly base?: (delivery: Delivery) => string | Uint8Array
  /** When the vendor sent it, epoch milliseconds; with `toleranceMs`, older and future ones are refused. */
  readonly sentAt?: (delivery: Delivery) => number | undefined
  readonly toleranceMs?: number
}

/** HMAC over the body or a text made of it, as most vendors sign (RFC 2104). */
export const hmac =
  <Credentials>(options: Hmac<Credentials>): Verifier<Credentials> =>
  (delivery, credentials, now) => {
    const secret = options.secret(credentials)
    // Anyone can sign with an empty key.
    if (secret === undefined || secret === "") return refused("this connection has no signing secret; add it")
    const given = options.signature(delivery)
    if (given === undefined || given === "") return refused("the signature header is missing")
    const age = ageProblem(options, delivery, now)
    if (age !== undefined) return refused(age)
    const expected = createHmac(options.algorithm ?? "sha256", secret)
      .update(options.base?.(delivery) ?? delivery.body)
      .digest(options.encoding ?? "hex")
    return equal(given, expected) ? genuine : refused("the signature does not fit the body")
  }

/** The first verifier that accepts decides; refused with the reason of the first when none does. */
export const anyOf =
  <Credentials>(first: Verifier<Credentials>, ...others: ReadonlyArray<Verifier<Credentials>>): Verifier<Credentials> =>
  (delivery, credentials, now) => {
    const verdict = first(delivery, credentials, now)
    if (verdict.genuine) return verdict
    return others.map((other) => other(delivery, credentials, now)).find((other) => other.genuine) ?? verdict
  }

/** Compares two texts in a time that does not depend on where they differ. */
export const equal = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest())

const ageProblem = (
  options: Pick<Hmac<never>, "sentAt" | "toleranceMs">,
  delivery: Delivery,
  now: Instant.Instant
): string | undefined => {
  if (options.sentAt === undefined) return undefined
  const sentAt = options.sentAt(delivery)
  if (sentAt === undefined || !Number.isFinite(sentAt)) return "the timestamp header is missing or no number"
  return Math.abs(now - sentAt) > (options.toleranceMs ?? 300_000)
    ? `sent ${Math.round((now - sentAt) / 1000)} s ago, outside the replay window; check this machine's clock`
    : undefined
}
