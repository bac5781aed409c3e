/**
 * Tickets over the API. What changed is told by the transactions, whose search takes times in UTC: that of tickets reads a
 * time in the zone of the user who asks, and ignores any zone written behind it.
 */
import { type Feed, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { PAGE_MAX, RequestTrackerApi, where } from "./api.ts"
import { Made, Standing, Ticket, Touched } from "./wire.ts"

export type Reading<A> = Effect.Effect<A, VendorError.VendorError, RequestTrackerApi>

/** Whose transactions: of tickets or of users. */
export type Touchable = "RT::Ticket" | "RT::User"

/** Ids of what something happened to in [from, to), each with its latest transaction. The token is a transaction's id. */
export const touched = (objectType: Touchable, { from, to, token }: Feed.WindowRequest) =>
  Effect.gen(function* () {
    const { page } = yield* RequestTrackerApi
    const query = where(
      { field: "ObjectType", value: objectType },
      { field: "Created", operator: ">=", value: timeOf(Math.floor(from / 1000)) },
      { field: "Created", operator: "<", value: timeOf(Math.ceil(to / 1000)), entry_aggregator: "AND" },
      ...(token === undefined ? [] : [{ field: "id", operator: ">", value: token } as const])
    )
    const asked = { query, fields: "ObjectId", orderby: "id", order: "ASC" }
    const { items, next } = yield* page("transactions.list", "/transactions", asked)
    const transactions = touchedIn(items)
    const latest = new Map(transactions.map(({ id, ObjectId }) => [ObjectId, id]))
    return { latest, next: next === undefined ? undefined : transactions.at(-1)?.id }
  })

/** Those tickets as they are now, each with its latest transaction; a merged one as what it was merged into. */
export const changed = (latest: ReadonlyMap<string, string>): Reading<ReadonlyArray<unknown>> =>
  Effect.gen(function* () {
    const found = yield* byIds([...latest.keys()])
    const seen = new Set(found.map(idOf))
    const others = yield* Effect.forEach(
      [...latest.keys()].filter((id) => !seen.has(id)),
      (id) => Effect.map(standing(id), (other) => ({ asked: id, other }))
    )
    const merged = others.flatMap(({ asked, other }) =>
      other === undefined || other.id === asked || seen.has(other.id) ? [] : [[other.id, latest.get(asked)!] as const]
    )
    const survivors = yield* byIds(merged.map(([id]) => id))
    const latestOf = new Map([...merged, ...latest])
    return [
      ...[...found, ...survivors].map((ticket) => ({ ...(ticket as object), latest: latestOf.get(idOf(ticket)) })),
      ...others.flatMap(({ asked, other }) =>
        other?.id === asked ? [{ removed: "ticket", id: asked, at: other.LastUpdated, latest: latest.get(asked) }] : []
      )
    ]
  })

/** Tickets by a search; neither deleted nor merged ones are ever among the hits. */
export const search = (operation: string, query: string): Reading<ReadonlyArray<unknown>> =>
  Effect.flatMap(RequestTrackerApi, ({ whole }) =>
    whole(operation, "/tickets", { query, ...fields, orderby: "id", order: "ASC" })
  )

/** The ticket that a search for one finds. */
export const find = (operation: string, query: string): Reading<Ticket | undefined> =>
  Effect.map(search(operation, query), (hits) => ticketsIn(hits)[0])

/** A ticket whatever became of it; `undefined` when there never was one, or it is not shown to us. */
export const standing = (id: string): Reading<typeof Standing.Type | undefined> =>
  Effect.flatMap(RequestTrackerApi, ({ get }) => VendorError.unlessGone(get(Standing, "tickets.get", `/ticket/${id}`)))

// ---------------------------------------------------------------------------------------------------------------------

const person = "id,EmailAddress,RealName"
const fields = {
  fields: "Subject,Status,Queue,Priority,Created,Started,LastUpdated,Requestor,Cc,CustomFields",
  "fields[Queue]": "Name",
  "fields[Requestor]": person,
  "fields[Cc]": person
}

const touchedIn = Wire.fitting(Touched)
const ticketsIn = Wire.fitting(Ticket)
const identified = Wire.one(Made)

const idOf = (record: unknown): string => identified(record)?.id ?? ""

/** At most a page of them, so that all are on one page. */
const byIds = (ids: ReadonlyArray<string>): Reading<ReadonlyArray<unknown>> =>
  ids.length === 0
    ? Effect.succeed([])
    : search(
        "tickets.list",
        ids
          .slice(0, PAGE_MAX)
          .map((id) => `id = ${id}`)
          .join(" OR ")
      )

/** As Request Tracker's database has it. */
const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")
