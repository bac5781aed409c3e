/** What becomes of a projection when its desired state is computed again, and when an attempt has ended. Pure. */
import type { Instant } from "@interchannel/domain"
import type { Desired, Outcome, Projection, Receipt } from "../Projections.ts"

/** Fingerprints of our own writes that are kept; an echo may be late by a few. */
const WRITTEN_MAX = 16

/**
 * Stands among them for what an attempt of unknown outcome may have written before the next one: the first fingerprint that
 * nobody knows is taken for it, until the one of the next write is read back.
 */
export const UNSEEN = "unseen"

export const sorted = (records: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(records)].sort()

const sameRecords = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  sorted(a).join() === sorted(b).join()

/** Contact keys of the records on which it stands, or may stand since the outcome of an attempt is not known. */
export const placesOf = ({ deliveredRecords, attempt }: Projection): ReadonlyArray<string> => [
  ...deliveredRecords,
  ...(attempt?.tried ?? [])
]

/** Nothing is to be written: while the outcome of an attempt is unknown, we cannot say so. */
const isSettled = (row: Projection): boolean =>
  row.attempt === undefined &&
  row.rewrite !== true &&
  row.desired === row.delivered &&
  (row.desired === undefined || sameRecords(row.records, row.deliveredRecords))

/** Neither its desired state, nor what was delivered, nor a person's hand has changed it. */
export const isAsSeen = (seen: Projection, now: Projection | undefined): boolean =>
  now?.state === "due" &&
  now.desired === seen.desired &&
  now.delivered === seen.delivered &&
  now.subject === seen.subject &&
  now.rewrite === seen.rewrite &&
  now.undo === seen.undo &&
  sameRecords(now.records, seen.records)

export const desire = (before: Projection | undefined, wanted: Desired): Projection => {
  // An attempt of unknown outcome is looked up by its records before it is taken back.
  const isWithout = wanted.records.length === 0 && before?.attempt !== undefined
  const told = { ...wanted, records: sorted(isWithout ? before.records : wanted.records) }
  if (before === undefined) return settle({ ...told, deliveredRecords: [], written: [], attempts: 0 })
  if (isBeingUndone(before)) return before
  const changed = before.desired !== told.desired || !sameRecords(before.records, told.records)
  // `desired` and `why` are absent in what is told when nothing should stand there, so they must not shine through.
  const { desired: _desired, why: _why, ...kept } = before
  const next: Projection = {
    ...kept,
    ...told,
    dueAt: notBeforeItShows(before, told.dueAt),
    attempts: changed ? 0 : before.attempts
  }
  if (before.state === "held" || (before.state === "quarantined" && !changed && told.state === "due")) {
    return { ...next, state: before.state, dueAt: before.dueAt, ...whyOf(before.why) }
  }
  if (before.state !== "due" || changed) return settle(next)
  // Saying the same again neither shortens a back-off nor prolongs the coalescing delay.
  const dueAt = before.attempts > 0 ? before.dueAt : Math.min(before.dueAt, told.dueAt)
  return settle({ ...next, dueAt, ...whyOf(told.why ?? before.why) })
}

/** What an attempt of unknown outcome did may show late: however urgent something else became, its back-off is waited for. */
const notBeforeItShows = ({ attempt, dueAt }: Projection, wantedAt: Instant.Instant): Instant.Instant =>
  attempt === undefined ? wantedAt : Math.max(wantedAt, dueAt)

const settle = (row: Projection): Projection => {
  if (row.state !== "due" || !isSettled(row)) return row
  const { why: _, ...rest } = row
  return { ...rest, state: "settled" }
}

const whyOf = (why: string | undefined): { readonly why?: string } => (why === undefined ? {} : { why })

/** Noted before the vendor is called: when, and what it may do beside what attempts of unknown outcome may have done. */
export const begin = (before: Projection, at: Instant.Instant): Projection => {
  const isRemoval = before.desired === undefined && before.ref !== undefined
  const isFollowing = before.attempt !== undefined && before.desired !== undefined
  return {
    ...before,
    written: isFollowing ? withOurs(before.written, UNSEEN) : before.written,
    attempts: before.attempts + 1,
    attempt: {
      startedAt: at,
      removing: isRemoval || before.attempt?.removing === true,
      tried: sorted([...(before.attempt?.tried ?? []), ...(before.desired === undefined ? [] : before.records)])
    }
  }
}

