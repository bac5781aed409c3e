/** What must be true once all is quiet: the systems hold what happened, once, on the right records, and nothing else. Pure. */
import type { Entry, Office } from "./vendors/Office.ts"
import {
  type Destination,
  destinations,
  type Happening,
  householdOf,
  mentionsIn,
  recordOf,
  textOf,
  type World
} from "./World.ts"
import { REFUSED_BY } from "./vendors/Office.ts"

export const world = (truth: World): ReadonlyArray<string> => [
  ...destinations.flatMap((destination) => entries(truth, destination)),
  ...destinations.flatMap((destination) => records(truth, destination)),
  ...cards(truth)
]

// ---------------------------------------------------------------------------------------------------------------------

const isOurs = ({ key }: Entry): boolean => key !== undefined

const entries = (truth: World, destination: Destination): ReadonlyArray<string> => {
  const ours = [...truth.offices[destination].entries.values()].filter(isOurs)
  const byHappening = new Map<number, Array<Entry>>()
  const problems: Array<string> = []
  for (const entry of ours) {
    const [about, ...others] = [...new Set(mentionsIn(entry.body).map(({ index }) => index))]
    if (about === undefined || others.length > 0) {
      problems.push(
        `${destination} ${entry.id} (${entry.state}) speaks of ${about === undefined ? "nothing" : "several things"}: ${entry.body}`
      )
      continue
    }
    byHappening.set(about, [...(byHappening.get(about) ?? []), entry])
  }
  for (const happening of truth.happenings) {
    problems.push(...ofHappening(truth, destination, happening, byHappening.get(happening.index) ?? []))
  }
  return problems
}

const ofHappening = (
  truth: World,
  destination: Destination,
  happening: Happening,
  written: ReadonlyArray<Entry>
): ReadonlyArray<string> => {
  const there = written.filter(({ state }) => state === "there")
  const name = `${destination} q${happening.index} (${happening.source}${happening.deleted ? ", deleted" : ""})`
  const says = (what: string) => [`${name}: ${what}; there: ${there.map(shown).join(", ") || "nothing"}`]
  const deletedByHand = written.some(({ state }) => state === "deleted by hand")
  if (deletedByHand && there.length > 0) return says("an admin deleted it, and it is back")
  if (there.length > 1) return says(`written ${there.length} times`)
  const [entry] = there
  const isErased = happening.customers.some((customer) => truth.word.erased.has(customer))
  if (isErased) return entry === undefined ? [] : says("it is of somebody who was erased")
  // A person's hand is on it: it stays as it is.
  if (deletedByHand) return []
  if (entry?.overruled === true) return says("what an admin wrote is overwritten")
  if (entry?.edited === true || entry?.lost === true) return []
  if (entry !== undefined && truth.word.undone.has(entry.key ?? "")) return says("it was taken back, and it is back")
  if (entry === undefined && written.some(({ key }) => truth.word.maybeUndone.has(key ?? ""))) return []
  const isWanted = !happening.deleted && !happening.broken && happening.source !== destination
  const refused = REFUSED_BY[destination]
  const isRefused = refused !== undefined && happening.words.includes(refused)
  if (!isWanted) return entry === undefined ? [] : says("it should not be there")
  const office = truth.offices[destination]
  if (isAnybodys(truth, happening)) return ofAnybody(truth, destination, happening, entry).flatMap(says)
  const known = happening.customers.filter((customer) => !happening.isByAlias || truth.word.joined.has(customer))
  const expected = known.flatMap((customer) => recordOf(office, customer)?.id ?? []).sort()
  if (isRefused) return entry === undefined ? [] : says("the vendor refuses it, and it is there")
  if (expected.length === 0) {
    return entry === undefined || entry.records.size === 0 ? [] : says("it is on a record of somebody else")
  }
  if (entry === undefined) return says(`it is missing on ${expected.join()}`)
  const on = [...entry.records].sort()
  if (on.join() !== expected.join()) return says(`it should be on ${expected.join()}`)
  const text = textOf(happening)
  return entry.body.includes(text) ? [] : says(`it should say "${text}"`)
}

/**
 * A household's call, as long as one of it alone is known by the number; an agent's note on a record that was thrown away:
 * the person they are about may be known or not.
 */
const isAnybodys = ({ offices }: World, { source, customers, record }: Happening): boolean =>
  customers.some((customer) => customer < 0) ||
  ((source === "crm" || source === "desk") && record !== undefined && isGone(offices[source], record))

/** Thrown away, by itself or with the one that it lives on in. */
const isGone = ({ cards: all }: Office, id: string): boolean =>
  ![...all.values()].some(({ state, former, id: own }) => state === "there" && (own === id || former.includes(id)))

/** At most on one record, and on nobody's who has nothing to do with it. */
const ofAnybody = (truth: World, destination: Destination, happening: Happening, entry: Entry | undefined) => {
  const [customer = 0] = happening.customers
  const isTheirs = (id: string) => {
    const owner = truth.offices[destination].cards.get(id)?.customer
    return owner === customer || (owner !== undefined && owner >= 0 && customer < 0 && householdOf(owner) === customer)
  }
  const on = entry === undefined ? [] : [...entry.records]
  return [
    ...(on.length > 1 ? ["it is on several records"] : []),
    ...(on.every(isTheirs) ? [] : ["it is on a record of somebody else"])
  ]
}

const shown = (entry: Entry): string => `${entry.id} on ${[...entry.records].join("+") || "no record"} "${entry.body}"`

/** Where records are created: one a customer who got in touch, none where there is one. */
const records = (truth: World, destination: Destination): ReadonlyArray<string> => {
  const { cards: all } = truth.offices[destination]
  const there = [...all.values()].filter(({ state, key }) => state === "there" && key !== undefined)
  return there.flatMap((card) => {
    const twins = there.filter(({ email, phone }) => email === card.email && phone === card.phone)
    return twins.length > 1 && twins[0] === card
      ? [`${destination}: records ${twins.map(({ id }) => id).join()} were created for ${card.name}`]
      : []
  })
}

/** At most one card a thread, and none that speaks of another customer. */
const cards = (truth: World): ReadonlyArray<string> => {
  const chat = truth.chats.chat
  const there = [...chat.cards.values()].filter(({ gone }) => !gone)
  return there.flatMap((card) => {
    const twins = there.filter(({ thread }) => thread === card.thread)
    const customer = [...chat.messages.values()].find(({ id }) => id === card.thread)?.email
    const owner = truth.customers.find(({ email }) => email === customer)?.index ?? 0
    const strangers = mentionsIn(card.text).filter(({ index }) => {
      const { customers = [] } = truth.happenings[index] ?? {}
      return !customers.some((one) => one === owner || one === householdOf(owner))
    })
    const gone = mentionsIn(card.text).filter(({ index }) =>
      truth.happenings[index]?.customers.some((one) => truth.word.erased.has(one))
    )
    return [
      ...gone.map(({ index }) => `the card of chat ${card.thread} speaks of q${index}, who was erased`),
      ...(twins.length > 1 && twins[0] === card ? [`chat ${card.thread} has ${twins.length} cards`] : []),
      ...strangers.map(
        ({ index }) => `the card of chat ${card.thread} speaks of q${index}, which is another customer's`
      )
    ]
  })
}
