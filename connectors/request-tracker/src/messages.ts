/** What was said in a ticket: its transactions of three types, each with the text and the names of the files attached to it. */
import { Feed } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
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
      const ids = history.items.flatMap((item) => Option.toArray(transactionIn(item)))
      return Feed.page(
        ids.map(({ id }) => ({ removed: "transaction", id, at })),
        history.next
      )
    }
    const attached = yield* attachments(history.items)
    const staff = yield* api.staff
    const messages = history.items.map((transaction) => {
      const known = Option.getOrUndefined(transactionIn(transaction))
      const byStaff = known !== undefined && staff.has(known.Creator.Name)
      return { transaction, ticket, byStaff, ...attached(known?.id ?? "") }
    })
    return Feed.page(messages, history.next)
  })

// ---------------------------------------------------------------------------------------------------------------------

const types = ["Create", "Correspond", "Comment"]

const transactionIn = Schema.decodeUnknownOption(Transaction)
const attachmentIn = Schema.decodeUnknownOption(Attachment)
const bodyIn = Schema.decodeUnknownOption(Body)

/** What hangs on each of the transactions: the text that is no file, the files' names, the Message-ID of a mail. */
const attachments = (transactions: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    const { whole } = yield* RequestTrackerApi
    const ids = transactions.flatMap((item) => Option.toArray(transactionIn(item))).map(({ id }) => id)
    const list = <A>(
      fields: string,
      decode: (item: unknown) => Option.Option<A>,
      ...more: ReadonlyArray<Condition>
    ) => {
      const query = where(...ids.map((value) => ({ field: "TransactionId", value })), ...more)
      const asked = { query, fields, orderby: "id", order: "ASC" }
      const items = ids.length === 0 ? Effect.succeed([]) : whole("attachments.list", "/attachments", asked)
      return Effect.map(items, (found) => found.flatMap((item) => Option.toArray(decode(item))))
    }
    const all = yield* list("TransactionId,ContentType,Filename,Headers", attachmentIn)
    // Asked for apart: the contents of files would come along otherwise, megabytes of them.
    const bodies = yield* list("TransactionId,ContentType,Filename,Content", bodyIn, ...textTypes)
    return (id: string) => {
      const mine = all.filter(({ TransactionId }) => TransactionId === id)
      const texts = bodies.filter(({ TransactionId, Filename }) => TransactionId === id && !Filename)
      const text = texts.find(({ ContentType }) => ContentType === "text/plain") ?? texts[0]
      const messageId = mine.map(({ Headers }) => mailId(Headers ?? "")).find((found) => found !== undefined)
      return {
        ...(text === undefined ? {} : { text: { type: text.ContentType, content: text.Content } }),
        ...(messageId === undefined ? {} : { messageId }),
        files: mine.flatMap(({ id: file, Filename, ContentType }) =>
          Filename ? [{ id: file, name: Filename, ...(ContentType ? { type: ContentType } : {}) }] : []
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
