/** A folder that is open, as it was when it was opened; read-only, so that nothing is marked as seen. */
import type { VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import type { FetchMessageObject, FetchQueryObject, SearchObject } from "imapflow"
import type { Wire } from "./imap.ts"
import { query, read, SOURCE_BYTES_MAX } from "./mail.ts"
import type { Mail } from "./wire.ts"

/** Of the sources that one FETCH asks for. */
const IN_FLIGHT_BYTES_MAX = 4 * 1024 * 1024

type Failing<A> = Effect.Effect<A, VendorError.VendorError>

export interface Box {
  readonly folder: string
  readonly uidValidity: string
  /** Every later message has this UID or a higher one. */
  readonly uidNext: number
  /** Absent where the server does not count changes. */
  readonly modseq?: bigint
  /** UIDs, ascending. */
  readonly search: (what: SearchObject) => Failing<ReadonlyArray<number>>
  /** Those of the messages that are there, in the server's order. */
  readonly fetch: (
    uids: string,
    what: FetchQueryObject,
    changedSince?: bigint
  ) => Failing<ReadonlyArray<FetchMessageObject>>
  /** The mails in the order of the UIDs; those that are gone are left out. */
  readonly mails: (uids: ReadonlyArray<number>) => Failing<ReadonlyArray<Mail>>
}

export const open = ({ run }: Wire, folder: string): Failing<Box> =>
  Effect.map(
    run("select", (client) => client.mailboxOpen(folder, { readOnly: true })),
    ({ uidValidity, uidNext, highestModseq: modseq, noModseq }) => {
      const place = { folder, uidValidity: String(uidValidity) }
      const fetch: Box["fetch"] = (uids, what, changedSince) =>
        run("fetch", (client) =>
          client.fetchAll(uids, what, { uid: true, ...(changedSince === undefined ? {} : { changedSince }) })
        )
      return {
        ...place,
        uidNext,
        ...(modseq === undefined || noModseq === true ? {} : { modseq }),
        search: (what) =>
          Effect.map(
            run("search", (client) => client.search(what, { uid: true })),
            (uids) => [...(uids ?? [])].sort((a, b) => a - b)
          ),
        fetch,
        mails: (uids) => mails(fetch, uids, place)
      }
    }
  )

// ---------------------------------------------------------------------------------------------------------------------

const mails = (
  fetch: Box["fetch"],
  uids: ReadonlyArray<number>,
  place: Pick<Mail, "folder" | "uidValidity">
): Failing<ReadonlyArray<Mail>> =>
  Effect.gen(function* () {
    const found = new Map<number, Mail>()
    // A few may be of any size; of many it is asked first, so that small ones come together.
    const isFew = uids.length * SOURCE_BYTES_MAX <= IN_FLIGHT_BYTES_MAX
    const sized = isFew ? [] : yield* fetch(uids.join(","), { uid: true, size: true })
    const sizes = new Map(sized.map(({ uid, size }) => [uid, size]))
    for (const group of inFlight(uids, (uid) => sizes.get(uid))) {
      for (const message of yield* fetch(group.join(","), query)) {
        found.set(message.uid, yield* Effect.promise(() => read(message, place)))
      }
    }
    return uids.flatMap((uid) => found.get(uid) ?? [])
  })

/** In order, in groups of which the sources fit in flight together. */
const inFlight = (
  uids: ReadonlyArray<number>,
  bytesOf: (uid: number) => number | undefined
): ReadonlyArray<ReadonlyArray<number>> => {
  const groups: Array<Array<number>> = []
  let room = 0
  for (const uid of uids) {
    const bytes = Math.min(SOURCE_BYTES_MAX, bytesOf(uid) ?? SOURCE_BYTES_MAX)
    if (bytes > room || groups.length === 0) {
      groups.push([])
      room = IN_FLIGHT_BYTES_MAX
    }
    groups.at(-1)!.push(uid)
    room -= bytes
  }
  return groups
}
