/** Users over the API: everybody who ever wrote to Request Tracker is one, and the privileged ones work in it. */
import { Feed, Http, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { type Doing, get, page, RequestTrackerApi, where, whole } from "./api.ts"
import { touched } from "./tickets.ts"
import { Details, Named, User } from "./wire.ts"

/** Those who are not disabled, page by page. */
export const list = (token: string | undefined): Doing<Feed.Page> =>
  Effect.gen(function* () {
    const listed = yield* page("users.list", "/users", { fields, orderby: "id", order: "ASC" }, token)
    const staff = yield* Effect.flatMap(RequestTrackerApi, (api) => api.staff)
    const nameOf = Wire.one(Named)
    const users = listed.items.map((user) => seen(user, staff.has(nameOf(user)?.Name ?? "")))
    return Feed.page(users, listed.next)
  })

/** Those who were made or changed in a time. */
export const changed = (request: Feed.WindowRequest): Doing<Feed.Page> =>
  Effect.gen(function* () {
    const { latest, next } = yield* touched("RT::User", request)
    const users = yield* Effect.forEach(latest.keys(), one)
    return Feed.page(
      users.filter((user) => user !== undefined),
      next
    )
  })

export const one = (id: string): Doing<unknown> =>
  Effect.map(
    VendorError.unlessGone(get(Details, "users.get", Http.path`/user/${id}`)),
    (user) => user && seen(user, isSet(user.Privileged), isSet(user.Disabled))
  )

/** The user with exactly this address. */
export const byAddress = (address: string): Doing<User | undefined> =>
  Effect.gen(function* () {
    const query = where({ field: "EmailAddress", value: address })
    const hits = yield* whole("users.find", "/users", { query, fields, find_disabled_rows: 1 })
    const users = Wire.fitting(User)(hits.map((hit) => seen(hit, false)))
    return users.find(({ EmailAddress }) => EmailAddress?.toLowerCase() === address.toLowerCase())
  })

// ---------------------------------------------------------------------------------------------------------------------

const fields = "id,Name,EmailAddress,RealName,Organization,Lang,MobilePhone,WorkPhone,HomePhone,Created,LastUpdated"

/** With what Request Tracker does not tell in lists. */
const seen = (user: unknown, privileged: boolean, disabled = false) => ({ ...(user as object), privileged, disabled })

const isSet = (flag: number | string): boolean => flag !== 0 && flag !== "0" && flag !== ""
