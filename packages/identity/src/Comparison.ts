/** What a changed model would do to the persons there are, before it is switched on. */
import * as Batch from "./Batch.ts"
import type * as Decision from "./Decision.ts"
import type { Features } from "./Features.ts"
import type * as Model from "./Model.ts"

export interface Comparison {
  readonly from: string
  readonly to: string
  /** Groups of today's persons that would become one. */
  readonly merges: ReadonlyArray<ReadonlyArray<string>>
  /** Today's persons that would fall apart, with their parts as lists of contact keys. */
  readonly splits: ReadonlyArray<{ readonly person: string; readonly parts: ReadonlyArray<ReadonlyArray<string>> }>
}

/** Compares today's persons with those of a new model over the same contacts. Contacts without a person are left out. */
export const make = (
  today: Model.Model,
  next: Model.Model,
  contacts: ReadonlyArray<{ readonly features: Features; readonly person?: string }>,
  decisions: ReadonlyArray<Decision.Decision>
): Comparison => {
  const features = contacts.map((contact) => contact.features)
  const { groups } = Batch.make(next, features, decisions)
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

/**
 * For people: `+312 merges, −9 splits`, then at most `most` lines that say which, merges first.
 *
 * ```
 * +1 merges, −1 splits
 * merge p_a + p_b
 * split p_c: c_1 c_2 | c_3
 * ```
 */
export const report = ({ merges, splits }: Comparison, most: number): ReadonlyArray<string> => {
  const which = [
    ...merges.map((persons) => `merge ${persons.join(" + ")}`),
    ...splits.map(({ person, parts }) => `split ${person}: ${parts.map((part) => part.join(" ")).join(" | ")}`)
  ]
  const left = which.length - most
  return [
    `+${merges.length} merges, −${splits.length} splits`,
    ...which.slice(0, most),
    ...(left > 0 ? [`and ${left} more`] : [])
  ]
}
