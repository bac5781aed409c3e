/**
 * Tickets over the API. What changed is told by the transactions, whose search takes times in UTC: that of tickets reads a
 * time in the zone of the user who asks, and ignores any zone written behind it.
 */
import { type Feed, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { type Doing, get, PAGE_MAX, page, where, whole } from "./api.ts"
import { Made, Standing, Ticket, Touched } from "./wire.ts"

/** Ids of what something happened to in [from, to), each with its latest transaction. The token is a transaction's id. */
export const touched = (whose: "RT::Ticket" | "RT::User", { from, to, token }: Feed.WindowRequest) =>
  Effect.gen(function* () {
    const query = where(
      { field: "ObjectType", value: whose },
      { field: "Created", operator: ">=", value: timeOf(Math.floor(from / 1000)) },
      { field: "Created", operator: "<", value: timeOf(Math.ceil(to / 1000)), entry_aggregator: "AND" },
      ...(token === undefined ? [] : [{ field: "id", operator: ">", value: token } as const])
    )
    const asked = { query, fields: "ObjectId", orderby: "id", order: "ASC" }
    const { items, next } = yield* page("transactions.list", "/transactions", asked)
    const transactions = Wire.fitting(Touched)(items)
    const latest = new Map(transactions.map(({ id, ObjectId }) => [ObjectId, id]))
    return { latest, next: next === undefined ? undefined : transactions.at(-1)?.id }
  })

/** Those tickets as they are now, each with its latest transaction; a merged one as what it was merged into. */
export const changed = (latest: ReadonlyMap<string, string>): Doing<ReadonlyArray<unknown>> =>
  Effect.gen(function* () {
    const found = yield* byIds([...latest.keys()])
    const seen = new Set(found.map(idOf))
    const others = yield* Effect.forEach(
      [...latest].filter(([id]) => !seen.has(id)),
      ([asked, last]) => Effect.map(standing(asked), (other) => ({ asked, last, ...other }))
    )
    const merged = others.flatMap(({ asked, last, id }) =>
      id === undefined || id === asked || seen.has(id) ? [] : [[id, last] as const]
    )
    const survivors = yield* byIds(merged.map(([id]) => id))
    const latestOf = new Map([...merged, ...latest])
    return [
      ...[...found, ...survivors].map((ticket) => ({ ...(ticket as object), latest: latestOf.get(idOf(ticket)) })),
      ...others
        .filter(({ asked, id }) => id === asked)
        .map(({ id, last, LastUpdated }) => ({ removed: "ticket", id, at: LastUpdated, latest: last }))
    ]
  })

/** Tickets by a search; neither deleted nor merged ones are ever among the hits. */
export const search = (operation: string, query: string): Doing<ReadonlyArray<unknown>> =>
  whole(operation, "/tickets", { query, ...fields, orderby: "id", order: "ASC" })

/** The ticket that a search for one finds. */
export const find = (operation: string, query: string): Doing<Ticket | undefined> =>
  Effect.map(search(operation, query), (hits) => Wire.fitting(Ticket)(hits)[0])

/** A ticket whatever became of it; `undefined` when there never was one, or it is not shown to us. */
export const standing = (id: string): Doing<typeof Standing.Type | undefined> =>
  VendorError.unlessGone(get(Standing, "tickets.get", `/ticket/${id}`))

// ---------------------------------------------------------------------------------------------------------------------

const person = "id,EmailAddress,RealName"
const fields = {
  fields: "Subject,Status,Queue,Priority,Created,Started,LastUpdated,Requestor,Cc,CustomFields",
  "fields[Queue]": "Name",
  "fields[Requestor]": person,
  "fields[Cc]": person
}

const identified = Wire.one(Made)
const idOf = (record: unknown): string => identified(record)?.id ?? ""

/** At most a page of them, so that all are on one page. */
const byIds = (ids: ReadonlyArray<string>): Doing<ReadonlyArray<unknown>> => {
  const asked = ids.slice(0, PAGE_MAX).map((id) => `id = ${id}`)
  return asked.length === 0 ? Effect.succeed([]) : search("tickets.list", asked.join(" OR "))
}

/** As Request Tracker's database has it. */
const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")
