/**
 * One thing that happened, told by several systems: a mail that lies in two mailboxes, a call that the telephone vendor's own
 * integration logs in the CRM. Each destination has it once, and not from us where it was logged there already.
 */
import type { Interaction } from "@interchannel/domain"
import { SameAs } from "@interchannel/domain"
import { Ledger, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Desire from "../entries/Desire.ts"

/** `here`: this telling is the one that the destination gets. */
export type Verdict = "here" | "logged there already" | "told by another system"

export interface Tellings {
  /** The given interactions, and other tellings of them. */
  readonly rows: ReadonlyArray<Ledger.InteractionRow>
  readonly verdict: (row: Ledger.InteractionRow, destination: Desire.Destination) => Verdict
}

export const load = (
  given: ReadonlyArray<Ledger.InteractionRow>,
  destinations: ReadonlyArray<Desire.Destination>
): Effect.Effect<Tellings, StoreError, Ledger.Ledger> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = [...given, ...(yield* ledger.tellingsOf(given.map(({ interaction }) => interaction)))]
    const byName = new Map<string, Array<Interaction>>()
    for (const { interaction, deleted } of rows) {
      if (deleted) continue
      for (const name of SameAs.namesOf(interaction)) byName.set(name, [...(byName.get(name) ?? []), interaction])
    }
    const others = (interaction: Interaction) =>
      SameAs.namesOf(interaction)
        .flatMap((name) => byName.get(name) ?? [])
        .filter((other) => SameAs.same(interaction, other))
    const written = new Set<string>(destinations.map(({ installed }) => installed.id))
    return {
      rows,
      verdict: (row, destination) => verdictOf(row.interaction, others(row.interaction), destination, written)
    }
  })

/** Of several that a destination wants, the one of the system where it happened: one that nothing is written to, if there is. */
export const verdictOf = (
  interaction: Interaction,
  others: ReadonlyArray<Interaction>,
  destination: Desire.Destination,
  written: ReadonlySet<string>
): Verdict => {
  if (others.some(({ connection }) => connection === destination.installed.id)) return "logged there already"
  const rank = ({ connection, key }: Interaction) => `${written.has(connection) ? 1 : 0} ${key}`
  const wanted = others.filter((other) => Desire.wants(other, destination))
  return wanted.some((other) => rank(other) < rank(interaction)) ? "told by another system" : "here"
}
