/** What was said in a ticket: its transactions of three types, each with the text and the names of the files attached to it. */
import { Feed, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { type Condition, RequestTrackerApi, where } from "./api.ts"
import { type Reading, search, standing } from "./tickets.ts"
import { Attachment, Body, Transaction } from "./wire.ts"

/** Messages of a page: each is looked up by its id, and all of them have to fit into one URL. */
const PAGE_SIZE = 20

/** The messages of a ticket, oldest first, each put together with its ticket; of a deleted ticket, that they are gone. */
export const page = ({ strand, token }: Feed.StrandRequest): Reading<Feed.Page> =>
  Effect.gen(function* () {
    const api = yield* RequestTrackerApi
    const [ticket] = yield* search("tickets.list", `id = ${strand}`)
    const removed = ticket === undefined ? yield* standing(strand) : undefined
    // Merged meanwhile: the ticket that it was merged into tells of it.
    if (ticket === undefined && removed?.id !== strand) return Feed.page([])
    const history = yield* api.page(
      "history.list",
      `/ticket/${strand}/history`,
      {
        query: where(...types.map((value) => ({ field: "Type", value }))),
        fields: "Type,Created,Creator",
        "fields[Creator]": "id,Name,EmailAddress,RealName",
        orderby: "id",
        order: "ASC",
        per_page: PAGE_SIZE
      },
      token
    )
    if (removed !== undefined) {
      const at = removed.LastUpdated
      const gone = transactionsIn(history.items).map(({ id }) => ({ removed: "transaction", id, at }))
      return Feed.page(gone, history.next)
    }
    const attached = yield* attachments(history.items)
    const staff = yield* api.staff
    const messages = history.items.map((transaction) => {
      const known = transactionIn(transaction)
      const byStaff = known !== undefined && staff.has(known.Creator.Name)
      return { transaction, ticket, byStaff, ...attached(known?.id ?? "") }
    })
    return Feed.page(messages, history.next)
  })

// ---------------------------------------------------------------------------------------------------------------------

const types = ["Create", "Correspond", "Comment"]

const transactionIn = Wire.one(Transaction)
const transactionsIn = Wire.fitting(Transaction)

/** What hangs on each of the transactions: the text that is no file, the files' names, the Message-ID of a mail. */
const attachments = (transactions: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    const { whole } = yield* RequestTrackerApi
    const ids = transactionsIn(transactions).map(({ id }) => id)
    const list = <A, I>(fields: string, schema: Schema.Schema<A, I>, ...more: ReadonlyArray<Condition>) => {
      const query = where(...ids.map((value) => ({ field: "TransactionId", value })), ...more)
      const asked = { query, fields, orderby: "id", order: "ASC" }
      const items = ids.length === 0 ? Effect.succeed([]) : whole("attachments.list", "/attachments", asked)
      return Effect.map(items, Wire.fitting(schema))
    }
    const all = yield* list("TransactionId,ContentType,Filename,Headers", Attachment)
    // Asked for apart: the contents of files would come along otherwise, megabytes of them.
    const bodies = yield* list("TransactionId,ContentType,Filename,Content", Body, ...textTypes)
    return (id: string) => {
      const mine = all.filter(({ TransactionId }) => TransactionId === id)
      const texts = bodies.filter(({ TransactionId, Filename }) => TransactionId === id && !Filename)
      const text = texts.find(({ ContentType }) => ContentType === "text/plain") ?? texts[0]
      const messageId = mine.map(({ Headers }) => mailId(Headers ?? "")).find((found) => found !== undefined)
      return {
        text: text && { type: text.ContentType, content: text.Content },
        messageId,
        files: mine.flatMap(({ id: file, Filename: name, ContentType: contentType }) =>
          name === undefined ? [] : [{ id: file, name, contentType }]
        )
      }
    }
  })

const textTypes: ReadonlyArray<Condition> = [
  { field: "ContentType", value: "text/plain" },
  { field: "ContentType", value: "text/html" }
]

/** Only a mail has a Message-ID that others know too; for what is typed in Request Tracker it draws one that never goes out. */
const mailId = (headers: string): string | undefined =>
  /^X-RT-Interface: Email\s*$/im.test(headers) ? /^Message-ID:\s*<([^<>\s]+)>/im.exec(headers)?.[1] : undefined
