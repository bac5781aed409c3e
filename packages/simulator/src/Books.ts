/** What the store has to say once all is quiet: what is wanted where, and what became of everything that was accepted. */
import { Key, Ref } from "@interchannel/domain"
import { Inbox, Ledger, Projections, Quarantine } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Company from "./Company.ts"
import type { World } from "./World.ts"

const PROJECTIONS_MAX = 10_000

/**
 * What is wanted where, apart from when it was wanted. A person's hand may be seen again in what is read again; and an entry
 * that waits for a record stands nowhere, like one that was taken back. By which key a record that others were merged into is
 * known depends on which of them was told first, so records are told by their refs.
 */
export const wanted = Effect.gen(function* () {
  const projections = yield* Projections.Projections
  const ledger = yield* Ledger.Ledger
  const rows = yield* Effect.forEach(Company.writable, (destination) =>
    projections.list({ destination, after: "", limit: PROJECTIONS_MAX })
  )
  const keys = [...new Set(rows.flat().flatMap(({ records }) => records))].filter(Key.isContact)
  const known = yield* ledger.contacts(keys)
  const refOf = (key: string) => {
    const contact = known.get(key)?.contact
    return contact === undefined ? key : Ref.format(Ref.at(contact.connection, contact.ref))
  }
  return new Map(
    rows
      .flat()
      .filter(({ state }) => state !== "held")
      .map(({ key, state, desired, records }) => {
        const isNowhere = desired === undefined || state === "waiting" || state === "dropped"
        return [key, isNowhere ? "nothing" : `${desired} on ${records.map(refOf).sort().join()}`]
      })
  )
})

/** What was accepted was processed or is in quarantine, and only what belongs there is. */
export const accounts = (world: World) =>
  Effect.gen(function* () {
    const counts = yield* (yield* Inbox.Inbox).counts
    const asides = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: PROJECTIONS_MAX })
    const items = asides.filter(({ kind }) => kind === "item")
    const quarantined = counts.reduce((sum, one) => sum + one.quarantined, 0)
    const isBroken = world.happenings.some(({ broken }) => broken)
    return [
      ...counts
        .filter(({ pending }) => pending > 0)
        .map(({ connection, pending }) => `${connection}: ${pending} items were never looked at`),
      ...(items.length === quarantined
        ? []
        : [`${quarantined} items are set aside, ${items.length} are in quarantine`]),
      ...(items.length === 0 || isBroken ? [] : [`set aside without need: ${items[0]!.detail}`]),
      ...asides
        .filter(
          ({ kind, detail, reason }) => kind !== "item" && !detail.includes("refused") && reason !== "OutcomeUnknown"
        )
        .map(({ kind, subject, detail }) => `${kind} ${subject} is in quarantine: ${detail}`)
    ]
  })
