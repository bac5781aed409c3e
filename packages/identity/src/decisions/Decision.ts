/**
 * What a person said about who is who. Decisions outlive evidence, re-runs and new models, and can be taken back: a
 * revoked decision leaves no trace in who is who.
 */
import { Handle, type Instant, Key } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import * as HandleFeature from "../features/HandleFeature.ts"
import { hash } from "../features/hash.ts"

const attribution = {
  id: Schema.NonEmptyString,
  /** Who decided. */
  by: Schema.NonEmptyString,
  why: Schema.String,
  at: Schema.Int
}

export const MustLink = Schema.TaggedStruct("MustLink", { ...attribution, a: Key.ContactKey, b: Key.ContactKey })
export type MustLink = typeof MustLink.Type

export const CannotLink = Schema.TaggedStruct("CannotLink", { ...attribution, a: Key.ContactKey, b: Key.ContactKey })
export type CannotLink = typeof CannotLink.Type

/** `blocked` and `own` handles prove nothing, `shared` ones little; `personal` overrules what has been seen. */
export const HandleUse = Schema.Literal("blocked", "shared", "own", "personal")
export type HandleUse = typeof HandleUse.Type

export const HandleRule = Schema.TaggedStruct("HandleRule", {
  ...attribution,
  /** `kind:value`, as `Handle.keyOf` gives it. */
  handle: Schema.NonEmptyString,
  use: HandleUse
})
export type HandleRule = typeof HandleRule.Type

export const Decision = Schema.Union(MustLink, CannotLink, HandleRule).annotations({ identifier: "Decision" })
export type Decision = typeof Decision.Type

interface Attribution {
  readonly by: string
  readonly why: string
  readonly at: Instant.Instant
}

/**
 * Takes some contacts away from others for good: no pair across the two lists is ever one person, whoever arrives later.
 * Give all contacts of both parts; what stays together is decided by the evidence.
 */
export const unlink = (
  contacts: ReadonlyArray<Key.ContactKey>,
  from: ReadonlyArray<Key.ContactKey>,
  attributed: Attribution
): ReadonlyArray<CannotLink> =>
  contacts.flatMap((a) => from.filter((b) => b !== a).map((b) => pairOf("CannotLink", a, b, attributed)))

/** Two contacts are one person, whatever the evidence says. */
export const mustLink = (a: Key.ContactKey, b: Key.ContactKey, attributed: Attribution): MustLink =>
  pairOf("MustLink", a, b, attributed)

export const cannotLink = (a: Key.ContactKey, b: Key.ContactKey, attributed: Attribution): CannotLink =>
  pairOf("CannotLink", a, b, attributed)

/** How a handle is used. */
export const handleRule = (handle: string, use: HandleUse, attributed: Attribution): HandleRule => ({
  _tag: "HandleRule",
  id: Key.derive("d", "HandleRule", handle),
  handle,
  use,
  ...attributed
})

/** The number a rule's handle is indexed by. */
export const handleOf = (rule: HandleRule): number => hash(rule.handle)

/** The two contacts that a decision is about; none when it is about a handle. */
export const contactsOf = (decision: Decision): ReadonlyArray<Key.ContactKey> =>
  decision._tag === "HandleRule" ? [] : [decision.a, decision.b]

/** What a decision is found by: its two contacts, or the number of its handle. */
export const aboutOf = (decision: Decision): ReadonlyArray<Key.ContactKey | number> =>
  decision._tag === "HandleRule" ? [handleOf(decision)] : contactsOf(decision)

/** The rule's handle in comparable form; empty when it reaches nobody. */
export const handleFeatures = (rule: HandleRule): ReadonlyArray<HandleFeature.HandleFeature> => {
  const end = rule.handle.indexOf(":")
  const kind = rule.handle.slice(0, end)
  return Schema.is(Handle.HandleKind)(kind) ? HandleFeature.make([{ kind, value: rule.handle.slice(end + 1) }]) : []
}

// ---------------------------------------------------------------------------------------------------------

/** The pair gives the id, so that deciding the opposite replaces what was decided before. */
const pairOf = <Tag extends "MustLink" | "CannotLink">(
  tag: Tag,
  one: string,
  other: string,
  attributed: Attribution
) => {
  const [a, b] = one < other ? [one, other] : [other, one]
  return { _tag: tag, id: Key.derive("d", "pair", a, b), a, b, ...attributed }
}
