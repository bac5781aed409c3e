/** Two contacts that may be one person: the evidence is the question, and a decision is its answer. */
import { Decision } from "@interchannel/identity"
import { type Contact, Contacts, Ref } from "@interchannel/domain"
import type { Persons } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { ControlError } from "../control/Control.ts"
import * as Identities from "./Identities.ts"
import * as IdentityReview from "./IdentityReview.ts"
import type { Question, QuestionKind } from "../control/QuestionKind.ts"

/** Evidence that a question shows, the weightiest first. */
const PARTS_MAX = 6

/** Pages looked at for one list. */
const PAGES_MAX = 20

const list: QuestionKind<Identities.Services>["list"] = ({ after, limit }) =>
  Effect.gen(function* () {
    const questions: Array<Question> = []
    let behind = parse(after)
    // What was decided is passed over, so a page may bring nothing and yet not be the last.
    for (let page = 0; page < PAGES_MAX && questions.length < limit; page++) {
      const found = yield* IdentityReview.page({
        limit: limit - questions.length,
        ...(behind === undefined ? {} : { after: behind })
      })
      questions.push(...found.pairs.map(shown))
      behind = found.next
      if (behind === undefined) break
    }
    return questions
  })

const one: QuestionKind<Identities.Services>["one"] = (id) =>
  Effect.gen(function* () {
    const pair = parse(id)
    if (pair === undefined) {
      const remedy = "list the open ones with: interchannel review"
      return yield* new ControlError({ what: `${id} names no two contacts`, remedy })
    }
    return shown(yield* Identities.pair(pair.a, pair.b))
  })

/** Yes or no is a decision about the two, which holds until somebody takes it back. */
const decide: QuestionKind<Identities.Services>["decide"] = (id, { choice, by, at }) =>
  Effect.gen(function* () {
    const { a, b } = parse(id)!
    const attributed = { by, at, why: "asked in review" }
    const same = choice === SAME
    yield* Identities.decide([same ? Decision.mustLink(a, b, attributed) : Decision.cannotLink(a, b, attributed)])
    return same
      ? "they are one person, and their history is one"
      : "they are two people, whatever is read of them from now on"
  })

export const pairQuestion: QuestionKind<Identities.Services> = { kind: "person", list, one, decide }

// ---------------------------------------------------------------------------------------------------------------------

const SAME = "same"

/** The bits are in the id, so that the next page goes on behind it. */
const idOf = ({ a, b, bits }: Persons.Pair): string => `${bits}:${a}:${b}`

const parse = (id: string): Persons.Pair | undefined => {
  const [bits, a, b, ...rest] = id.split(":")
  if (bits === "" || a === undefined || b === undefined || rest.length > 0) return undefined
  return Number.isFinite(Number(bits)) ? { a, b, bits: Number(bits) } : undefined
}

const shown = ({ a, b, explained }: Identities.PairView): Question => {
  const parts = [...explained.parts].sort((x, y) => Math.abs(y.bits) - Math.abs(x.bits)).slice(0, PARTS_MAX)
  const evidence = parts.map(({ field, level, bits }) => `${bits >= 0 ? "+" : ""}${bits.toFixed(1)} ${field}: ${level}`)
  return {
    id: idOf({ a: a.contact, b: b.contact, bits: explained.bits }),
    at: Math.max(a.record.version.at, b.record.version.at),
    title: `Are ${Contacts.label(a.record)} and ${Contacts.label(b.record)} one person? (${percent(explained.chance)})`,
    text: [
      `The evidence says one person with a chance of ${percent(explained.chance)}.`,
      ...[a, b].map(({ record }) => `${refOf(record)}: ${Contacts.label(record)}${handlesOf(record)}`),
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

const handlesOf = ({ handles }: Contact): string =>
  handles.length === 0 ? "" : `, ${handles.map(({ value }) => value).join(", ")}`
