/** Users over the API: everybody who ever wrote to Request Tracker is one, and the privileged ones work in it. */
import { Feed, Http, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { RequestTrackerApi, where } from "./api.ts"
import { type Reading, touched } from "./tickets.ts"
import { Details, Named, User } from "./wire.ts"

/** Those who are not disabled, page by page. */
export const list = (token: string | undefined): Reading<Feed.Page> =>
  Effect.gen(function* () {
    const { page, staff } = yield* RequestTrackerApi
    const listed = yield* page("users.list", "/users", { fields, orderby: "id", order: "ASC" }, token)
    const privileged = yield* staff
    return Feed.page(
      listed.items.map((user) => ({ ...(user as object), privileged: privileged.has(nameOf(user)), disabled: false })),
      listed.next
    )
  })

/** Those who were made or changed in a time. */
export const changed = (request: Feed.WindowRequest): Reading<Feed.Page> =>
  Effect.gen(function* () {
    const { latest, next } = yield* touched("RT::User", request)
    const users = yield* Effect.forEach(latest.keys(), one)
    return Feed.page(
      users.filter((user) => user !== undefined),
      next
    )
  })

export const one = (id: string): Reading<unknown> =>
  Effect.flatMap(RequestTrackerApi, ({ get }) =>
    Effect.map(VendorError.unlessGone(get(Details, "users.get", Http.path`/user/${id}`)), (user) =>
      user === undefined ? undefined : { ...user, privileged: isSet(user.Privileged), disabled: isSet(user.Disabled) }
    )
  )

/** The user with exactly this address. */
export const byAddress = (address: string): Reading<User | undefined> =>
  Effect.gen(function* () {
    const { whole } = yield* RequestTrackerApi
    const query = where({ field: "EmailAddress", value: address })
    const hits = yield* whole("users.find", "/users", { query, fields, find_disabled_rows: 1 })
    return usersIn(hits.map((hit) => ({ ...(hit as object), privileged: false, disabled: false }))).find(
      ({ EmailAddress }) => EmailAddress?.toLowerCase() === address.toLowerCase()
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const fields = "id,Name,EmailAddress,RealName,Organization,Lang,MobilePhone,WorkPhone,HomePhone,Created,LastUpdated"

const usersIn = Wire.fitting(User)
const named = Wire.one(Named)
const nameOf = (record: unknown): string => named(record)?.Name ?? ""

const isSet = (flag: number | string): boolean => flag !== 0 && flag !== "0" && flag !== ""
