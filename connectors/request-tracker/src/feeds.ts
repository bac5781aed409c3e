/**
 * What is read from Request Tracker, which pushes nothing.
 *
 *   users         everybody, daily: the ground truth
 *   user-changes  who was made or changed, every minute
 *   tickets       which tickets something happened to, every half minute, and below each what was said in it
 */
import { Feed } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as messages from "./messages.ts"
import * as normalize from "./normalize.ts"
import * as Tickets from "./tickets.ts"
import * as Users from "./users.ts"
import { Message, Removed, Ticket, User } from "./wire.ts"

const { DAY_MS, HOUR_MS, MINUTE_MS } = Instant

const window = {
  // Its clock is another one than ours, and a long request shows its transactions late.
  overlapMs: 5 * MINUTE_MS,
  reconcile: { everyMs: HOUR_MS, windowMs: DAY_MS },
  sliceMs: 7 * DAY_MS
} as const

const ofUser = { yields: "contacts", item: User, key: ({ id }: User) => id, normalize: normalize.user } as const

/** Nobody is ever deleted; who was disabled is told by `user-changes`. */
export const users = Feed.snapshot("users", {
  ...ofUser,
  cadenceMs: DAY_MS,
  page: ({ token }) => Users.list(token)
})

export const userChanges = Feed.window("user-changes", {
  ...ofUser,
  ...window,
  cadenceMs: MINUTE_MS,
  page: Users.changed,
  one: Users.one
})

export const tickets = Feed.window("tickets", {
  yields: "interactions",
  item: Schema.Union(Message, Removed, Ticket),
  ...window,
  cadenceMs: MINUTE_MS / 2,
  key: (item) =>
    "transaction" in item
      ? `transaction/${item.transaction.id}`
      : "removed" in item
        ? `${item.removed}/${item.id}`
        : `ticket/${item.id}`,
  normalize: normalize.ticket,
  page: (request) =>
    Effect.gen(function* () {
      const { latest, next } = yield* Tickets.touched("RT::Ticket", request)
      return Feed.page(yield* Tickets.changed(latest), next)
    }),
  strand: {
    // Request Tracker's times are whole seconds, so what tells a change is the latest transaction.
    of: (item) =>
      "transaction" in item || item.latest === undefined || normalize.isEntry(item)
        ? undefined
        : { id: item.id, fingerprint: item.latest },
    page: messages.page
  }
})
