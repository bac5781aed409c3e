/** An installed account of a vendor: what its api layer is built from, decoded from what the installer wrote. */
import { ConnectionId } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { RemedyId } from "./Credentials.ts"

export interface Account<Credentials, Settings> {
  readonly connection: ConnectionId
  readonly credentials: Credentials
  readonly settings: Settings
}

/** A mistake in the configuration. Never shows a value: it could be a secret. */
export interface Problem {
  /** From the connection down: `credentials.botToken`. */
  readonly path: string
  /** "is missing", "expected a text that begins with xoxb-". */
  readonly what: string
  readonly remedy: string
}

interface Schemas<Credentials, Settings> {
  readonly credentials: Schema.Schema<Credentials, unknown>
  readonly settings: Schema.Schema<Settings, unknown>
}

/** The account, or all that is wrong with it at once. Fields that nobody asked for are problems too: they are misspelt. */
export const decode = <Credentials, Settings>(
  schemas: Schemas<Credentials, Settings>,
  given: { readonly connection: string; readonly credentials: unknown; readonly settings: unknown }
): Either.Either<Account<Credentials, Settings>, ReadonlyArray<Problem>> => {
  const connection: Decoded<ConnectionId> = decodeField("connection", ConnectionId, given.connection)
  const credentials = decodeField("credentials", schemas.credentials, given.credentials ?? {})
  const settings = decodeField("settings", schemas.settings, given.settings ?? {})
  if (Either.isRight(connection) && Either.isRight(credentials) && Either.isRight(settings)) {
    return Either.right({ connection: connection.right, credentials: credentials.right, settings: settings.right })
  }
  return Either.left([...problemsIn(connection), ...problemsIn(credentials), ...problemsIn(settings)])
}

// ---------------------------------------------------------------------------------------------------------------------

const PROBLEMS_MAX = 20

type Decoded<A> = Either.Either<A, ReadonlyArray<Problem>>

const problemsIn = (decoded: Decoded<unknown>): ReadonlyArray<Problem> => (Either.isLeft(decoded) ? decoded.left : [])

const decodeField = <A, I>(name: string, schema: Schema.Schema<A, I>, value: unknown): Decoded<A> =>
  Either.mapLeft(Schema.decodeUnknownEither(schema, { errors: "all", onExcessProperty: "error" })(value), (error) =>
    problemsOf(name, schema.ast, ParseResult.ArrayFormatter.formatErrorSync(error))
  )

/** One problem a place: the branches of a union each complain about the same one. */
const problemsOf = (
  name: string,
  ast: AST.AST,
  issues: ReadonlyArray<ParseResult.ArrayFormatterIssue>
): ReadonlyArray<Problem> => {
  const places = new Map<string, Problem>()
  for (const issue of issues) {
    // That a field is optional is no help with what was given.
    if (issue.message.startsWith("Expected undefined,")) continue
    const path = [name, ...issue.path].map(String).join(".")
    const what = describe(issue)
    const known = places.get(path)
    if (known === undefined) {
      places.set(path, { path, what, remedy: remedyAt(ast, issue.path) ?? defaultRemedy(issue) })
    } else if (!known.what.includes(what)) {
      places.set(path, { ...known, what: `${known.what} or ${what.replace(/^expected /, "")}` })
    }
  }
  return [...places.values()].slice(0, PROBLEMS_MAX)
}

/** The schema's sentence without the value it was given. */
const describe = ({ _tag, message }: ParseResult.ArrayFormatterIssue): string => {
  if (_tag === "Missing") return "is missing"
  if (_tag === "Unexpected") return "is not known here"
  return message.replace(/,? actual [^]*$/, "").replace(/^Expected/, "expected")
}

const defaultRemedy = ({ _tag, message }: ParseResult.ArrayFormatterIssue): string => {
  if (_tag === "Missing") return "add it"
  if (_tag !== "Unexpected") return "correct it"
  const names = /expected: (.*)$/s.exec(message)?.[1]?.replaceAll('"', "").split(" | ").join(", ")
  return names === undefined ? "remove it" : `remove it or correct its name; known are ${names}`
}

/** The remedy of the innermost annotated schema on the way to `path`. */
const remedyAt = (ast: AST.AST, path: ReadonlyArray<PropertyKey>): string | undefined => {
  const own = Option.getOrUndefined(AST.getAnnotation<string>(ast, RemedyId))
  const [first, ...rest] = path
  if (AST.isRefinement(ast) || AST.isTransformation(ast)) return remedyAt(ast.from, path) ?? own
  if (AST.isUnion(ast)) return ast.types.map((type) => remedyAt(type, path)).find((it) => it !== undefined) ?? own
  if (first === undefined || !AST.isTypeLiteral(ast)) return own
  const field = ast.propertySignatures.find(({ name }) => name === first)
  return (field && remedyAt(field.type, rest)) ?? own
}
