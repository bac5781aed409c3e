/** Empties what is known, as before a rebuild: the Inbox, the projections and what was approved stay. */
import * as Effect from "effect/Effect"
import { Sql } from "../Sql.ts"
import type * as Store from "../Store.ts"
import type { StoreError } from "../StoreError.ts"

const tables = [
  "part",
  "part_revision",
  "alias",
  "contact",
  "organization",
  "interaction",
  "interaction_contact",
  "same_as",
  "person",
  "person_event",
  "member",
  "posting",
  "posting_refined",
  "edge",
  "handle_names",
  "dirty"
]

const emptied = Effect.flatMap(Sql, ({ sql, write }) =>
  write(
    "forget the ledger",
    Effect.forEach(tables, (table) => sql`DELETE FROM ${sql(table)}`, { discard: true })
  )
)

/** What statements run on comes with every store, unseen by those who use its contracts. */
export const forgetLedger = emptied as unknown as Effect.Effect<void, StoreError, Store.Services>
