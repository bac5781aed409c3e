/** Why does this field say this: what became of each field of a record, what was there before, and who said what. */
import { Connections, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Destinations from "../writing/Destinations.ts"
import type { Installation } from "../configuration/Installation.ts"
import type * as Report from "../health/Report.ts"
import * as FieldPlan from "./FieldPlan.ts"
import { policyText } from "./FieldRule.ts"
import * as FieldSubject from "./FieldSubject.ts"

export type Services = Connections.Connections | FieldPlan.Services

type Step = Report.Explanation["steps"][number]

/** Of one contact; nothing when no destination keeps fields of it. */
export const steps = (
  contact: string,
  installation: Installation
): Effect.Effect<ReadonlyArray<Step>, StoreError, Services> =>
  Effect.gen(function* () {
    const rows = yield* (yield* Connections.Connections).all
    const destinations = Destinations.of(installation, rows)
    const subjects = yield* FieldSubject.ofRecords([contact], destinations)
    const now = yield* Clock.currentTimeMillis
    const mine = subjects.filter(({ record }) => record.key === contact)
    const told = yield* Effect.forEach(mine, (subject) =>
      Effect.map(changesOf(subject.key), (changes) => [...changes, ...standing(subject, now)])
    )
    return told.flat()
  })

/** `nothing → "Director"`. */
export const changeText = ({ field, before, after, source, rule }: Projections.FieldChange): string =>
  `${restoreText(field, before, after)}, from ${source} (${rule})`

export const restoreText = (field: string, before: string | null, after: string | null): string =>
  `${field}: ${valueText(before)} → ${valueText(after)}`

// ---------------------------------------------------------------------------------------------------------------------

const valueText = (value: string | null | undefined): string =>
  value === null || value === undefined ? "nothing" : `"${value}"`

const changesOf = (key: string) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const row = (yield* projections.get([key])).get(key)
    const receipts = yield* projections.receipts(key)
    const written = receipts.flatMap(({ at, why, batch, changes = [] }) =>
      changes.map(
        (change): Step => ({
          stage: "field",
          at,
          text: `${changeText(change)}${why.startsWith("undone") ? "; undone" : ""}${batch === undefined ? "" : `, in round ${batch}`}`
        })
      )
    )
    const aside = row !== undefined && ["held", "quarantined"].includes(row.state)
    return aside ? [...written, { stage: "field", text: `${row.state}: ${row.why ?? "no reason was given"}` }] : written
  })

/** How each field is judged now. */
const standing = (subject: FieldSubject.FieldSubject, now: number): ReadonlyArray<Step> => {
  const judged = FieldPlan.judge(subject, now)
  const acts = { write: "is to be written", keep: "stays", ask: "waits for a person" } as const
  const silent = subject.fields.filter(({ wanted }) => wanted === undefined)
  return [
    ...judged.map(({ rule, wanted, stands, decision }) => ({
      stage: "field",
      text: `${rule.name} ${acts[decision.act]}: there stands ${valueText(stands.value)}, ${wanted.source} says ${valueText(wanted.value)} (${decision.rule})`
    })),
    ...silent.map(({ rule }) => ({
      stage: "field",
      text: `${rule.name} stays: no other system says anything (${policyText(rule.policy)})`
    }))
  ]
}
