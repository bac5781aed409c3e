/** What one record is to be brought to, field by field, and how that is decided once it is known what stands there. */
import { type ConnectionId, type Contact, FieldPath, type Instant, type LocalRef } from "@interchannel/domain"
import type { Fields, Projections } from "@interchannel/store"
import * as FieldDecision from "./FieldDecision.ts"
import { type FieldPolicy, policyText } from "./FieldRule.ts"
import type { FieldSubject } from "./FieldSubject.ts"

export interface FieldIntent {
  readonly projection: Projections.Projection
  readonly ref: LocalRef
  readonly state: Fields.RecordState
  readonly asks: ReadonlyArray<Ask>
}

export interface Ask extends FieldDecision.Compared {
  readonly name: string
  /** `null`: the field is to be emptied. */
  readonly value: string | null
  readonly source: ConnectionId
  /** As the mirror shows the field; the age of a value for which the vendor keeps none. */
  readonly mirror: { readonly value: string | undefined; readonly changedAt: Instant.Instant }
  /** Since when the source says so, and what the policy was: for the person who is asked. */
  readonly since: Instant.Instant
  readonly policy: string
  readonly decide: (
    stands: FieldDecision.Situation["stands"],
    state: Fields.FieldState,
    now: Instant.Instant
  ) => FieldDecision.Decision
}

/** What an undo is to bring back; what a person changed since stays, unless it is forced. */
export const ofUndo = (
  projection: Projections.Projection,
  record: Contact,
  state: Fields.RecordState,
  comparedBy: (name: string) => FieldDecision.Compared
): FieldIntent => {
  const asks = Object.entries(state).flatMap(([name, { restore }]): ReadonlyArray<Ask> => {
    if (restore === undefined) return []
    const compared = comparedBy(name)
    const is = (a: string | undefined, b: string | null) => FieldDecision.same(compared, a, b ?? undefined)
    return [
      {
        name,
        ...compared,
        value: restore.to,
        source: projection.destination,
        since: 0,
        policy: "undo",
        mirror: { value: FieldPath.valueAt(record, compared.at), changedAt: record.version.at },
        decide: ({ value }, known) => {
          if (is(value, restore.to)) return { act: "keep", rule: "undo: it stands as it did before" }
          if (is(value, restore.expect) || FieldDecision.isOurs(compared, value, known)) {
            return { act: "write", rule: "undo: what stood there was our own" }
          }
          return restore.force
            ? { act: "write", rule: "undo: forced over what stood there" }
            : { act: "keep", rule: "undo: it was changed since, and stays" }
        }
      }
    ]
  })
  return { projection, ref: record.ref, state, asks }
}

/** The wanted values, each by its policy. */
export const ofSubject = (subject: FieldSubject, projection: Projections.Projection): FieldIntent => {
  const { record, state, destination } = subject
  const asks = subject.fields.flatMap(({ rule, wanted }): ReadonlyArray<Ask> => {
    const field = {
      name: rule.name,
      at: rule.at,
      region: rule.region,
      policy: policyText(rule.policy satisfies FieldPolicy),
      mirror: { value: FieldPath.valueAt(record, rule.at), changedAt: record.version.at }
    }
    if (wanted === undefined)
      return isTried(projection, state[rule.name]) ? [{ ...field, ...unwanted(projection) }] : []
    const situation = { ...rule, wanted, destination: destination.installed.id }
    return [
      {
        ...field,
        value: wanted.value,
        source: wanted.source,
        since: wanted.since,
        decide: (stands, known, now) => FieldDecision.decide({ ...situation, stands, state: known, now })
      }
    ]
  })
  return { projection, ref: record.ref, state, asks }
}

// ---------------------------------------------------------------------------------------------------------------------

/** What became of an attempt is found out, also where nobody says anything any more. */
const isTried = ({ attempt }: Projections.Projection, state: Fields.FieldState | undefined): boolean =>
  attempt !== undefined && state?.trying !== undefined

const unwanted = ({ destination }: Projections.Projection): Pick<Ask, "value" | "source" | "since" | "decide"> => ({
  value: null,
  source: destination,
  since: 0,
  decide: () => ({ act: "keep", rule: "nobody says anything any more" })
})
