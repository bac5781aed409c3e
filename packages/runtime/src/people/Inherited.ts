/**
 * What people decided about a record holds for the one that its system merged it into; and when a record is deleted, for who is
 * the same person by decision, so that the others whom it held together stay so. What was said since about two of them stands,
 * also when the ledger is read again and the record goes once more.
 */
import { Decision, type Place } from "@interchannel/identity"
import { Persons, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type * as Placer from "./Placer.ts"

export interface Inherited {
  readonly changes: ReadonlyArray<Place.Change>
  /** The decisions as they are to be saved: those of the heir, and of one that was merged the former ones, which are over. */
  readonly rows: ReadonlyArray<Persons.DecisionRow>
}

export const of = (
  change: Place.Change,
  placer: Pick<Placer.Placer, "decisions" | "member" | "model" | "near">,
  at: number
): Effect.Effect<Inherited, StoreError, Persons.Persons> =>
  Effect.gen(function* () {
    if (change._tag !== "Remove") return nothing
    const { contact, into } = change
    const former = [...placer.decisions.values()].filter(
      (decision): decision is Pair =>
        decision._tag !== "HandleRule" && (decision.a === contact || decision.b === contact)
    )
    if (former.length === 0) return nothing
    const heir = into ?? (yield* linked(contact, former, placer))
    if (heir === undefined) return nothing
    const passed = former.flatMap((decision) => passedOn(decision, contact, heir))
    const said = yield* (yield* Persons.Persons).decisions(passed.map(({ id }) => id))
    const next = passed.filter((decision) =>
      isNewer(decision, placer.decisions.get(decision.id), said.get(decision.id))
    )
    const kept: Inherited = {
      changes: [{ _tag: "Decide", decisions: next }],
      rows: next.map((data) => ({ id: data.id, data }))
    }
    // A deleted record may come back, and is then who it was.
    if (into === undefined) return kept
    const revoked = { by: "the system of the record", why: `it became one record with ${into}`, at }
    return {
      changes: [...kept.changes, { _tag: "Revoke", decisions: former }],
      rows: [...kept.rows, ...former.map((data) => ({ id: data.id, data, revoked }))]
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

type Pair = Exclude<Decision.Decision, { readonly _tag: "HandleRule" }>

const nothing: Inherited = { changes: [], rows: [] }

const otherThan = ({ a, b }: Pair, contact: string): string => (a === contact ? b : a)

/** The first, by key, of those there are who are the same person by decision. */
const linked = (
  contact: string,
  former: ReadonlyArray<Pair>,
  { near, member, model }: Pick<Placer.Placer, "near" | "member" | "model">
) =>
  Effect.gen(function* () {
    const reach = former.filter(({ _tag }) => _tag === "MustLink").map((decision) => otherThan(decision, contact))
    if (reach.length === 0) return undefined
    yield* near({ keys: [], reach, handles: [], bits: model.linkBits })
    return reach.sort().find((one) => member(one) !== undefined)
  })

/** Than what is in force about the pair, and than when what was in force was taken back. */
const isNewer = (
  { at }: Pair,
  inForce: Decision.Decision | undefined,
  row: Persons.DecisionRow | undefined
): boolean => {
  const revoked = row?.revoked as { readonly at: number } | undefined
  return at > Math.max(inForce?.at ?? -Infinity, revoked?.at ?? -Infinity)
}

/** A pair that became one record is no pair any more: of such a decision nothing is left. */
const passedOn = (decision: Pair, contact: string, heir: string): ReadonlyArray<Pair> => {
  const other = otherThan(decision, contact)
  if (other === heir) return []
  const { by, why, at } = decision
  const make = decision._tag === "MustLink" ? Decision.mustLink : Decision.cannotLink
  return [make(heir, other, { by, why, at })]
}
