/** What becomes of persons, as their history keeps it: who was made, merged, split, moved, and by which change. */
import type { Person, Place } from "@interchannel/identity"
import type { Persons } from "@interchannel/store"

export type Cause =
  | { readonly _tag: "Contact"; readonly contact: string }
  | { readonly _tag: "Gone"; readonly contact: string; readonly into?: string }
  | { readonly _tag: "Decided" | "Revoked"; readonly decisions: ReadonlyArray<string> }

export interface Told {
  readonly event: Person.PersonEvent
  readonly cause: Cause
  readonly model: string
}

/** The rows of one placement. That a contact of a new person moved there says no more than that it was made. */
export const of = (change: Place.Change, placement: Place.Placement, at: number): ReadonlyArray<Persons.EventRow> => {
  const made = new Set(placement.events.flatMap((event) => (event._tag === "Made" ? [event.person] : [])))
  const cause = causeOf(change)
  return placement.events.flatMap((event) => {
    if (event._tag === "Moved" && event.from === undefined && made.has(event.to ?? "")) return []
    const [person, other] = aboutOf(event)
    const data: Told = { event, cause, model: placement.modelVersion }
    return person === undefined ? [] : [{ at, person, ...(other === undefined ? {} : { other }), data }]
  })
}

// ---------------------------------------------------------------------------------------------------------------------

const causeOf = (change: Place.Change): Cause => {
  switch (change._tag) {
    case "Put":
      return { _tag: "Contact", contact: change.features.contact }
    case "Remove":
      return { _tag: "Gone", contact: change.contact, ...(change.into === undefined ? {} : { into: change.into }) }
    case "Decide":
      return { _tag: "Decided", decisions: change.decisions.map(({ id }) => id) }
    case "Revoke":
      return { _tag: "Revoked", decisions: change.decisions.map(({ id }) => id) }
  }
}

const aboutOf = (event: Person.PersonEvent): readonly [person: string | undefined, other?: string] => {
  switch (event._tag) {
    case "Merged":
      return [event.person, event.into]
    case "Split":
      return [event.person, event.from]
    case "Moved":
      return event.from === undefined ? [event.to] : event.to === undefined ? [event.from] : [event.from, event.to]
    default:
      return [event.person]
  }
}
