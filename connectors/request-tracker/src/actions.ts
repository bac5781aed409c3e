/**
 * What is written to Request Tracker: entries as tickets of the history queue, the customer's card on a ticket, and users.
 *
 *   entry ─► is there a ticket with our key? ─► make it without requestor ─► set fields and requestors ─► read it back
 *
 * A requestor named at creation would get the queue's autoreply; one that is added later gets no mail. Request Tracker
 * answers 200 also where it left something out, so what counts is what is read back.
 */
import { Action, Http, RecordFields, Timeline, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { type Doing, fail, send, settings } from "./api.ts"
import { ticketUrl, userUrl } from "./credentials.ts"
import { customField, fieldsOf, fingerprint, KEY_FIELD, TEXT_LENGTH_MAX } from "./entry.ts"
import { ticketRef, userRef, written as userFields } from "./normalize.ts"
import * as Tickets from "./tickets.ts"
import { byAddress, one as userById } from "./users.ts"
import { Made, type Ticket, User } from "./wire.ts"

type Append = Action.Input<"AppendTimeline">

/** A request that was given up may still be at work on the server. */
const VISIBLE_AFTER_MS = 10_000

export const appendTimeline = Action.AppendTimeline.with({
  idempotency: "look up first",
  visibleAfterMs: VISIBLE_AFTER_MS,
  batchMax: 1,
  operation: "tickets.create",
  lacks: Action.needs(
    "historyQueue",
    "set settings.historyQueue to the name of a queue for timeline entries; approving makes it where it is missing"
  ),
  write: Action.each((input) =>
    Effect.gen(function* () {
      const id = input.existing?.id ?? (yield* byKey(input.key))?.id ?? (yield* create(input))
      const { Requestor } = yield* there("tickets.update", id)
      const leaving = new Set(input.leave.map((ref) => ref.id))
      const stay = Requestor.map((person) => person.id).filter((person) => !leaving.has(person))
      const requestors = new Set([...stay, ...input.records.map((ref) => ref.id)])
      yield* update(id, { ...fieldsOf(input.key, input.entry), Requestor: [...requestors] })
      const ticket = yield* there("tickets.update", id)
      const record = lacking(input, ticket)
      if (record === undefined) return yield* standing(ticket)
      const detail = `user ${record.id} could not be made requestor, or taken away, of ticket ${id}`
      return yield* fail.rejected("tickets.update", "requestor", detail)
    })
  ),
  // One that lacks a requestor was cut off half way: it is written again, and completed so.
  find: (input) =>
    Effect.flatMap(byKey(input.key), (ticket) =>
      ticket === undefined || lacking(input, ticket) !== undefined ? Effect.succeed(undefined) : standing(ticket)
    ),
  remove: ({ id }) => unlessGone(send("tickets.delete", "DELETE", Http.path`/ticket/${id}`))
})

export const showContext = Action.ShowContext.with({
  idempotency: "vendor key",
  batchMax: 1,
  operation: "tickets.update",
  lacks: Action.needs(
    "cardField",
    "set settings.cardField to the name of a custom field of tickets; approving makes it where it is missing"
  ),
  write: Action.each(({ conversation, existing, card }) =>
    Effect.gen(function* () {
      const { id } = existing ?? conversation
      const known = yield* settings
      const field = known.cardField ?? ""
      const stands = Effect.map(there("tickets.update", id), (ticket) => customField(ticket, field) !== undefined)
      if (existing !== undefined && !(yield* stands)) {
        return yield* fail.gone("tickets.update", "somebody took the card out of the ticket")
      }
      yield* update(id, { CustomFields: { [field]: Timeline.cardText(card, TEXT_LENGTH_MAX) } })
      if (yield* stands) return { ref: ticketRef(id), url: ticketUrl(known, id) }
      return yield* missing("tickets.update", field)
    })
  ),
  remove: ({ id }) =>
    Effect.flatMap(settings, ({ cardField = "" }) => unlessGone(update(id, { CustomFields: { [cardField]: null } })))
})

/** Addresses and names are unique among users, so making one twice finds the first. */
export const upsertContact = Action.UpsertContact.with({
  idempotency: "vendor key",
  batchMax: 1,
  operation: "users.create",
  write: Action.each(({ existing, fields }) =>
    Effect.gen(function* () {
      const wanted = RecordFields.fromContact(userFields, fields)
      const { EmailAddress: address, MobilePhone, WorkPhone } = wanted
      const name = address ?? MobilePhone ?? WorkPhone
      if (name === undefined) {
        return yield* fail.rejected("users.create", "no_handle", "a user needs an e-mail address or a telephone number")
      }
      const named = address === undefined ? VendorError.unlessGone(knownUser(name)) : byAddress(address)
      const known = yield* existing === undefined ? named : knownUser(existing.id)
      if (known === undefined) {
        const user = { Name: name, ...wanted, Privileged: 0 }
        const { id } = yield* made(send("users.create", "POST", "/user", user))
        // A creation answers the name.
        return yield* shown((yield* knownUser(id)).id)
      }
      // In a user that somebody else made people's own words stay.
      const change = Object.entries(wanted).filter(([field]) => existing !== undefined || !Wire.field(known, field))
      if (change.length > 0) {
        yield* send("users.update", "PUT", Http.path`/user/${known.id}`, Object.fromEntries(change))
      }
      return yield* shown(known.id)
    })
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const made = (answer: Doing<Http.Answer>) => Effect.flatMap(answer, (it) => it.decoded(Made))

const unlessGone = (done: Doing<unknown>): Doing<void> => Effect.asVoid(VendorError.unlessGone(done))

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
    const { historyQueue } = yield* settings
    const body = { Queue: historyQueue, Status: "resolved", ...fieldsOf(key, entry) }
    const { id } = yield* made(send("tickets.create", "POST", "/ticket", body))
    if (customField(yield* there("tickets.create", id), KEY_FIELD) === key) return id
    // It could never be found again.
    yield* send("tickets.delete", "DELETE", Http.path`/ticket/${id}`)
    return yield* missing("tickets.create", KEY_FIELD)
  })

const update = (id: string, change: object): Doing<unknown> =>
  send("tickets.update", "PUT", Http.path`/ticket/${id}`, change)

const lacking = ({ records, leave }: Append, { Requestor }: Ticket) => {
  const on = new Set(Requestor.map(({ id }) => id))
  return records.find(({ id }) => !on.has(id)) ?? leave.find(({ id }) => on.has(id))
}

const standing = (ticket: Ticket): Doing<Action.Written> =>
  Effect.map(settings, (known) => ({
    ref: ticketRef(ticket.id),
    url: ticketUrl(known, ticket.id),
    written: fingerprint(ticket)
  }))

const shown = (id: string): Doing<Action.Written> =>
  Effect.map(settings, (known) => ({ ref: userRef(id), url: userUrl(known, id) }))

const knownUser = (id: string): Doing<User> =>
  Effect.filterOrFail(
    Effect.map(userById(id), Wire.one(User)),
    (user) => user !== undefined,
    () => fail.gone("users.get", "the user is not there")
  )
