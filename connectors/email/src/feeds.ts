/**
 * What is read: each listed folder, by UID. A UID is never given twice, so what lies above the highest one that was read is
 * news, also when it is an old mail that somebody moved here; what lies below the lowest is the past, read newest first and
 * no further back than history is wanted.
 *
 *     1 ......... low ............... high ......... uidNext
 *       the past      has been read        news
 */
import { Feed, type VendorError } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { fail, readFolders, settings, within } from "./api.ts"
import type { Box } from "./box.ts"
import { rooted } from "./roots.ts"
import { mail } from "./normalize.ts"
import { keyOf, Mail, uidOf } from "./wire.ts"

const { DAY_MS, MINUTE_MS } = Instant

/** Where a folder stands. */
const Cursor = Schema.parseJson(
  Schema.Struct({
    uidValidity: Schema.String,
    high: Schema.Int,
    low: Schema.Int,
    /** The past has been read back to this time. */
    back: Schema.optional(Schema.Int),
    /** What is later has been read by an earlier walk, which did not go as far back. */
    upTo: Schema.optional(Schema.Int),
    /** Changes of flags up to here are known. */
    modseq: Schema.optional(Schema.String)
  })
)
type Cursor = typeof Cursor.Type
const decodeCursor = Schema.decodeUnknownOption(Cursor)
const encodeCursor = Schema.encodeSync(Cursor)

export const mails = Feed.changes("mails", {
  yields: "interactions",
  item: Mail,
  key: keyOf,
  normalize: mail,
  cadenceMs: MINUTE_MS,
  partitions: Effect.map(readFolders, (listed) => listed.map(({ path }) => ({ id: path, title: path }))),
  page: ({ partition, cursor, since }) =>
    Effect.gen(function* () {
      const { pageMails } = yield* settings
      const page = yield* within(partition, (box) =>
        Effect.flatMap(standing(box, cursor), (at) => pageOf(box, at, since, pageMails))
      )
      return { items: yield* rooted(page.mails), next: encodeCursor(page.next), more: page.more }
    }),
  one: (id, partition) =>
    Effect.gen(function* () {
      const named = uidOf(id)
      if (named === undefined) return undefined
      const found = yield* within(partition, (box) =>
        box.uidValidity === named.uidValidity ? box.mails([named.uid]) : Effect.succeed([])
      )
      const [read] = yield* rooted(found)
      return read
    })
})

// ---------------------------------------------------------------------------------------------------------------------

interface Page {
  readonly mails: ReadonlyArray<Mail>
  readonly next: Cursor
  readonly more: boolean
}
type Reading<A> = Effect.Effect<A, VendorError.VendorError>

const standing = (box: Box, cursor: string | undefined): Reading<Cursor> => {
  const { uidValidity, uidNext, modseq } = box
  if (cursor === undefined) {
    return Effect.succeed({
      uidValidity,
      high: uidNext,
      low: uidNext,
      ...(modseq === undefined ? {} : { modseq: String(modseq) })
    })
  }
  const at = Option.getOrUndefined(decodeCursor(cursor))
  // The server gave the folder new numbers: it was restored, or deleted and made again.
  return at === undefined || at.uidValidity !== uidValidity
    ? Effect.fail(fail.cursorExpired("select", `${box.folder} has new UIDs`))
    : Effect.succeed(at)
}

const pageOf = (box: Box, at: Cursor, since: number, pageMails: number): Reading<Page> => {
  if (box.uidNext > at.high) return newsOf(box, at, pageMails)
  if (box.modseq !== undefined && at.modseq !== undefined && box.modseq > BigInt(at.modseq))
    return flagsOf(box, at, pageMails)
  if (at.back === undefined) return pastOf(box, at, since, pageMails)
  if (since < at.back) {
    const { back, ...further } = at
    return pastOf(box, { ...further, low: at.high, upTo: back }, since, pageMails)
  }
  return Effect.succeed({ mails: [], next: at, more: false })
}

const newsOf = (box: Box, at: Cursor, pageMails: number): Reading<Page> =>
  Effect.gen(function* () {
    // A range that ends in `*` holds the last message always.
    const uids = (yield* box.search({ uid: `${at.high}:*` })).filter((uid) => uid >= at.high)
    const taken = uids.slice(0, pageMails)
    const high = uids.length > taken.length ? taken.at(-1)! + 1 : Math.max(box.uidNext, (taken.at(-1) ?? 0) + 1)
    return { mails: yield* box.mails(taken), next: { ...at, high }, more: true }
  })

const marks = /^[$\\]?(?:not|non)?junk$/i

/** Of all that flags say, only what is spam matters: it is taken back, or comes again. */
const flagsOf = (box: Box, at: Cursor, pageMails: number): Reading<Page> =>
  Effect.gen(function* () {
    const since = BigInt(at.modseq!)
    const changed = yield* box.fetch(`1:${at.high - 1}`, { uid: true, flags: true }, since)
    const marked = changed
      .filter(({ uid, flags }) => uid < at.high && [...(flags ?? [])].some((flag) => marks.test(flag)))
      .sort((a, b) => Number((a.modseq ?? 0n) - (b.modseq ?? 0n)))
    const taken = marked.slice(0, pageMails)
    const known = marked.length > taken.length ? taken.at(-1)!.modseq : box.modseq
    return {
      mails: yield* box.mails(taken.map(({ uid }) => uid)),
      next: { ...at, modseq: String(known) },
      more: true
    }
  })

const pastOf = (box: Box, at: Cursor, since: number, pageMails: number): Reading<Page> =>
  Effect.gen(function* () {
    const { upTo, ...settled } = at
    // The server counts in days of its own time zone: a day more, and a closer look afterwards.
    const wanted = {
      uid: `1:${Math.max(1, at.low - 1)}`,
      ...(since > DAY_MS ? { since: new Date(since - DAY_MS) } : {}),
      ...(upTo === undefined ? {} : { before: new Date(upTo + 2 * DAY_MS) })
    }
    const uids = (yield* box.search(wanted)).filter((uid) => uid < at.low)
    const taken = uids.slice(-pageMails).reverse()
    const mails = (yield* box.mails(taken)).filter(
      ({ receivedAt }) => receivedAt >= since && receivedAt < (upTo ?? Infinity)
    )
    const more = uids.length > taken.length
    return { mails, next: more ? { ...at, low: taken.at(-1)! } : { ...settled, low: 1, back: since }, more }
  })
