/**
 * What must be true of single fields: none was written over what a person had put there unless its policy says so, each ends
 * as its policy wants it, and the questions that are open are those that only a person can answer. Pure.
 */
import { type Name, names, type Question, spokesman } from "./FieldStory.ts"
import { standingIn, type Writing } from "./vendors/fields.ts"
import type { Card } from "./vendors/Office.ts"
import { type Customer, recordOf, type World } from "./World.ts"

export const world = (truth: World, open: ReadonlyArray<Question>): ReadonlyArray<string> => {
  const { crm } = truth.offices
  const judged = [...crm.cards.values()].filter(isItself)
  return [
    ...judged.flatMap((card) => names.flatMap((name) => written(truth, card, name))),
    ...truth.customers.flatMap((customer) => ended(truth, customer, open)),
    ...open.flatMap((question) => unfounded(truth, question))
  ]
}

/** After all was taken back: what we had written shows what we had found there, what hands wrote is left, or comes back. */
export const undone = (truth: World, before: ReadonlyMap<string, ReadonlyArray<Writing>>): ReadonlyArray<string> =>
  [...truth.offices.crm.cards.values()].filter(isItself).flatMap((card) =>
    names.flatMap((name) => {
      const stood = before.get(placeOf(card, name)) ?? []
      const isStill = endsOurs(stood) && card.state === "there" && !isErased(truth, card)
      const expected = standingIn(isStill ? foundBefore(stood) : stood)
      const stands = standingIn(card.fields.get(name))
      return stands === expected
        ? []
        : [`crm ${card.id} ${name}: it was taken back and shows ${text(stands)} instead of ${text(expected)}`]
    })
  )

/** The writings of each field until now. */
export const histories = ({ offices: { crm } }: World): ReadonlyMap<string, ReadonlyArray<Writing>> =>
  new Map(
    [...crm.cards.values()].flatMap((card) =>
      [...card.fields].map(([name, all]) => [placeOf(card, name), all] as const)
    )
  )

// ---------------------------------------------------------------------------------------------------------------------

const placeOf = ({ id }: Card, name: string): string => `${id} ${name}`
const isOurs = ({ known }: Writing): boolean => known !== undefined
/** What we had found there, and wrote over: our last words in a row are one. */
const foundBefore = (history: ReadonlyArray<Writing>): ReadonlyArray<Writing> => {
  const seen = history.slice(0, history.findLast(isOurs)?.known)
  return seen.length > 0 && endsOurs(seen) ? foundBefore(seen) : seen
}
/** Does our own word stand there in the end? A person may have put it back. */
const endsOurs = (history: ReadonlyArray<Writing>): boolean =>
  history.length > 0 && history.at(-1)!.value === history.findLast(isOurs)?.value
const text = (value: string | undefined): string => (value === undefined ? "nothing" : `"${value}"`)
const isErased = ({ word }: World, { customer }: Card): boolean => word.erased.has(customer)

/** Of records that were merged nobody can tell whose writings those of the other were. */
const isItself = ({ former, state }: Card): boolean => former.length === 0 && state !== "merged"

/** Each of our writings, by what its writer had read. */
const written = (truth: World, card: Card, name: Name): ReadonlyArray<string> => {
  const history = card.fields.get(name) ?? []
  return history.flatMap((writing, index) => {
    if (writing.known === undefined) return []
    const says = (what: string) => [`crm ${card.id} ${name}: ${what} when we wrote ${text(writing.value ?? undefined)}`]
    const before = history[index - 1]
    if (before !== undefined && isOurs(before) && before.value === writing.value) return says("it stood there already")
    const seen = history.slice(0, writing.known)
    const last = seen.at(-1)
    if (last === undefined || endsOurs(seen) || isAllowed(truth, card, name, writing, seen)) return []
    return says(`a person had written ${text(last.value ?? undefined)}`)
  })
}

