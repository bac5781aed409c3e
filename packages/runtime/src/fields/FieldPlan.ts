/** Which records have a field to write or to ask about, judged by the destination's mirror in our ledger: no vendor is asked. */
import { FieldPath, Key } from "@interchannel/domain"
import { Fields, Projections, Reviews, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type * as Desire from "../entries/Desire.ts"
import * as FieldDecision from "./FieldDecision.ts"
import * as FieldQuestion from "./FieldQuestion.ts"
import * as FieldSubject from "./FieldSubject.ts"

/** Our clock and a vendor's may differ by as much. */
const CLOCKS_DIFFER_MS = 5 * 60_000

/** What is to be saved with the marks' removal. */
export interface Planned {
  readonly desired: ReadonlyArray<Projections.Desired>
  readonly subjects: ReadonlyArray<FieldSubject.FieldSubject>
  /** Questions that answered themselves: a person put it right in the destination, or deleted the record. */
  readonly answered: ReadonlyArray<string>
}

export type Services = FieldSubject.Services | Projections.Projections | Reviews.Reviews

export const plan = (
  persons: ReadonlyArray<string>,
  destinations: ReadonlyArray<Desire.Destination>,
  now: number
): Effect.Effect<Planned, StoreError, Services> =>
  Effect.gen(function* () {
    const subjects = yield* FieldSubject.load(persons, destinations)
    const moot = persons.flatMap((key) => questionsOfGone(key, subjects, destinations))
    if (subjects.length === 0) return { desired: [], subjects, answered: moot }
    const projections = yield* Projections.Projections
    const known = yield* projections.get(subjects.map(({ key }) => key))
    const judged = subjects.map((subject) => ({ subject, known: known.get(subject.key), fields: judge(subject, now) }))
    return {
      subjects,
      desired: judged.flatMap((one) => desire(one, now)),
      answered: [
        ...moot,
        ...judged.flatMap(({ subject, known: row, fields }) =>
          row === undefined
            ? []
            : fields
                .filter(({ rule, decision }) => !isOpen(decision) && subject.state[rule.name]?.stoppedAt === undefined)
                .map(({ rule }) => FieldQuestion.idOf(subject.key, rule.name))
        )
      ]
    }
  })

/** Remembers what the contacts say now, and since when; takes back the questions that are none any more. */
export const save = ({
  subjects,
  answered
}: Planned): Effect.Effect<void, StoreError, Fields.Fields | Reviews.Reviews> =>
  Effect.gen(function* () {
    if (answered.length > 0) yield* (yield* Reviews.Reviews).withdraw(answered)
    if (subjects.length === 0) return
    const fields = yield* Fields.Fields
    const byKey = new Map(subjects.map((subject) => [subject.key, subject]))
    yield* fields.change([...byKey.keys()], (key, before) => {
      const after = { ...before }
      for (const { rule, said } of byKey.get(key)?.fields ?? []) {
        if (Object.keys(said).length > 0 || before[rule.name]?.said !== undefined) {
          after[rule.name] = { ...before[rule.name], said }
        }
      }
      return after
    })
  })

/** The vendor is to be asked, at least: the mirror knows of a field only how old its record is. */
export const isOpen = ({ act, isUnsure }: FieldDecision.Decision): boolean => act !== "keep" || isUnsure === true

/** Judged by the mirror: each field with something wanted, and what would become of it. */
export const judge = (subject: FieldSubject.FieldSubject, now: number) =>
  subject.fields.flatMap(({ rule, wanted }) => {
    if (wanted === undefined) return []
    const state = subject.state[rule.name] ?? {}
    const { stands, isDoubtful } = mirrored(subject, rule, state)
    const { installed } = subject.destination
    const decided = FieldDecision.decide({ ...rule, wanted, stands, state, destination: installed.id, now })
    const decision = decided.act === "keep" && isDoubtful ? { ...decided, isUnsure: true as const } : decided
    return [{ rule, wanted, stands, decision }]
  })

// ---------------------------------------------------------------------------------------------------------------------

/**
 * What we wrote after the mirror was last told stands there, though the mirror does not show it yet. Which was later is told by
 * two clocks: where they say much the same and the values differ, only the vendor knows.
 */
const mirrored = (
  { record }: FieldSubject.FieldSubject,
  field: FieldDecision.Compared,
  { written }: Fields.FieldState
) => {
  const shown = { value: FieldPath.valueAt(record, field.at), changedAt: record.version.at }
  if (written === undefined) return { stands: shown, isDoubtful: false }
  const ours = { value: written.value ?? undefined, changedAt: written.at }
  const areClose = Math.abs(ours.changedAt - shown.changedAt) <= CLOCKS_DIFFER_MS
  return {
    stands: ours.changedAt >= shown.changedAt ? ours : shown,
    isDoubtful: areClose && !FieldDecision.same(field, shown.value, ours.value)
  }
}

/** A contact that is looked at in a person's place is a record that nothing is kept in any more, or was never one. */
const questionsOfGone = (
  key: string,
  subjects: ReadonlyArray<FieldSubject.FieldSubject>,
  destinations: ReadonlyArray<Desire.Destination>
): ReadonlyArray<string> => {
  if (!Key.isContact(key) || subjects.some(({ record }) => record.key === key)) return []
  return destinations.flatMap(({ installed, policy }) =>
    policy.fields.map(({ name }) => FieldQuestion.idOf(FieldSubject.keyOf(installed.id, key), name))
  )
}

interface Judged {
  readonly subject: FieldSubject.FieldSubject
  readonly known: Projections.Projection | undefined
  readonly fields: ReturnType<typeof judge>
}

const desire = ({ subject, known, fields }: Judged, now: number): ReadonlyArray<Projections.Desired> => {
  const { key, destination, record } = subject
  const open = fields.filter(({ decision }) => isOpen(decision))
  const row = {
    key,
    destination: destination.installed.id,
    verb: "SetFields",
    subject: record.key,
    records: [record.key],
    // After the entries, which people wait for.
    lane: 2,
    at: record.createdAt ?? record.version.at,
    dueAt: now
  } as const
  if (open.length > 0) {
    const desired = Key.contentHash(
      open.map(({ rule, wanted, stands, decision }) => [rule.name, decision.act, wanted.value, stands.value])
    )
    return [{ ...row, desired, state: "due" }]
  }
  // What became of an attempt is found out where it was begun.
  if (known === undefined || known.attempt !== undefined) return []
  return known.delivered === undefined
    ? [{ ...row, state: "dropped", why: "nothing is to be written any more" }]
    : [{ ...row, desired: known.delivered, state: "due" }]
}
