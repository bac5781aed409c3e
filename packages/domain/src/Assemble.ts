/**
 * The current record from its Parts. Pure, and independent of the order in which Parts arrived: parts of former refs first,
 * then by version; later ones override single fields, lists of things with an id are joined by id.
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Contact, Organization } from "./Contact.ts"
import { keyOf } from "./Handle.ts"
import { Interaction } from "./Interaction.ts"
import { identityOf, type Participant } from "./Participant.ts"
import type { Part } from "./Part.ts"
import type { ConnectionId, LocalRef } from "./Ref.ts"
import { same } from "./Ref.ts"
import { compare, type Version } from "./Version.ts"

/** `Incomplete`: what is there does not make a record yet (a recording before its call), with what is wrong. */
export type Assembled<A> =
  | { readonly _tag: "Whole"; readonly record: A }
  | { readonly _tag: "Deleted"; readonly version: Version }
  | { readonly _tag: "Incomplete"; readonly detail: string }

interface Of {
  readonly key: string
  readonly connection: ConnectionId
  /** All parts of the subject, in any order; at least one. */
  readonly parts: ReadonlyArray<Part>
}

const decodeContact = Schema.validateEither(Contact)
const decodeOrganization = Schema.validateEither(Organization)
const decodeInteraction = Schema.validateEither(Interaction)

export const contact = (of: Of): Assembled<Contact> => {
  const kind = of.parts.some((part) => part.subject === "contact" && part.kind !== "address") ? "record" : "address"
  return assemble(of, (fields, head) => decodeContact({ handles: [], ...fields, ...head, kind }))
}

export const organization = (of: Of): Assembled<Organization> =>
  assemble(of, (fields, head) => decodeOrganization({ ...fields, ...head }))

export const interaction = (of: Of): Assembled<Interaction> =>
  assemble(of, (fields, head) => decodeInteraction({ participants: [], details: {}, ...fields, ...head }))

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
  decode: (fields: Fields, head: Head) => Either.Either<A, ParseResult.ParseError>
): Assembled<A> => {
  const alive = of.parts.filter((part) => !isFormer(part, of.parts))
  const newest = newestOf(alive.length > 0 ? alive : of.parts)
  const buried = newestOf(of.parts.filter((part) => part.deleted === true && alive.includes(part)))
  if (buried !== undefined && of.parts.every((part) => compare(part.version, buried.version) <= 0)) {
    return { _tag: "Deleted", version: buried.version }
  }
  if (newest === undefined) return { _tag: "Incomplete", detail: "no part is left" }
  const since = buried?.version
  const fields = ordered(of.parts)
    .filter((part) => part.deleted !== true && (since === undefined || compare(part.version, since) > 0))
    .reduce<Fields>((sum, part) => mergeFields(sum, part.fields), {})
  const head = { key: of.key, connection: of.connection, ref: newest.ref, version: newest.version }
  return Either.match(decode(fields, head), {
    onLeft: (error) => ({ _tag: "Incomplete", detail: ParseResult.TreeFormatter.formatErrorSync(error) }) as const,
    onRight: (record) => ({ _tag: "Whole", record }) as const
  })
}

/** Its ref was given up: another part of the subject names it as former. */
const isFormer = (part: Part, all: ReadonlyArray<Part>): boolean =>
  all.some((other) => other.former?.some((ref) => same(ref, part.ref)) === true && !same(other.ref, part.ref))

const newestOf = (parts: ReadonlyArray<Part>): Part | undefined =>
  parts.reduce<Part | undefined>(
    (best, part) => (best === undefined || compare(part.version, best.version) > 0 ? part : best),
    undefined
  )

const ordered = (parts: ReadonlyArray<Part>): ReadonlyArray<Part> => {
  const former = new Set(parts.filter((part) => isFormer(part, parts)))
  return [...parts].sort(
    (a, b) =>
      Number(former.has(b)) - Number(former.has(a)) ||
      compare(a.version, b.version) ||
      (a.ref.id < b.ref.id ? -1 : a.ref.id > b.ref.id ? 1 : 0) ||
      (a.part < b.part ? -1 : a.part > b.part ? 1 : 0)
  )
}

const mergeFields = (sum: Fields, added: object): Fields => {
  const merged: Fields = { ...sum }
  for (const [name, value] of Object.entries(added)) {
    if (value === undefined) continue
    merged[name] =
      name === "details" ? mergeFields((sum[name] as Fields) ?? {}, value) : mergeField(name, sum[name], value)
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
