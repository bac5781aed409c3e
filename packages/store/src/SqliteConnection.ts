/**
 * The one connection to an SQLite file. A statement runs within one step of its fiber: nothing else can happen meanwhile, so
 * it takes a turn of its own only while somebody else's transaction is open. Several hundred statements are run for one
 * interaction; what lies around each of them counts.
 */
import type * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import BetterSqlite3 from "better-sqlite3"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Driver } from "./transaction.ts"

/** Statements kept prepared: each table has about ten sizes of list. */
const PREPARED_MAX = 1_000

export interface SqliteConnection {
  readonly sql: SqlClient.SqlClient
  readonly hold: Driver["hold"]
}

/** Opens the file, or a database in memory for `:memory:`; closed with the scope. What better-sqlite3 throws is a defect. */
export const make = (
  file: string,
  { readonly }: { readonly readonly: boolean }
): Effect.Effect<SqliteConnection, never, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const database = yield* Effect.acquireRelease(
      Effect.sync(() => new BetterSqlite3(file, { readonly })),
      (opened) => Effect.sync(() => opened.close())
    )
    if (!readonly) database.pragma("journal_mode = WAL")
    const run = runsOn(database)
    const connection = connectionOf(run)
    const turn = yield* Effect.makeSemaphore(1)
    /** A transaction is open, or about to be. */
    let isHeld = false
    const hold: Driver["hold"] = (use) => {
      const held = Effect.suspend(() => {
        isHeld = true
        return use(connection)
      })
      const free = Effect.sync(() => {
        isHeld = false
      })
      return turn.withPermits(1)(Effect.ensuring(held, free))
    }
    const execute = (text: string, parameters: ReadonlyArray<unknown>) =>
      Effect.withFiberRuntime<ReadonlyArray<never>, SqlError>(({ currentContext }) => {
        const isOurs = Context.getOption(currentContext, SqlClient.TransactionConnection)._tag === "Some"
        // Looked at and run in one step: between two, a fiber may be made to wait while a transaction begins.
        const now = () => settled(() => run(text, parameters) as ReadonlyArray<never>)
        return isHeld && !isOurs ? turn.withPermits(1)(Effect.suspend(now)) : now()
      })
    const client = yield* SqlClient.make({
      acquirer: Effect.succeed(connection),
      compiler: Statement.makeCompilerSqlite(),
      spanAttributes: []
    })
    return { sql: direct(client, execute), hold }
  })

// ---------------------------------------------------------------------------------------------------------------------

type Execute = (text: string, parameters: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<never>, SqlError>

/** The client with statements that go straight to the database: the scope, the turn and the span of each cost ten times what it takes itself. */
const direct = (client: SqlClient.SqlClient, execute: Execute): SqlClient.SqlClient => {
  const directly = <A extends object>(statement: Statement.Statement<A>): Statement.Statement<A> =>
    Object.assign(statement, { commit: () => execute(...statement.compile()) })
  const construct = (first: string | TemplateStringsArray, ...given: ReadonlyArray<unknown>) =>
    typeof first === "string" ? client(first) : directly(client(first, ...given))
  return Object.assign(construct as typeof client, client, {
    unsafe: <A extends object>(text: string, parameters?: ReadonlyArray<unknown>) =>
      directly(client.unsafe<A>(text, parameters))
  })
}

type Run = (text: string, parameters: ReadonlyArray<unknown>) => ReadonlyArray<object>

const runsOn = (database: BetterSqlite3.Database): Run => {
  const prepared = new Map<string, BetterSqlite3.Statement>()
  const prepare = (text: string): BetterSqlite3.Statement => {
    const known = prepared.get(text)
    if (known !== undefined) return known
    const statement = database.prepare(text)
    const [oldest] = prepared.keys()
    if (oldest !== undefined && prepared.size >= PREPARED_MAX) prepared.delete(oldest)
    prepared.set(text, statement)
    return statement
  }
  return (text, parameters) => {
    const statement = prepare(text)
    if (statement.reader) return statement.all(...parameters) as ReadonlyArray<object>
    statement.run(...parameters)
    return []
  }
}

/** Runs at once; what is thrown is a failure. */
const settled = <A>(work: () => A): Effect.Effect<A, SqlError> => {
  try {
    return Effect.succeed(work())
  } catch (cause) {
    return Effect.fail(new SqlError({ cause, message: "the statement failed" }))
  }
}

const connectionOf = (run: Run): Connection => {
  const rows = (text: string, parameters: ReadonlyArray<unknown> = []) =>
    Effect.suspend(() => settled(() => run(text, parameters)))
  return {
    execute: rows,
    executeUnprepared: rows,
    executeRaw: rows,
    executeValues: (text, parameters) => Effect.map(rows(text, parameters), (all) => all.map(Object.values)),
    executeStream: () => Stream.dieMessage("SQLite rows are not streamed: page by key")
  }
}
