/**
 * The link under each entry, to what came before and after it and to "Wrong person? Not here?", and the form behind that. The
 * link holds as long as the entry stands; what the form sends holds for a while only, so that it is sent by somebody who just
 * looked at it.
 */
import type { Instant } from "@interchannel/domain"
import type { Signature } from "@interchannel/store"
import type * as Context from "effect/Context"

type Signer = Context.Tag.Service<typeof Signature.Signature>

/** Below this path of the intake. */
export const BASE = "/entries/"
export const LABEL = "Before and after · Wrong person? Not here?"

/** Long enough to read the page and ask a colleague. */
export const FORM_MS = 60 * 60_000

/** `entry` is the key of its projection. */
export const link = (signer: Signer, publicUrl: string, entry: string): string =>
  `${publicUrl}${BASE}${entry}.${signer.sign("entry link", entry)}`

/** The entry that a path leads to. */
export const entryOf = (signer: Signer, path: string): string | undefined => {
  const match = /^\/entries\/(w_[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/.exec(path)
  const [, entry, signature] = match ?? []
  return entry !== undefined && signature !== undefined && signer.verify("entry link", entry, signature)
    ? entry
    : undefined
}

export const form = (signer: Signer, entry: string, now: Instant.Instant): string => {
  const until = now + FORM_MS
  return `${until}.${signer.sign("entry form", `${entry} ${until}`)}`
}

export const judgeForm = (
  signer: Signer,
  entry: string,
  token: string,
  now: Instant.Instant
): "good" | "expired" | "forged" => {
  const [until, signature] = token.split(".", 2)
  if (until === undefined || signature === undefined || !/^\d{1,15}$/.test(until)) return "forged"
  if (!signer.verify("entry form", `${entry} ${until}`, signature)) return "forged"
  return Number(until) >= now ? "good" : "expired"
}
