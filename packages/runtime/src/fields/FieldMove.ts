/** What is to be done to one record now that it is known what stands in its fields. Pure. */
import type { RecordFields } from "@interchannel/connector"
import { FieldPath, type Instant } from "@interchannel/domain"
import type { Fields, Projections, Reviews } from "@interchannel/store"
import * as FieldDecision from "./FieldDecision.ts"
import type { Ask, FieldIntent } from "./FieldIntent.ts"
import * as FieldQuestion from "./FieldQuestion.ts"

export interface FieldMove {
  readonly intent: FieldIntent
  /** To be written; empty: nothing. */
  readonly writes: ReadonlyArray<Write>
  /** What an interrupted attempt turned out to have written. */
  readonly landed: ReadonlyArray<Projections.FieldChange>
  /** What is known of the fields, before anything is written. */
  readonly states: Fields.RecordState
  readonly questions: ReadonlyArray<Reviews.Question>
  /** Questions that do not arise any more. */
  readonly withdrawn: ReadonlyArray<string>
}

interface Write {
  readonly name: string
  readonly written: Fields.Written
  readonly against: boolean
  readonly rule: string
}

export const of = (intent: FieldIntent, standings: RecordFields.Standings, now: Instant.Instant): FieldMove => {
  const landedAt = landings(intent, standings)
  const seen = intent.asks.map((ask) => look(intent, ask, standings[ask.name] ?? {}, { now, landedAt }))
  const idle = seen.filter(({ decision, state }) => decision.act !== "ask" && state.stoppedAt === undefined)
  // Now it is known what became of an earlier attempt, whatever becomes of the next one.
  const { attempt: _, ...projection } = intent.projection
  return {
    intent: { ...intent, projection },
    writes: seen.flatMap(({ ask, decision, stands, against }) =>
      decision.act !== "write"
        ? []
        : [
            {
              name: ask.name,
              written: { value: ask.value, before: stands.value ?? null, source: ask.source, at: now },
              against,
              rule: decision.rule
            }
          ]
    ),
    landed: seen.flatMap(({ landed }) => landed),
    states: Object.fromEntries(seen.map(({ ask, state }) => [ask.name, state])),
    questions: seen.flatMap(({ ask, decision, stands }) =>
      decision.act === "ask" ? [FieldQuestion.of(intent, ask, stands, decision)] : []
    ),
    withdrawn: idle.map(({ ask }) => FieldQuestion.idOf(intent.projection.key, ask.name))
  }
}

/** The fields and their values, as the connector is given them. */
export const setOf = ({ writes }: FieldMove): RecordFields.Change["set"] =>
  Object.fromEntries(writes.map(({ name, written }) => [name, written.value]))

/** With the attempts that are about to begin. */
export const trying = ({ writes, states }: FieldMove): Fields.RecordState => ({
  ...states,
  ...Object.fromEntries(writes.map(({ name, written }) => [name, { ...states[name], trying: written }]))
})

/** Once it is written: what stands there then, and the changes for the receipt. */
export const done = (
  { writes, states, landed }: FieldMove,
  standings: RecordFields.Standings
): { readonly states: Fields.RecordState; readonly changes: ReadonlyArray<Projections.FieldChange> } => {
  const ended = writes.map(({ name, written, against, rule }) => {
    // A vendor may store another form, by which it is known again.
    const value = written.value === null ? null : (tidied(standings[name]?.value) ?? written.value)
    const stood = { ...written, value }
    return {
      name,
      state: FieldDecision.turned(states[name] ?? {}, stood, against),
      change: { field: name, before: written.before, after: value, source: written.source, rule }
    }
  })
  return {
    states: { ...states, ...Object.fromEntries(ended.map(({ name, state }) => [name, state])) },
    changes: [...landed, ...ended.map(({ change }) => change)]
  }
}

/** After an undo nothing there is our own any more. */
export const forgotten = (states: Fields.RecordState): Fields.RecordState =>
  Object.fromEntries(
    Object.entries(states).map(([name, { said, word }]) => [
      name,
      { ...(said === undefined ? {} : { said }), ...(word === undefined ? {} : { word }) }
    ])
  )

// ---------------------------------------------------------------------------------------------------------------------

const tidied = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : FieldPath.tidy(value)

/** An attempt sets all fields of a record in one call: where one shows what was tried, all were set, whatever they show now. */
const landings = ({ projection, state, asks }: FieldIntent, standings: RecordFields.Standings): ReadonlySet<number> => {
  const begun = projection.attempt === undefined ? [] : asks
  const proofs = begun.flatMap((ask) => {
    const trying = state[ask.name]?.trying
    if (trying === undefined) return []
    const is = (value: string | null | undefined) =>
      FieldDecision.same(ask, trying.value ?? undefined, value ?? undefined)
    return is(tidied(standings[ask.name]?.value)) && !is(trying.before) ? [trying.at] : []
  })
  return new Set(proofs)
}

interface Seen {
  readonly now: Instant.Instant
  /** When the attempts were begun that are known to have been done. */
  readonly landedAt: ReadonlySet<number>
}

const look = (intent: FieldIntent, ask: Ask, standing: RecordFields.Standing, { now, landedAt }: Seen) => {
  const value = tidied(standing.value)
  const isAsMirrored = FieldDecision.same(ask, ask.mirror.value, value)
  const stands = { value, changedAt: standing.changedAt ?? (isAsMirrored ? ask.mirror.changedAt : now) }
  const { trying, ...known } = intent.state[ask.name] ?? {}
  // Of an attempt that the vendor refused we know that it did nothing: who wrote the same since is a person.
  const attempt = intent.projection.attempt === undefined ? undefined : trying
  const before = attempt === undefined ? known : { ...known, trying: attempt }
  const hasLanded =
    attempt !== undefined && (FieldDecision.same(ask, value, attempt.value ?? undefined) || landedAt.has(attempt.at))
  // Neither what stood there nor what was tried: a person's hand, perhaps on what we had written.
  const isCorrected = attempt !== undefined && !FieldDecision.same(ask, value, attempt.before ?? undefined)
  const state = hasLanded || isCorrected ? FieldDecision.turned(before, attempt, false) : known
  const decision = ask.decide(stands, state, now)
  return {
    ask,
    stands,
    decision,
    against: state.written !== undefined && !FieldDecision.isOurs(ask, value, state),
    state: decision.fight === undefined ? state : { ...state, stoppedAt: state.stoppedAt ?? now },
    landed: hasLanded
      ? [
          {
            field: ask.name,
            before: attempt.before,
            after: attempt.value,
            source: attempt.source,
            rule: "found there after an interrupted attempt"
          }
        ]
      : []
  }
}
