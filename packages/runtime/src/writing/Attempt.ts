/**
 * One write to a vendor and how it may end. Pure.
 *
 *   due ─► begun (written ahead) ─► write ─► Delivered
 *                │                     ├──► Retry (later; uncertain when the vendor may have done it)
 *                │                     └──► Quarantined | Held
 *                ├ begun before, outcome unknown ─► wait until it would show ─► look up ─► found: update, or remove
 *                │                                                                      ├► not there: write
 *                │                                                                      └► taken out again: Held
 *                └ begun before, and nothing can tell ─► Quarantined: a person looks
 */
import { type Action, VendorError } from "@interchannel/connector"
import type { Projections } from "@interchannel/store"
import { waitMs } from "../connections/Backoff.ts"

/** A write that keeps failing on its own account is set aside; outages of the vendor do not count here. */
export const ATTEMPTS_MAX = 12

/** A write that failed this often with others is tried alone, so that it spoils no batch for ever. */
const TOGETHER_MAX = 3

/** In order, at most `batchMax` in each. */
export const batches = (
  due: ReadonlyArray<Projections.Projection>,
  batchMax: number
): ReadonlyArray<ReadonlyArray<Projections.Projection>> => {
  const fresh = due.filter(({ attempts }) => attempts < TOGETHER_MAX)
  const alone = due.filter(({ attempts }) => attempts >= TOGETHER_MAX)
  const chunks = Array.from({ length: Math.ceil(fresh.length / batchMax) }, (_, index) =>
    fresh.slice(index * batchMax, (index + 1) * batchMax)
  )
  return [...chunks, ...alone.map((one) => [one])]
}

export const halves = <A>(list: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const middle = Math.ceil(list.length / 2)
  return [list.slice(0, middle), list.slice(middle)]
}

/** The vendor refused a whole batch, and did nothing of it; what it refuses may be one of them. */
export const concernsOne = ({ reason }: VendorError.VendorError): boolean => reason._tag === "Rejected"

/** What to do with a due projection first. */
export type First = "write" | "look up" | "set aside" | { readonly waitUntil: number }

/** `since`: when this run began. What an earlier one had begun may have waited for its turn and been sent just before it ended. */
export const first = (projection: Projections.Projection, action: Action.Any, since: number, now: number): First => {
  if (projection.attempt === undefined || projection.ref !== undefined) return "write"
  if (action.idempotency === "vendor key") return action.landed === undefined ? "write" : "look up"
  if (action.idempotency === "none") return "set aside"
  const visibleAt = Math.max(projection.attempt.startedAt, since) + action.visibleAfterMs
  return visibleAt <= now ? "look up" : { waitUntil: visibleAt }
}

/** Of an action that the vendor neither recognises nor can look up: it may have been done, so it is not done again. */
export const unknown = ({ key, why }: Pick<Projections.Projection, "key" | "why">): Projections.Outcome => ({
  _tag: "Quarantined",
  key,
  why: `outcome unknown: it was begun and ${why === undefined ? "nothing tells how it ended" : `got no answer that tells: ${why}`}`,
  remedy: `look at the vendor whether it arrived: if not, \`interchannel quarantine replay ${key}\` sends it once more; if it did, \`interchannel quarantine drop ${key}\``,
  reason: "OutcomeUnknown",
  forgets: true
})

export interface Failure {
  readonly error: VendorError.VendorError
  readonly now: number
  /** The failure concerns all writes, so it is no mark against this one. */
  readonly wholeVendor: boolean
  readonly idempotency: Action.Any["idempotency"]
}

/**
 * How a look-up ends that failed. A message that cannot be looked up in this account is one of which nobody can tell whether
 * it arrived.
 */
export const notFoundOut = (projection: Projections.Projection, error: VendorError.VendorError, now: number) =>
  projection.verb === "SendMessage" && error.reason.recovery === "quarantine"
    ? unknown({ key: projection.key, why: error.message })
    : failed(projection, { error: asked(error), now, wholeVendor: true, idempotency: "vendor key" })

