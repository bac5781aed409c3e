/** What was said in a ticket: its transactions of three types, each with the text and the names of the files attached to it. */
import { Feed, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Api from "./api.ts"
import { search, standing } from "./tickets.ts"
import { Attachment, Body, Transaction } from "./wire.ts"

/** Messages of a page: each is looked up by its id, and all of them have to fit into one URL. */
const PAGE_SIZE = 20

/** The messages of a ticket, oldest first, each put together with its ticket; of a deleted ticket, that they are gone. */
export const page = ({ strand, token }: Feed.StrandRequest): Api.Doing<Feed.Page> =>
  Effect.gen(function* () {
    const [ticket] = yield* search("tickets.list", `id = ${strand}`)
    const removed = ticket === undefined ? yield* standing(strand) : undefined
    // Merged meanwhile: the ticket that it was merged into tells of it.
    if (ticket === undefined && removed?.id !== strand) return Feed.page([])
    const asked = {
      query: Api.where(...types.map((value) => ({ field: "Type", value }))),
      fields: "Type,Created,Creator",
      "fields[Creator]": "id,Name,EmailAddress,RealName",
      orderby: "id",
      order: "ASC",
      per_page: PAGE_SIZE
    }
    const { items, next } = yield* Api.page("history.list", `/ticket/${strand}/history`, asked, token)
    if (removed !== undefined) {
      const gone = transactionsIn(items).map(({ id }) => ({ removed: "transaction", id, at: removed.LastUpdated }))
      return Feed.page(gone, next)
    }
    const attached = yield* attachments(transactionsIn(items).map(({ id }) => id))
    const staff = yield* (yield* Api.RequestTrackerApi).staff
    const messages = items.map((transaction) => {
      const [known] = transactionsIn([transaction])
      const byStaff = known !== undefined && staff.has(known.Creator.Name)
      return { transaction, ticket, byStaff, ...attached(known?.id) }
    })
    return Feed.page(messages, next)
  })

// ---------------------------------------------------------------------------------------------------------------------

const types = ["Create", "Correspond", "Comment"]

const transactionsIn = Wire.fitting(Transaction)

/** What hangs on each of the transactions: the text that is no file, the files' names, the Message-ID of a mail. */
const attachments = (ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const all = yield* attachedTo(ids, Attachment, "TransactionId,ContentType,Filename,Headers")
    // Asked for apart: the contents of files would come along otherwise, megabytes of them.
    const ofText = ["text/plain", "text/html"].map((value) => ({ field: "ContentType", value }))
    const bodies = yield* attachedTo(ids, Body, "TransactionId,ContentType,Filename,Content", ...ofText)
    return (id: string | undefined) => {
      const mine = all.filter(({ TransactionId }) => TransactionId === id)
      const texts = bodies.filter(({ TransactionId, Filename }) => TransactionId === id && !Filename)
      const text = texts.find(({ ContentType }) => ContentType === "text/plain") ?? texts[0]
      return {
        text: text && { type: text.ContentType, content: text.Content },
        messageId: mine.map(({ Headers }) => mailId(Headers ?? "")).find((found) => found !== undefined),
        files: mine.flatMap(({ id: file, Filename: name, ContentType: contentType }) =>
          name === undefined ? [] : [{ id: file, name, contentType }]
        )
      }
    }
  })

const attachedTo = <A, I>(
  ids: ReadonlyArray<string>,
  schema: Schema.Schema<A, I>,
  fields: string,
  ...more: ReadonlyArray<Api.Condition>
) => {
  const query = Api.where(...ids.map((value) => ({ field: "TransactionId", value })), ...more)
  const asked = { query, fields, orderby: "id", order: "ASC" }
  const items = ids.length === 0 ? Effect.succeed([]) : Api.whole("attachments.list", "/attachments", asked)
  return Effect.map(items, Wire.fitting(schema))
}

/** Only a mail has a Message-ID that others know too; for what is typed in Request Tracker it draws one that never goes out. */
const mailId = (headers: string): string | undefined =>
  /^X-RT-Interface: Email\s*$/im.test(headers) ? /^Message-ID:\s*<([^<>\s]+)>/im.exec(headers)?.[1] : undefined
