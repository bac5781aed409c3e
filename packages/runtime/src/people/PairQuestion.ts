/** Two contacts that may be one person, put to people as a question beside those that are kept in Reviews. */
import { Decision } from "@interchannel/identity"
import { type Contact, Ref } from "@interchannel/domain"
import type { Ledger, Persons, StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { ControlError } from "../control/Control.ts"
import * as Identities from "./Identities.ts"
import * as IdentityReview from "./IdentityReview.ts"
import type { Decided } from "../control/QuestionKind.ts"
import type * as Report from "../health/Report.ts"

export const KIND = "person"

/** Evidence that a question shows, the weightiest first. */
const PARTS_MAX = 6

/** Pages looked at for one list. */
const PAGES_MAX = 20

export const isId = (id: string): boolean => parse(id) !== undefined

export const list = (options: {
  readonly after: string
  readonly limit: number
}): Effect.Effect<ReadonlyArray<Report.Question>, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const questions: Array<Report.Question> = []
    let behind = parse(options.after)
    // What was decided is passed over, so a page may bring nothing and yet not be the last.
    for (let page = 0; page < PAGES_MAX && questions.length < options.limit; page++) {
      const limit = options.limit - questions.length
      const found = yield* IdentityReview.page({ limit, ...(behind === undefined ? {} : { after: behind }) })
      questions.push(...found.pairs.map(shown))
      behind = found.next
      if (behind === undefined) break
    }
    return questions
  })

export const one = (
  id: string
): Effect.Effect<Report.Question | undefined, ControlError | StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const pair = parse(id)
    return pair === undefined ? undefined : shown(yield* Identities.pair(pair.a, pair.b))
  })

/** Yes or no is a decision about the two, which holds until somebody takes it back. */
export const decide = (
  id: string,
  { choice, by, at }: Decided
): Effect.Effect<string, StoreError, Identities.Services> =>
  Effect.gen(function* () {
    const { a, b } = parse(id)!
    const attributed = { by, at, why: "asked in review" }
    const same = choice === SAME
    yield* Identities.decide([same ? Decision.mustLink(a, b, attributed) : Decision.cannotLink(a, b, attributed)])
    return same
      ? "they are one person, and their history is one"
      : "they are two people, whatever is read of them from now on"
  })

// ---------------------------------------------------------------------------------------------------------------------

const SAME = "same"

/** The bits are in the id, so that the next page goes on behind it. */
const idOf = ({ a, b, bits }: Persons.Pair): string => `pair:${bits}:${a}:${b}`

const parse = (id: string): Persons.Pair | undefined => {
  const [head, bits, a, b, ...rest] = id.split(":")
  if (head !== "pair" || a === undefined || b === undefined || rest.length > 0) return undefined
  return Number.isFinite(Number(bits)) ? { a, b, bits: Number(bits) } : undefined
}

const shown = ({ a, b, explained }: Identities.PairView): Report.Question => {
  const parts = [...explained.parts].sort((x, y) => Math.abs(y.bits) - Math.abs(x.bits)).slice(0, PARTS_MAX)
  const evidence = parts.map(({ field, level, bits }) => `${bits >= 0 ? "+" : ""}${bits.toFixed(1)} ${field}: ${level}`)
  return {
    id: idOf({ a: a.contact, b: b.contact, bits: explained.bits }),
    kind: KIND,
    at: Math.max(a.record.version.at, b.record.version.at),
    title: `Are ${nameOf(a.record)} and ${nameOf(b.record)} one person? (${percent(explained.chance)})`,
    text: [
      `The evidence says one person with a chance of ${percent(explained.chance)}.`,
      ...[a, b].map(({ record }) => `${refOf(record)}: ${nameOf(record)}${handlesOf(record)}`),
      ...evidence
    ].join("\n"),
    answers: [
      { choice: SAME, text: "one person: what either did is shown on the records of both" },
      { choice: "different", text: "two people: they stay apart, also when more is known of them" }
    ]
  }
}

const percent = (chance: number): string => `${(chance * 100).toFixed(1)} %`
const refOf = (contact: Contact): string => Ref.format(Ref.at(contact.connection, contact.ref))

const nameOf = ({ name, handles, ref }: Contact): string => {
  const joined = [name?.given, name?.family].filter((part) => part !== undefined).join(" ")
  return name?.full ?? (joined === "" ? (handles[0]?.value ?? ref.id) : joined)
}

const handlesOf = ({ handles }: Contact): string =>
  handles.length === 0 ? "" : `, ${handles.map(({ value }) => value).join(", ")}`
