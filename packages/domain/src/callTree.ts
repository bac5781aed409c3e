/**
 * What the legs of a call tell together. No leg alone knows whether a person picked up: the caller's own leg is answered by
 * the menu, and those to the agents come from elsewhere and later.
 */
import type { Disposition, Leg } from "./Details.ts"
import type { DetailsOf, Interaction } from "./Interaction.ts"
import { identityOf, type Participant } from "./Participant.ts"

/** The call with disposition, wait and talk time as its legs have them; a talk time that a part tells stays. */
export const settled = (interaction: Interaction): Interaction => {
  if (interaction.kind !== "voice" || interaction.details.legs === undefined) return interaction
  const { details, ref } = interaction
  const legs = details.legs ?? []
  const root = legs.find(({ id }) => id === ref.id) ?? legs.find(({ parent }) => parent === undefined)
  const branches = legs.filter((leg) => leg !== root)
  const persons = branches.filter(isPerson)
  const talks = persons.length > 0 ? persons : legs.filter(isPerson)
  const derived = {
    disposition: dispositionOf(details, root, branches),
    waitSeconds: least(details.waitSeconds, waitOf(root, talks)),
    talkSeconds: details.talkSeconds ?? talkOf(talks)
  }
  const known = Object.fromEntries(Object.entries(derived).filter(([, value]) => value !== undefined))
  const participants = inOneOrder(interaction.participants)
  return { ...interaction, participants, details: { ...details, ...known } }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Who is in it is told by callbacks, lists and queues, and not all of them come each time: their order must not show. */
const inOneOrder = (participants: ReadonlyArray<Participant>): ReadonlyArray<Participant> => {
  const rank = (one: Participant): string =>
    `${one.place === "from" ? 0 : 1} ${one.handle?.kind === "phone" ? 0 : 1} ${identityOf(one)}`
  return [...participants].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

const isPerson = (leg: Leg): boolean => leg.answeredByPerson === true

/** A person who picked up outweighs what any part says; else a part's word, such as of a message left, comes first. */
const dispositionOf = (
  details: DetailsOf<"voice">,
  root: Leg | undefined,
  branches: ReadonlyArray<Leg>
): Disposition | undefined => {
  const persons = branches.filter(isPerson).length
  if (persons > 1) return "transferred"
  if (persons === 1 || (root !== undefined && isPerson(root))) return "answered"
  if (details.disposition !== undefined || root?.endedAt === undefined) return details.disposition
  if (root.disposition !== undefined) return root.disposition
  const ends = new Set(branches.map(({ disposition }) => disposition))
  if (ends.has("voicemail")) return "voicemail"
  if (ends.has("missed") || ends.has("busy") || ends.has("failed")) return "missed"
  // Nobody was rung to the end: who waits in a queue and hangs up gives up.
  return ends.has("cancelled") || details.queue !== undefined ? "abandoned" : undefined
}

/** A queue counts from its own beginning, and once more for whom the call is passed on to: the shorter wait is the first. */
const least = (told: number | undefined, derived: number | undefined): number | undefined =>
  told === undefined || derived === undefined ? (told ?? derived) : Math.min(told, derived)

/** Until the first person picked up. */
const waitOf = (root: Leg | undefined, talks: ReadonlyArray<Leg>): number | undefined => {
  const answers = talks.flatMap(({ answeredAt }) => answeredAt ?? [])
  return root?.startedAt === undefined || answers.length === 0
    ? undefined
    : Math.max(0, Math.min(...answers) - root.startedAt) / 1000
}

/** The time in which at least one person was on the line; `undefined` while one still is. */
const talkOf = (talks: ReadonlyArray<Leg>): number | undefined => {
  if (talks.length === 0) return undefined
  let talkedMs = 0
  let until = Number.NEGATIVE_INFINITY
  const spans = talks.map(({ answeredAt, endedAt }) => ({ from: answeredAt, to: endedAt }))
  for (const { from, to } of spans.sort((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    if (from === undefined || to === undefined) return undefined
    talkedMs += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return talkedMs / 1000
}
