/**
 * Schemas for what vendors send. Many leave out what is empty, send `null` or `""`, and write ids, counts and times as text
 * here and as numbers there: decoded, there is one form of each, and what is empty is `undefined`.
 */
import { Instant } from "@interchannel/domain"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** An id: text, or a whole number that becomes text. */
export const id = Schema.transform(Schema.Union(Schema.NonEmptyString, Schema.Int), Schema.NonEmptyString, {
  strict: true,
  decode: String,
  encode: (text) => text
})

/** ISO 8601, RFC 2822 or epoch milliseconds, as a number or as text. */
export const time = Schema.transformOrFail(Schema.Union(Schema.String, Schema.Number), Instant.Instant, {
  strict: true,
  decode: (value, _, ast) => {
    const at = typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : Instant.fromIso(value)
    return at === undefined
      ? ParseResult.fail(new ParseResult.Type(ast, value, "expected a time: ISO 8601, RFC 2822 or epoch milliseconds"))
      : ParseResult.succeed(at)
  },
  encode: (at) => ParseResult.succeed(Instant.toIso(at))
})

/** A number, or a text of digits. */
export const number = Schema.Union(Schema.Number, Schema.NumberFromString)

/** A field that may be absent, `null` or `""`. */
export const maybe = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optional(
    Schema.transform(Schema.Unknown, Schema.UndefinedOr(schema), {
      strict: false,
      decode: (value) => (isEmpty(value) ? undefined : value),
      encode: (value) => value
    })
  )

/** Text that says something; white space alone does not. */
export const text = maybe(Schema.String.pipe(Schema.pattern(/\S/)))
export const flag = maybe(Schema.Boolean)
export const maybeId = maybe(id)
export const maybeTime = maybe(time)
export const maybeNumber = maybe(number)

/** The item by the schema; `undefined` when it does not fit. For what is looked at beside the items of a feed. */
export const one = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (item: unknown): A | undefined => Option.getOrUndefined(decode(item))
}

/** Those of the items that fit, in order. */
export const fitting = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (items: Iterable<unknown>): ReadonlyArray<A> =>
    Array.from(items).flatMap((item) => Option.toArray(decode(item)))
}

/** The fields that have a value: what is set, and nothing else. */
export const given = <K extends string>(
  fields: Readonly<Record<K, string | undefined>>
): Readonly<Partial<Record<K, string>>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Record<K, string>>

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** One field of data that nobody vouches for. */
export const field = (data: unknown, name: string): unknown => (isRecord(data) ? data[name] : undefined)

/** JSON text as data; `undefined` when it is none. */
export const fromJson = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "")
