/**
 * What is written to Request Tracker: entries as tickets of the history queue, the customer's card on a ticket, and users.
 *
 *   entry ─► is there a ticket with our key? ─► make it without requestor ─► set fields and requestors ─► read it back
 *
 * A requestor named at creation would get the queue's autoreply; one that is added later gets no mail. Request Tracker
 * answers 200 also where it left something out, so what counts is what is read back.
 */
import { Action, Http, Timeline, VendorError, Wire } from "@interchannel/connector"
import type { ContactFields, LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { fail, RequestTrackerApi } from "./api.ts"
import { isSettings, ticketUrl, userUrl } from "./credentials.ts"
import { customField, fieldsOf, fingerprint, KEY_FIELD, TEXT_LENGTH_MAX } from "./entry.ts"
import { ticketRef, userRef } from "./normalize.ts"
import * as Tickets from "./tickets.ts"
import { byAddress, one as userById } from "./users.ts"
import { Made, type Ticket, User } from "./wire.ts"

type Append = Action.Input<"AppendTimeline">
type Doing<A> = Effect.Effect<A, VendorError.VendorError, RequestTrackerApi>

/** A request that was given up may still be at work on the server. */
const VISIBLE_AFTER_MS = 10_000

export const appendTimeline = Action.AppendTimeline.with({
  idempotency: "look up first",
  visibleAfterMs: VISIBLE_AFTER_MS,
  batchMax: 1,
  operation: "tickets.create",
  lacks: (settings) =>
    isSettings(settings) && settings.historyQueue === undefined
      ? "set settings.historyQueue to the name of a queue for timeline entries; approving makes it where it is missing"
      : undefined,
  write: Action.each((input) =>
    Effect.gen(function* () {
      const id = input.existing?.id ?? (yield* byKey(input.key))?.id ?? (yield* create(input))
      const ticket = yield* there("tickets.update", id)
      const leaving = new Set(input.leave.map((ref) => ref.id))
      const stay = ticket.Requestor.map((person) => person.id).filter((person) => !leaving.has(person))
      const Requestor = [...new Set([...stay, ...input.records.map((ref) => ref.id)])]
      yield* update(id, { ...fieldsOf(input.key, input.entry), Requestor })
      return yield* written(input, yield* there("tickets.update", id))
    })
  ),
  // One that lacks a requestor was cut off half way: it is written again, and completed so.
  find: (input) =>
    Effect.flatMap(byKey(input.key), (ticket) =>
      ticket === undefined || lacking(input, ticket) !== undefined ? Effect.succeed(undefined) : written(input, ticket)
    ),
  remove: (ref) =>
    Effect.flatMap(RequestTrackerApi, ({ send }) =>
      Effect.asVoid(VendorError.unlessGone(send("tickets.delete", "DELETE", Http.path`/ticket/${ref.id}`)))
    )
})

export const showContext = Action.ShowContext.with({
  idempotency: "vendor key",
  batchMax: 1,
  operation: "tickets.update",
  lacks: (settings) =>
    isSettings(settings) && settings.cardField === undefined
      ? "set settings.cardField to the name of a custom field of tickets; approving makes it where it is missing"
      : undefined,
  write: Action.each(({ conversation, existing, card }) =>
    Effect.gen(function* () {
      const { settings } = yield* RequestTrackerApi
      const { id } = existing ?? conversation
      const field = settings.cardField ?? ""
      if (existing !== undefined && customField(yield* there("tickets.update", id), field) === undefined) {
        return yield* fail.gone("tickets.update", "somebody took the card out of the ticket")
      }
      yield* update(id, { CustomFields: { [field]: Timeline.cardText(card, TEXT_LENGTH_MAX) } })
      if (customField(yield* there("tickets.update", id), field) !== undefined) {
        return { ref: ticketRef(id), url: ticketUrl(settings, id) }
      }
      return yield* missing("tickets.update", field)
    })
  ),
  remove: (ref) =>
    Effect.flatMap(RequestTrackerApi, ({ settings }) =>
      Effect.asVoid(VendorError.unlessGone(update(ref.id, { CustomFields: { [settings.cardField ?? ""]: null } })))
    )
})

/** Addresses and names are unique among users, so making one twice finds the first. */
export const upsertContact = Action.UpsertContact.with({
  idempotency: "vendor key",
  batchMax: 1,
  operation: "users.create",
  write: Action.each(({ existing, fields }) =>
    Effect.gen(function* () {
      const { send, settings } = yield* RequestTrackerApi
      const wanted = userFields(fields)
      const name = wanted.EmailAddress ?? wanted.MobilePhone
      if (name === undefined) {
        return yield* fail.rejected("users.create", "no_handle", "a user needs an e-mail address or a telephone number")
      }
      const known = yield* existing === undefined ? userNamed(wanted, name) : knownUser(existing.id)
      if (known === undefined) {
        const answer = yield* send("users.create", "POST", "/user", { Name: name, ...wanted, Privileged: 0 })
        const { id } = yield* answer.decoded(Made)
        const user = yield* knownUser(id)
        return { ref: userRef(user.id), url: userUrl(settings, user.id) }
      }
      // In a user that somebody else made people's own words stay.
      const change = Object.entries(wanted).filter(
        ([field]) => existing !== undefined || !known[field as keyof typeof wanted]
      )
      if (change.length > 0)
        yield* send("users.update", "PUT", Http.path`/user/${known.id}`, Object.fromEntries(change))
      return { ref: userRef(known.id), url: userUrl(settings, known.id) }
    })
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const missing = (operation: string, field: string) =>
  fail.misconfigured(
    operation,
    `Request Tracker did not keep the custom field ${field}`,
    "apply the field to the queue, and give our user the rights SeeCustomField and ModifyCustomField in it"
  )

/** Fails with `Gone` when somebody deleted it or merged it into another. */
const there = (operation: string, id: string): Doing<Ticket> =>
  Effect.filterOrFail(
    Tickets.find(operation, `id = ${Number(id)}`),
    (ticket) => ticket !== undefined,
    () => fail.gone(operation, "somebody deleted the ticket or merged it")
  )

const byKey = (key: string): Doing<Ticket | undefined> =>
  Effect.map(Tickets.find("tickets.find", `'CF.{${KEY_FIELD}}' = '${key.replace(/['\\]/g, "\\$&")}'`), (ticket) =>
    // A field that it does not know matches nothing; one that it does not let us see matches anything.
    ticket !== undefined && customField(ticket, KEY_FIELD) === key ? ticket : undefined
  )

const create = ({ key, entry }: Append): Doing<string> =>
  Effect.gen(function* () {
    const { send, settings } = yield* RequestTrackerApi
    const body = { Queue: settings.historyQueue, Status: "resolved", ...fieldsOf(key, entry) }
    const { id } = yield* (yield* send("tickets.create", "POST", "/ticket", body)).decoded(Made)
    if (customField(yield* there("tickets.create", id), KEY_FIELD) === key) return id
    // It could never be found again.
    yield* send("tickets.delete", "DELETE", Http.path`/ticket/${id}`)
    return yield* missing("tickets.create", KEY_FIELD)
  })

const update = (id: string, change: object): Doing<void> =>
  Effect.flatMap(RequestTrackerApi, ({ send }) =>
    Effect.asVoid(send("tickets.update", "PUT", Http.path`/ticket/${id}`, change))
  )

const lacking = ({ records, leave }: Append, { Requestor }: Ticket): LocalRef | undefined => {
  const on = new Set(Requestor.map(({ id }) => id))
  return records.find(({ id }) => !on.has(id)) ?? leave.find(({ id }) => on.has(id))
}

const written = (input: Append, ticket: Ticket): Doing<Action.Written> =>
  Effect.gen(function* () {
    const { settings } = yield* RequestTrackerApi
    const record = lacking(input, ticket)
    if (record !== undefined) {
      const detail = `user ${record.id} could not be made requestor, or taken away, of ticket ${ticket.id}`
      return yield* fail.rejected("tickets.update", "requestor", detail)
    }
    return { ref: ticketRef(ticket.id), url: ticketUrl(settings, ticket.id), written: fingerprint(ticket) }
  })

const knownUser = (id: string): Doing<User> =>
  Effect.filterOrFail(
    Effect.map(userById(id), Wire.one(User)),
    (user) => user !== undefined,
    () => fail.gone("users.get", "the user is not there")
  )

const userNamed = ({ EmailAddress }: ReturnType<typeof userFields>, name: string): Doing<User | undefined> =>
  EmailAddress === undefined ? VendorError.unlessGone(knownUser(name)) : byAddress(EmailAddress)

const userFields = ({ handles = [], name, organizationName }: ContactFields) => {
  const first = (kind: "email" | "phone") => handles.find((handle) => handle.kind === kind)?.value
  const whole = name?.full ?? [name?.given, name?.family].filter(Boolean).join(" ")
  return Wire.given({
    EmailAddress: first("email"),
    MobilePhone: first("phone"),
    RealName: whole || undefined,
    Organization: organizationName
  })
}
