/** What people decided about a record holds for the one that its system merged it into. Pure. */
import { Decision, type Place } from "@interchannel/identity"
import type { Persons } from "@interchannel/store"

export interface Inherited {
  readonly changes: ReadonlyArray<Place.Change>
  /** The decisions as they are to be saved: those of the heir, and the former ones, which are over. */
  readonly rows: ReadonlyArray<Persons.DecisionRow>
}

/** A pair that became one record is no pair any more: of such a decision nothing is left. */
export const of = (change: Place.Change, decisions: ReadonlyMap<string, Decision.Decision>, at: number): Inherited => {
  if (change._tag !== "Remove" || change.into === undefined) return { changes: [], rows: [] }
  const { contact, into } = change
  const former = [...decisions.values()].filter(
    (decision) => decision._tag !== "HandleRule" && (decision.a === contact || decision.b === contact)
  )
  if (former.length === 0) return { changes: [], rows: [] }
  const next = former.flatMap((decision) => {
    if (decision._tag === "HandleRule") return []
    const other = decision.a === contact ? decision.b : decision.a
    if (other === into) return []
    const { by, why } = decision
    const about = { by, why, at: decision.at }
    return [
      decision._tag === "MustLink" ? Decision.mustLink(into, other, about) : Decision.cannotLink(into, other, about)
    ]
  })
  const revoked = { by: "the system of the record", why: `it became one record with ${into}`, at }
  return {
    changes: [
      { _tag: "Decide", decisions: next },
      { _tag: "Revoke", decisions: former }
    ],
    rows: [...next.map((data) => ({ id: data.id, data })), ...former.map((data) => ({ id: data.id, data, revoked }))]
  }
}