/** How a failed write ends. */
export const failed = (projection: Projections.Projection, failure: Failure): Projections.Outcome => {
  const { error, now, wholeVendor, idempotency } = failure
  const { key, verb } = projection
  const { reason } = error
  const isLost = reason._tag === "Malformed" || (reason._tag === "Unavailable" && reason.uncertain)
  if (idempotency === "none" && isLost) return unknown({ key, why: reason.detail })
  // No earlier one may have done anything: it would not have been followed by this one, or what it set was looked at first.
  const isFirst =
    idempotency === "none" ||
    (idempotency === "look up first" && verb === "SendMessage") ||
    (verb === "SetFields" && projection.attempt === undefined)
  const forgets = isFirst && !isLost ? { forgets: true as const } : {}
  if (reason._tag === "Gone" && projection.ref !== undefined) {
    return projection.attempt?.removing === true ? takenOut(key) : deletedByHand(key)
  }
  if (reason.recovery === "quarantine" || lacksScope(reason)) {
    const { desired, records } = projection
    const refused = { records, ...(desired === undefined ? {} : { desired }) }
    return {
      _tag: "Quarantined",
      key,
      why: error.message,
      remedy: remedyFor(reason),
      reason: reason._tag,
      refused,
      ...forgets
    }
  }
  if (!wholeVendor && projection.attempts + 1 >= ATTEMPTS_MAX) {
    return {
      _tag: "Quarantined",
      key,
      why: `${ATTEMPTS_MAX} attempts failed; last: ${error.message}`,
      remedy: `replay it once the vendor is well: ${REPLAY}`,
      reason: reason._tag,
      ...forgets
    }
  }
  const mayHaveLanded = reason._tag === "Unavailable" && reason.uncertain
  return {
    _tag: "Retry",
    key,
    dueAt: now + waitMs(projection.attempts + 1, reason),
    why: error.message,
    // That this attempt did nothing says nothing about an earlier one that may have.
    uncertain: projection.attempt !== undefined || mayHaveLanded,
    ...(mayHaveLanded ? { sentUntil: now } : {})
  }
}

/** A question that failed changed nothing there, whatever became of it. */
export const asked = (error: VendorError.VendorError): VendorError.VendorError =>
  error.reason._tag === "Unavailable"
    ? VendorError.make(
        error.vendor,
        error.operation,
        new VendorError.Unavailable({ ...error.reason, uncertain: false })
      )
    : error

export const impossible = ({ key, verb }: Pick<Projections.Projection, "key" | "verb">): Projections.Outcome => ({
  _tag: "Quarantined",
  key,
  why: `the connector cannot ${verb}`,
  remedy: "update the connector, then `interchannel quarantine replay`"
})

/** By us, as it turns out: what is wanted since is written anew. */
export const takenOut = (key: string): Projections.Outcome => ({ _tag: "Delivered", key, records: [] })

/** Why an entry is Held that a person took out. */
export const DELETED = "deleted by hand"

export const deletedByHand = (key: string): Projections.Outcome => ({ _tag: "Held", key, why: DELETED })

/** A connection that cannot go on until a person acts. */
export const parks = (error: VendorError.VendorError): boolean =>
  error.reason.recovery === "reauthorize" || error.reason.recovery === "abort"

/** The next write would fail the same way now. A scope that is missing concerns what needs it, and nothing else. */
export const stops = (error: VendorError.VendorError): boolean =>
  !lacksScope(error.reason) && (parks(error) || error.reason.recovery === "retry")

// ---------------------------------------------------------------------------------------------------------------------

const lacksScope = (reason: VendorError.Reason): boolean =>
  reason._tag === "Unauthorized" && reason.missingScope !== undefined

const REPLAY = "`interchannel quarantine replay`"

const remedyFor = (reason: VendorError.Reason): string => {
  switch (reason._tag) {
    case "Unauthorized":
      return `give the app the scope ${reason.missingScope ?? ""} at the vendor, then ${REPLAY}`
    case "Gone":
      return `the record it belongs on is not there; put it right at the vendor, then ${REPLAY}`
    case "Rejected":
      return `change what the vendor refuses (its own words are above), then ${REPLAY}`
    case "Malformed":
      return `the vendor answered in an unknown way; update the connector, then ${REPLAY}`
    default:
      return `${REPLAY} when the cause is gone`
  }
}
