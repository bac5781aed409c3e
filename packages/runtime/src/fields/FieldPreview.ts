/** What would become of each mapped field, tried on real records by the mirror in our ledger: no vendor is asked. */
import { Contacts } from "@interchannel/domain"
import { Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Desire from "../entries/Desire.ts"
import type * as Report from "../health/Report.ts"
import * as FieldPlan from "./FieldPlan.ts"
import { type FieldRule, policyText } from "./FieldRule.ts"
import * as FieldSubject from "./FieldSubject.ts"

/** Records that are looked at. */
export const RECORDS_MAX = 200
const SAMPLES_MAX = 3
/** Due rows among which they are looked for, and rows of one page. */
const ROWS_MAX = 5_000
const PAGE = 500

export const of = (
  destination: Desire.Destination
): Effect.Effect<ReadonlyArray<Report.FieldPreview>, StoreError, FieldPlan.Services> =>
  Effect.gen(function* () {
    if (destination.policy.fields.length === 0) return []
    const now = yield* Clock.currentTimeMillis
    const subjects = yield* FieldSubject.ofRecords(yield* dueRecords(destination.installed.id), [destination])
    const judged = subjects.flatMap((subject) =>
      FieldPlan.judge(subject, now).map((field) => ({ ...field, record: Contacts.displayName(subject.record) }))
    )
    const rules = subjects[0]?.fields.map(({ rule }) => rule) ?? destination.policy.fields
    return rules.map((rule) =>
      previewOf(
        rule,
        judged.filter((one) => one.rule.name === rule.name)
      )
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

type Judged = ReturnType<typeof FieldPlan.judge>[number] & { readonly record: string | undefined }

const previewOf = (rule: FieldRule, judged: ReadonlyArray<Judged>): Report.FieldPreview => {
  const count = (act: "write" | "ask") => judged.filter(({ decision }) => decision.act === act).length
  const open = judged.filter(({ decision }) => decision.act !== "keep")
  return {
    field: rule.name,
    from: rule.from,
    policy: policyText(rule.policy),
    write: count("write"),
    ask: count("ask"),
    samples: open.slice(0, SAMPLES_MAX).map(({ record, stands, wanted, decision }) => ({
      record: record ?? "a record without a name",
      before: stands.value ?? null,
      after: wanted.value,
      source: wanted.source,
      asks: decision.act === "ask"
    }))
  }
}

const dueRecords = (destination: string) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const records: Array<string> = []
    let after = ""
    for (let seen = 0; seen < ROWS_MAX && records.length < RECORDS_MAX; seen += PAGE) {
      const page = yield* projections.list({ destination, state: "due", after, limit: PAGE })
      records.push(...page.flatMap(({ verb, subject }) => (verb === "SetFields" ? [subject] : [])))
      const last = page.at(-1)
      if (page.length < PAGE || last === undefined) break
      after = last.key
    }
    return records.slice(0, RECORDS_MAX)
  })
