/**
 * What becomes of one field: three values meet, what its sources want, what stands there, and what we wrote last. Pure.
 *
 *   stands there          fill-if-empty   latest-wins            review   owner
 *   ───────────────────   ─────────────   ────────────────────   ──────   ─────
 *   nothing, ever         write           write                  write    write
 *   the wanted value      keep            keep                   keep     keep
 *   what we wrote         write           write                  write    write
 *   emptied by hand       keep            write if ours newer    ask      ask
 *   ours, then edited     keep            write if ours newer    ask      ask
 *   somebody else's       keep            write if ours newer    ask      write
 *
 * A person's choice between two values comes before the policy. A field that flips is stopped, whatever the policy.
 */
import { type ConnectionId, FieldPath, type Instant, Key } from "@interchannel/domain"
import type { Fields } from "@interchannel/store"
import { type FieldPolicy, policyText } from "./FieldRule.ts"

/** Times that we write a value again that we had written within the hour; then two systems fight over the field. */
export const FLIPS_PER_HOUR_MAX = 4
const HOUR_MS = 3_600_000
/** Turns that are remembered of one field. */
const TURNS_MAX = 32

export interface Situation {
  readonly policy: FieldPolicy
  readonly at: FieldPath.FieldPath
  /** For numbers written without a country. */
  readonly region: string | undefined
  readonly wanted: { readonly value: string; readonly source: ConnectionId; readonly since: Instant.Instant }
  readonly stands: { readonly value: string | undefined; readonly changedAt: Instant.Instant }
  readonly state: Fields.FieldState
  readonly destination: ConnectionId
  readonly now: Instant.Instant
}

/**
 * `rule`: the sentence that decided. `isUnsure`: the mirror's times do not tell for certain, so the vendor is asked before
 * it is kept. `fight`: the systems that write in turns.
 */
export interface Decision {
  readonly act: "write" | "keep" | "ask"
  readonly rule: string
  readonly isUnsure?: true
  readonly fight?: ReadonlyArray<ConnectionId>
}

export const decide = (situation: Situation): Decision => {
  const { wanted, stands, state, policy } = situation
  if (same(situation, stands.value, wanted.value)) return { act: "keep", rule: "it says so already" }
  const word = wordOn(situation)
  if (word === "theirs") return { act: "keep", rule: "a person chose what stands there" }
  const decided = word === "ours" ? write("a person chose this value") : byPolicy(situation)
  if (decided.act === "ask" && isMoment(wanted.value) && (stands.value === undefined || isMoment(stands.value))) {
    return { act: "keep", rule: `${policyText(policy)}: a time that goes on by itself is no question for a person` }
  }
  if (state.stoppedAt === undefined && (decided.act !== "write" || !isFlipping(situation))) return decided
  const fight = fighters(situation)
  return { act: "ask", rule: `stopped, since it flips: ${fight.join(" and ")} write it in turns`, fight }
}

/** What is remembered of a write that was done. */
export const turned = (state: Fields.FieldState, written: Fields.Written, against: boolean): Fields.FieldState => {
  const turn = { at: written.at, hash: hashOf(written.value), source: written.source, against }
  const { trying: _, ...kept } = state
  return { ...kept, written, turns: [...recent(state.turns, written.at), turn].slice(-TURNS_MAX) }
}

/** Is it what we wrote last, or tried to? */
export const isOurs = (field: Compared, value: string | undefined, state: Fields.FieldState): boolean =>
  [state.written, state.trying].some(
    (written) => written !== undefined && same(field, value, written.value ?? undefined)
  )

/** What is needed to tell whether two values are the same. */
export type Compared = Pick<Situation, "at" | "region">

export const same = ({ at, region }: Compared, a: string | undefined, b: string | undefined): boolean =>
  FieldPath.same(at, a, b, region)

// ---------------------------------------------------------------------------------------------------------------------

const write = (rule: string): Decision => ({ act: "write", rule })
const keep = (rule: string): Decision => ({ act: "keep", rule })
const ask = (rule: string): Decision => ({ act: "ask", rule })

const byPolicy = (situation: Situation): Decision => {
  const { policy, stands, state } = situation
  const name = policyText(policy)
  if (isOurs(situation, stands.value, state)) return write(`${name}: what stood there was our own`)
  const touched = state.written !== undefined && state.written.value !== null
  if (stands.value === undefined && !touched) return write(`${name}: it was empty`)
  const theirs = stands.value === undefined ? "a person emptied it" : touched ? "a person edited it" : "it is taken"
  if (policy === "fill-if-empty") return keep(`${name}: ${theirs}`)
  if (policy === "review") return ask(`${name}: ${theirs}`)
  if (policy === "latest-wins") return newer(situation, theirs)
  return touched ? ask(`${name}: ${theirs}`) : write(`${name}: its owner says so`)
}

const newer = ({ wanted, stands }: Situation, theirs: string): Decision =>
  wanted.since > stands.changedAt
    ? write("latest-wins: this is newer than what stood there")
    : { ...keep(`latest-wins: ${theirs}, later than this was said`), isUnsure: true }

const wordOn = (situation: Situation): "theirs" | "ours" | undefined => {
  const { wanted, stands, state } = situation
  const { word } = state
  if (word === undefined || !same(situation, wanted.value, word.ours)) return undefined
  return same(situation, stands.value, word.theirs ?? undefined) ? word.keep : undefined
}

/** A point in time, such as when somebody was last seen: ISO 8601 with a time of day, or epoch milliseconds. */
const isMoment = (value: string | undefined): boolean =>
  value !== undefined && (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) || /^[12]\d{12}$/.test(value))

const recent = (turns: Fields.FieldState["turns"], now: Instant.Instant): ReadonlyArray<Fields.Turn> =>
  (turns ?? []).filter(({ at }) => at > now - HOUR_MS)

/** Would this write make it too many returns to what we had written before? */
const isFlipping = ({ state, wanted, now }: Situation): boolean => {
  const hashes = [...recent(state.turns, now).map(({ hash }) => hash), hashOf(wanted.value)]
  return hashes.length - new Set(hashes).size > FLIPS_PER_HOUR_MAX
}

const fighters = ({ state, wanted, destination }: Situation): ReadonlyArray<ConnectionId> => {
  const turns = state.turns ?? []
  const sources = [...turns.map(({ source }) => source), wanted.source]
  return [...new Set(turns.some(({ against }) => against) ? [...sources, destination] : sources)].sort()
}

const hashOf = (value: string | null): string => Key.contentHash(value)
