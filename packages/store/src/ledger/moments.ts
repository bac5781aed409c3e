/** Which interactions come next, before a time or after it: read along an index, each list no further than its limit. */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { Moment, MomentsAsked } from "../Ledger.ts"
import { firstOfEach } from "./records.ts"

interface StoredMoment {
  readonly interaction: string
  readonly started_at: number
  readonly conversation: string | null
}

// The inner list ends at its limit whatever it is joined with.
export const ofContacts = (sql: SqlClient, contacts: ReadonlyArray<string>, asked: MomentsAsked) =>
  Effect.map(
    firstOfEach<StoredMoment>(
      sql,
      contacts,
      (contact) => sql`
        SELECT l.interaction, l.started_at, i.conversation FROM (
          SELECT interaction, started_at FROM interaction_contact WHERE contact = ${contact}
          AND ${onwards(sql, "interaction", asked)}) AS l
        LEFT JOIN interaction i ON i.key = l.interaction`
    ),
    (rows) => nearest(rows, asked)
  )

/** Of each conversation so many as the limit says. */
export const ofConversations = (sql: SqlClient, conversations: ReadonlyArray<string>, asked: MomentsAsked) =>
  Effect.map(
    firstOfEach<StoredMoment>(
      sql,
      conversations,
      (conversation) => sql`
        SELECT key AS interaction, started_at, conversation FROM interaction WHERE conversation = ${conversation}
        AND ${onwards(sql, "key", asked)}`
    ),
    (rows) => nearest(rows, { ...asked, limit: rows.length })
  )

// ---------------------------------------------------------------------------------------------------------------------

const onwards = (sql: SqlClient, column: "interaction" | "key", { side, from, limit }: MomentsAsked) => {
  const { at, interaction } = from
  const key = sql(column)
  return side === "before"
    ? sql`started_at <= ${at} AND (started_at < ${at} OR ${key} < ${interaction})
        ORDER BY started_at DESC, ${key} DESC LIMIT ${limit}`
    : sql`started_at >= ${at} AND (started_at > ${at} OR ${key} > ${interaction})
        ORDER BY started_at, ${key} LIMIT ${limit}`
}

const nearest = (rows: ReadonlyArray<StoredMoment>, { side, limit }: MomentsAsked): ReadonlyArray<Moment> => {
  const distinct = [...new Map(rows.map((row) => [row.interaction, row])).values()]
  const along = side === "before" ? -1 : 1
  return distinct
    .sort((a, b) => along * (a.started_at - b.started_at || (a.interaction < b.interaction ? -1 : 1)))
    .slice(0, limit)
    .map(({ interaction, started_at, conversation }) => ({
      interaction,
      at: started_at,
      ...(conversation === null ? {} : { conversation })
    }))
}
