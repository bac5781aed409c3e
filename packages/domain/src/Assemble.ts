/**
 * The current record from its Parts. Pure, and independent of the order in which Parts arrived: parts of former refs first,
 * then by version; later ones override single fields, lists of things with an id are joined by id. What only all legs of a
 * call together tell (was it answered, how long) is filled in last.
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { settled } from "./callTree.ts"
import { Contact, Organization } from "./Contact.ts"
import { keyOf } from "./Handle.ts"
import { Interaction } from "./Interaction.ts"
import { identityOf, type Participant } from "./Participant.ts"
import type { Part } from "./Part.ts"
import type { ConnectionId, LocalRef } from "./Ref.ts"
import { same } from "./Ref.ts"
import { compare, type Version } from "./Version.ts"

/**
 * `Incomplete`: what is there does not make a record yet (a recording before its call), with what is wrong. `Deleted`: with
 * what it was before, where that made a record.
 */
export type Assembled<A> =
  | { readonly _tag: "Whole"; readonly record: A }
  | { readonly _tag: "Deleted"; readonly version: Version; readonly last?: A }
  | { readonly _tag: "Incomplete"; readonly detail: string }

interface Of {
  readonly key: string
  readonly connection: ConnectionId
  /** All parts of the subject, in any order; at least one. */
  readonly parts: ReadonlyArray<Part>
}

const decodeContact = Schema.validateEither(Contact, { errors: "all" })
const decodeOrganization = Schema.validateEither(Organization, { errors: "all" })
const decodeInteraction = Schema.validateEither(Interaction, { errors: "all" })

export const contact = (of: Of): Assembled<Contact> =>
  assemble(of, (fields, head, told) => {
    const kind = told.some((part) => part.subject === "contact" && part.kind !== "address") ? "record" : "address"
    return decodeContact({ handles: [], ...fields, ...head, kind })
  })

export const organization = (of: Of): Assembled<Organization> =>
  assemble(of, (fields, head) => decodeOrganization({ ...fields, ...head }))

export const interaction = (of: Of): Assembled<Interaction> =>
  assemble(of, (fields, head) =>
    Either.map(decodeInteraction({ participants: [], details: {}, ...fields, ...head }), settled)
  )

// ---------------------------------------------------------------------------------------------------------------------

type Fields = Record<string, unknown>
interface Head {
  readonly key: string
  readonly connection: ConnectionId
  readonly ref: LocalRef
  readonly version: Version
}

const assemble = <A>(
  of: Of,
  decode: (fields: Fields, head: Head, told: ReadonlyArray<Part>) => Either.Either<A, ParseResult.ParseError>
): Assembled<A> => {
  const { parts, alive } = ordered(of.parts)
  const newest = alive.at(-1)
  if (newest === undefined) return { _tag: "Incomplete", detail: "no part is left" }
  const buried = alive.findLast((part) => part.deleted === true)?.version
  const join = (told: ReadonlyArray<Part>) => {
    const fields = told.reduce<Fields>((sum, part) => mergeFields(sum, part.fields), {})
    const { ref, version } = told.findLast((part) => alive.includes(part)) ?? newest
    return decode(fields, { key: of.key, connection: of.connection, ref, version }, told)
  }
  const told = parts.filter((part) => part.deleted !== true)
  if (buried !== undefined && compare(newest.version, buried) <= 0) {
    return Either.match(join(told), {
      onLeft: () => ({ _tag: "Deleted", version: buried }) as const,
      onRight: (last) => ({ _tag: "Deleted", version: buried, last }) as const
    })
  }
  const since = told.filter((part) => buried === undefined || compare(part.version, buried) > 0)
  return Either.match(join(since), {
    onLeft: (error) => ({ _tag: "Incomplete", detail: describe(error) }) as const,
    onRight: (record) => ({ _tag: "Whole", record }) as const
  })
}

/** Parts of former refs first, then oldest first. `alive`: those that count for the ref, for deletion and for revival. */
const ordered = (parts: ReadonlyArray<Part>): { parts: ReadonlyArray<Part>; alive: ReadonlyArray<Part> } => {
  const givenUp = new Set(
    parts.flatMap((part) => (part.former ?? []).filter((ref) => !same(ref, part.ref)).map(addressOf))
  )
  const isFormer = (part: Part): boolean => givenUp.has(addressOf(part.ref))
  const sorted = [...parts].sort(
    (a, b) =>
      Number(isFormer(b)) - Number(isFormer(a)) ||
      compare(a.version, b.version) ||
      inText(addressOf(a.ref), addressOf(b.ref)) ||
      inText(a.part, b.part)
  )
  const alive = sorted.filter((part) => !isFormer(part))
  // Two refs that each call the other former: neither was given up for good.
  return { parts: sorted, alive: alive.length === 0 ? sorted : alive }
}

/** Kinds hold no slash. */
const addressOf = (ref: LocalRef): string => `${ref.kind}/${ref.id}`
const inText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Enough to see what is missing; the item itself is at hand where this is read. */
const ISSUES_MAX = 3
const ISSUE_LENGTH_MAX = 200

/** `direction: is missing; startedAt: is missing`. */
const describe = (error: ParseResult.ParseError): string =>
  ParseResult.ArrayFormatter.formatErrorSync(error)
    // An optional field fails twice: as what it should be, and as absent.
    .filter(({ message }) => !message.startsWith("Expected undefined"))
    .slice(0, ISSUES_MAX)
    .map(({ path, message }) => `${path.join(".")}: ${message}`.slice(0, ISSUE_LENGTH_MAX))
    .join("; ")

/** Each entry of these is a field of its own. */
const nested = new Set(["details", "custom", "headers", "answers"])

const mergeFields = (sum: Fields, added: object): Fields => {
  const merged: Fields = { ...sum }
  for (const [name, value] of Object.entries(added)) {
    if (value === undefined) continue
    merged[name] = nested.has(name)
      ? mergeFields((sum[name] as Fields) ?? {}, value)
      : mergeField(name, sum[name], value)
  }
  return merged
}

const mergeField = (name: string, before: unknown, value: unknown): unknown => {
  if (!Array.isArray(value) || !Array.isArray(before)) return value
  if (name === "participants") return joinBy(before as Array<Participant>, value as Array<Participant>, identityOf)
  if (name === "handles" || name === "phones") return joinBy(before, value, keyOf)
  const all = [...before, ...value]
  return all.every(hasId) ? joinBy(before as Array<WithId>, value as Array<WithId>, (item) => item.id) : value
}

interface WithId {
  readonly id: string
}
const hasId = (item: unknown): item is WithId => typeof item === "object" && item !== null && "id" in item

/** Keeps the first place of each, with the later one's fields on top. */
const joinBy = <A extends object>(
  before: ReadonlyArray<A>,
  added: ReadonlyArray<A>,
  identity: (item: A) => string
): ReadonlyArray<A> => {
  const joined = new Map<string, A>()
  for (const item of [...before, ...added]) {
    const id = identity(item)
    const known = joined.get(id)
    joined.set(id, known === undefined ? item : { ...known, ...item })
  }
  return [...joined.values()]
}
