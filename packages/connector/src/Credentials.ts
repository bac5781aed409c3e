/**
 * Schemas for what an installer types in. A secret is `Redacted` from the moment it is decoded, and no message about a
 * wrong one shows it: it says what is wrong and where to get the right one.
 */
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** Where an annotated schema keeps its remedy; `Account.decode` reads it. */
export const RemedyId: unique symbol = Symbol.for("@interchannel/connector/Remedy")

/** Says what to do when the field is missing or wrong: `Schema.NonEmptyString.pipe(remedy("enter …"))`. */
export const remedy =
  (text: string) =>
  <A, I, R>(schema: Schema.Schema<A, I, R>): Schema.Schema<A, I, R> =>
    schema.annotations({ [RemedyId]: text })

interface SecretOptions {
  /** Where the installer finds it: "the app's page, under OAuth & Permissions". */
  readonly from: string
  /** How every genuine one begins, such as `xoxb-`. Catches the wrong token in the right field. */
  readonly prefix?: string
}

/** A token, key or password. White space around it is cut off; it comes with copying. */
export const secret = (options: SecretOptions): Schema.Schema<Redacted.Redacted, string> => {
  const prefix = options.prefix ?? ""
  const expected = prefix === "" ? "expected a text without spaces" : `expected a text that begins with ${prefix}`
  const Genuine = Schema.Trim.pipe(
    Schema.filter((text) => text.length > prefix.length && text.startsWith(prefix) && !/[\s\p{C}]/u.test(text))
  ).annotations({ message: () => ({ message: expected, override: true }) })
  return Schema.compose(Genuine, Schema.Redacted(Schema.String)).pipe(remedy(`copy it from ${options.from}`))
}