export interface Finished {
  readonly row: Projection
  readonly receipt?: Omit<Receipt, "id" | "batch">
}

/** With no attempt under way. */
type Ended = Omit<Projection, "attempt">

export const finish = (before: Projection, outcome: Outcome, at: Instant.Instant): Finished => {
  const { attempt, ...ended } = before
  switch (outcome._tag) {
    case "Delivered":
      return before.undo === undefined || standsStill(outcome)
        ? delivered(ended, outcome, at)
        : undone(delivered(ended, outcome, at), before.undo)
    case "Unneeded":
      return before.undo === undefined || standsStill(outcome)
        ? { row: unneeded(ended, outcome) }
        : undone({ row: unneeded(ended, outcome) }, before.undo)
    case "Retry": {
      const { uncertain, dueAt, sentUntil } = outcome
      const unknown = uncertain && attempt !== undefined
      const row: Projection = {
        ...ended,
        ...(unknown ? { attempt: { ...attempt, startedAt: sentUntil ?? attempt.startedAt } } : {}),
        dueAt
      }
      return { row: row.state === "due" ? { ...row, why: outcome.why } : row }
    }
    case "LookedUp":
      return {
        row:
          outcome.ref === undefined
            ? settle(ended)
            : { ...before, ref: outcome.ref, written: withOurs(before.written, outcome.written) }
      }
    case "ReadBack":
      return { row: { ...before, written: readBack(before.written, outcome.written) } }
    case "Held":
      return { row: { ...ended, state: "held", why: outcome.why }, receipt: unwritten(before, outcome.why, at) }
    case "Quarantined": {
      // The attempt stays begun: if it is released, whether it landed is looked up first.
      const row = outcome.forgets === true ? ended : before
      if (outcome.refused !== undefined && !isStillWanted(before, outcome.refused)) return { row: settle(row) }
      return {
        row: { ...row, state: "quarantined", why: outcome.why },
        receipt: unwritten(before, outcome.why, at)
      }
    }
  }
}

/** An attempt that was under way when the undo was asked has ended: what it did is still to be taken back. */
const standsStill = ({ desired }: Extract<Outcome, { readonly _tag: "Delivered" | "Unneeded" }>): boolean =>
  desired !== undefined

const isStillWanted = (row: Projection, { desired, records }: Pick<Desired, "desired" | "records">): boolean =>
  row.state === "due" && row.desired === desired && sameRecords(row.records, records)

/** Delivered is what was sent; what is desired may have changed since, then the row stays due. */
const delivered = (
  row: Ended,
  outcome: Extract<Outcome, { readonly _tag: "Delivered" }>,
  at: Instant.Instant
): Finished => {
  const { delivered: before, ref: lastRef, url: lastUrl, why, form: lastForm, rewrite: _, ...kept } = row
  const there = outcome.desired !== undefined
  const ref = there ? (outcome.ref ?? lastRef) : undefined
  const url = there ? (outcome.url ?? lastUrl) : undefined
  const form = there ? (outcome.form ?? lastForm) : undefined
  const next: Projection = {
    ...kept,
    ...(outcome.desired === undefined ? {} : { delivered: outcome.desired }),
    ...(ref === undefined ? {} : { ref }),
    ...(url === undefined ? {} : { url }),
    ...(form === undefined ? {} : { form }),
    ...(there || lastRef === undefined ? {} : { removed: lastRef }),
    ...(row.state === "due" ? {} : whyOf(why)),
    deliveredRecords: there ? sorted(outcome.records) : [],
    written: withOurs(row.written, outcome.written),
    attempts: 0
  }
  const refOfReceipt = outcome.ref ?? lastRef
  return {
    row: settle(next.state === "quarantined" ? { ...next, state: "due" } : next),
    receipt: {
      key: row.key,
      destination: row.destination,
      verb: row.verb,
      at,
      why: whatHappened(row, before, outcome),
      wrote: true,
      ...(before === undefined ? {} : { before }),
      ...(outcome.desired === undefined ? {} : { after: outcome.desired }),
      ...(outcome.changes === undefined ? {} : { changes: outcome.changes }),
      ...(refOfReceipt === undefined ? {} : { ref: refOfReceipt })
    }
  }
}

