/** What a changed model would do to the persons there are, before it is switched on. */
import * as Batch from "../placing/Batch.ts"
import type * as Decision from "../decisions/Decision.ts"
import type { Features } from "../features/Features.ts"
import type * as Model from "./Model.ts"
import * as Steps from "./Steps.ts"

export interface Comparison {
  readonly from: string
  readonly to: string
  /** Groups of today's persons that would become one. */
  readonly merges: ReadonlyArray<ReadonlyArray<string>>
  /** Today's persons that would fall apart, with their parts as lists of contact keys. */
  readonly splits: ReadonlyArray<{ readonly person: string; readonly parts: ReadonlyArray<ReadonlyArray<string>> }>
}

/** A contact and whose it is today. */
export interface Today {
  readonly features: Features
  readonly person?: string
}

/** Compares today's persons with those of a new model over the same contacts. Contacts without a person are left out. */
export const make = (
  today: Model.Model,
  next: Model.Model,
  contacts: ReadonlyArray<Today>,
  decisions: ReadonlyArray<Decision.Decision>
): Comparison => Steps.run(stepwise(today, next, contacts, decisions))

/** The same in steps of some milliseconds. */
export function* stepwise(
  today: Model.Model,
  next: Model.Model,
  contacts: ReadonlyArray<Today>,
  decisions: ReadonlyArray<Decision.Decision>
): Steps.Steps<Comparison> {
  const features = contacts.map((contact) => contact.features)
  const { groups } = yield* Batch.stepwise(next, features, decisions)
  const partsOf = new Map<string, Map<number, Array<string>>>()
  const personsOf = new Map<number, Set<string>>()
  contacts.forEach(({ person, features: { contact } }, index) => {
    if (person === undefined) return
    const group = groups[index]!
    const parts = partsOf.get(person) ?? new Map<number, Array<string>>()
    partsOf.set(person, parts.set(group, [...(parts.get(group) ?? []), contact]))
    personsOf.set(group, (personsOf.get(group) ?? new Set<string>()).add(person))
  })
  return {
    from: today.version,
    to: next.version,
    merges: [...personsOf.values()].filter((persons) => persons.size > 1).map((persons) => [...persons].sort()),
    splits: [...partsOf].flatMap(([person, parts]) => (parts.size > 1 ? [{ person, parts: [...parts.values()] }] : []))
  }
}

/** Persons that would go into others, and parts that would become persons. */
export const count = ({ merges, splits }: Pick<Comparison, "merges" | "splits">) => ({
  merges: merges.reduce((sum, persons) => sum + persons.length - 1, 0),
  splits: splits.reduce((sum, { parts }) => sum + parts.length - 1, 0)
})

/**
 * For people: `+312 merges, −9 splits`, then at most `most` lines that say which, merges first.
 *
 * ```
 * +1 merges, −1 splits
 * merge p_a + p_b
 * split p_c: c_1 c_2 | c_3
 * ```
 */
export const report = (
  { merges, splits }: Pick<Comparison, "merges" | "splits">,
  most: number
): ReadonlyArray<string> => {
  const many = count({ merges, splits })
  const which = [
    ...merges.map((persons) => `merge ${persons.join(" + ")}`),
    ...splits.map(({ person, parts }) => `split ${person}: ${parts.map((part) => part.join(" ")).join(" | ")}`)
  ]
  const left = which.length - most
  return [
    `+${many.merges} merges, −${many.splits} splits`,
    ...which.slice(0, most),
    ...(left > 0 ? [`and ${left} more`] : [])
  ]
}
