/** What the aggregates run their statements on: they join the transaction under way, or run in one of their own. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Topic } from "./Database.ts"
import type { StoreError } from "./StoreError.ts"

export class Sql extends Context.Tag("@interchannel/store/Sql")<
  Sql,
  {
    readonly sql: SqlClient
    /** Statements that only read. */
    readonly read: <A>(
      operation: string,
      statements: Effect.Effect<A, SqlError | StoreError>
    ) => Effect.Effect<A, StoreError>
    /**
     * All of the statements or none. When one of them fails inside a surrounding write, that write fails as well, even if
     * its body goes on: PostgreSQL would drop the whole transaction without a word.
     */
    readonly write: <A>(
      operation: string,
      statements: Effect.Effect<A, SqlError | StoreError>
    ) => Effect.Effect<A, StoreError>
    /** Wakes those who wait for the topic, after the commit. */
    readonly signal: (topic: Topic) => Effect.Effect<void>
  }
>() {}