const unneeded = (row: Ended, { desired, records }: Extract<Outcome, { readonly _tag: "Unneeded" }>): Projection => {
  const { why, ...kept } = row
  const next = { ...kept, ...(row.state === "due" ? {} : whyOf(why)), attempts: 0 }
  return settle({
    ...next,
    ...(desired === undefined ? {} : { delivered: desired }),
    deliveredRecords: sorted(records)
  })
}

/** A row is taken back, whatever is desired meanwhile. */
export const undo = (row: Projection, undoing: string, at: Instant.Instant): Projection => {
  const { why: _why, desired: _desired, ...rest } = row
  return { ...rest, state: "due", undo: undoing, dueAt: notBeforeItShows(row, at), attempts: 0 }
}

const isBeingUndone = (row: Projection): boolean => row.undo !== undefined && row.state !== "held"

/** What was taken back does not come back. */
const undone = ({ row, receipt }: Finished, undoing: string): Finished => {
  const { delivered: _, ...rest } = row
  const taken: Projection = { ...rest, deliveredRecords: [], state: "held", why: "undone" }
  return receipt === undefined
    ? { row: taken }
    : {
        row: taken,
        receipt: { ...receipt, undo: undoing, why: row.verb === "SetFields" ? "undone" : "undone: removed" }
      }
}

const whatHappened = (
  { verb }: Pick<Projection, "verb">,
  before: string | undefined,
  { desired, found }: Extract<Outcome, { readonly _tag: "Delivered" }>
): string => {
  if (found === true) return "found there after an interrupted attempt"
  if (desired === undefined) return "removed"
  if (verb === "SendMessage") return "sent"
  return before === undefined ? "created" : "updated"
}

/** Also what an interrupted attempt wrote: read back late, after the next one, it is no person's hand. */
const withOurs = (written: ReadonlyArray<string>, more: string | undefined): ReadonlyArray<string> =>
  more === undefined ? written : [...written.filter((one) => one !== more), more].slice(-WRITTEN_MAX)

/** What was unseen is this one; once the last one shows, what came before it does not matter any more. */
const readBack = (written: ReadonlyArray<string>, seen: string): ReadonlyArray<string> => {
  const known = written.filter((one) => one !== UNSEEN)
  if (seen === known.at(-1)) return known
  return known.includes(seen) ? written : written.map((one) => (one === UNSEEN ? seen : one))
}

/** Nothing was written: what stood there still does. */
const unwritten = (row: Projection, why: string, at: Instant.Instant): NonNullable<Finished["receipt"]> => ({
  key: row.key,
  destination: row.destination,
  verb: row.verb,
  at,
  why,
  wrote: false,
  ...(row.delivered === undefined ? {} : { before: row.delivered, after: row.delivered }),
  ...(row.ref === undefined ? {} : { ref: row.ref })
})

/** Only what stands there as we wrote it; what a hand changed, or is on its way, is left. */
export const rewrite = (row: Projection, at: Instant.Instant): Projection =>
  row.state === "settled" && row.delivered !== undefined ? { ...row, rewrite: true, state: "due", dueAt: at } : row

/** A person's word that it may be written. What a hand changed is not what we delivered, so it is written anew. */
export const release = (row: Projection, at: Instant.Instant): Projection => {
  if (row.state !== "held" && row.state !== "quarantined") return row
  const { why: _why, delivered: was, undo, ...rest } = row
  const forgotten = row.state === "held" && row.desired !== undefined
  return {
    ...rest,
    ...(was === undefined || forgotten ? {} : { delivered: was }),
    // What could not be taken back is tried again; what was taken back may be written again.
    ...(undo === undefined || row.state === "held" ? {} : { undo }),
    state: "due",
    dueAt: at,
    attempts: 0
  }
}