const wasOurs = (history: ReadonlyArray<Writing>): boolean =>
  history.some((writing) => isOurs(writing) && writing.value !== null)

/** May we write over what a person did? */
const isAllowed = (truth: World, card: Card, name: Name, writing: Writing, seen: ReadonlyArray<Writing>): boolean => {
  const { value, at } = seen.at(-1)!
  if (value === null && !wasOurs(seen)) return true
  switch (name) {
    case "filled":
    case "seen":
      return false
    case "latest":
      return hasSpoken(truth, card.customer, at, writing.at)
    case "reviewed":
      return isChosen(truth, card, name, value, writing)
    case "owned":
      return !wasOurs(seen) || isChosen(truth, card, name, value, writing)
  }
}

/** Did the helpdesk say anything of the customer in that time? */
const hasSpoken = ({ offices: { desk } }: World, customer: number, after: number, until: number): boolean =>
  desk.journal.some(({ card, at }) => desk.cards.get(card)?.customer === customer && at > after && at <= until)

const isChosen = ({ answers }: World, card: Card, field: Name, theirs: string | null, { value }: Writing): boolean =>
  answers.some(
    (one) =>
      one.choice === "ours" &&
      one.record === card.id &&
      one.field === field &&
      one.theirs === theirs &&
      one.ours === value
  )

/** The record that a customer's history is on, field by field. */
const ended = (truth: World, customer: Customer, open: ReadonlyArray<Question>): ReadonlyArray<string> => {
  const card = recordOf(truth.offices.crm, customer.index)
  const source = spokesman(truth.offices.desk, customer.index)
  if (card === undefined || source === undefined || !isItself(card) || isErased(truth, card)) return []
  return names.flatMap((name) => {
    const [history = [], said] = [card.fields.get(name), source.fields.get(name)]
    const wanted = standingIn(said)
    const asked = open.find(({ record, field }) => record === card.id && field === name)
    if (wanted === undefined) return []
    const expected = expectedOf(truth, card, name, history, wanted)
    const stands = standingIn(history)
    const is = (what: string) => [`crm ${card.id} ${name}: it shows ${text(stands)}, ${what}`]
    if (expected === "follows" && stands !== wanted) return is(`and should follow the helpdesk's "${wanted}"`)
    if (expected !== "asked") return asked === undefined ? [] : is("and a question is open that is none")
    if (asked === undefined) return is(`the helpdesk says "${wanted}", and nobody is asked`)
    return asked.ours === wanted && (asked.theirs ?? undefined) === stands
      ? []
      : is("and the question tells other values")
  })
}

/** The truth table. A correction that the helpdesk answered stands open where nobody knows how old its word is. */
const expectedOf = (
  truth: World,
  card: Card,
  name: Name,
  history: ReadonlyArray<Writing>,
  wanted: string
): "follows" | "stays" | "asked" => {
  const last = history.at(-1)
  if (last === undefined || endsOurs(history) || (last.value === null && !wasOurs(history))) return "follows"
  if (last.value === wanted) return "stays"
  const answer = truth.answers.find(
    ({ record, field, theirs, ours }) =>
      record === card.id && field === name && theirs === last.value && ours === wanted
  )
  switch (name) {
    case "filled":
    case "seen":
      return "stays"
    case "latest":
      return truth.hasSpokenLast ? "follows" : "stays"
    case "reviewed":
      return answer === undefined ? "asked" : answer.choice === "ours" ? "follows" : "stays"
    case "owned":
      if (!wasOurs(history)) return "follows"
      return answer === undefined ? "asked" : answer.choice === "ours" ? "follows" : "stays"
  }
}

/** A question about what nobody keeps. */
const unfounded = (truth: World, { record, field }: Question): ReadonlyArray<string> => {
  const card = truth.offices.crm.cards.get(record)
  if (card !== undefined && !isErased(truth, card) && field !== "seen") return []
  return [`crm ${record} ${field}: a question is open about ${card === undefined ? "no record" : "it"}`]
}
