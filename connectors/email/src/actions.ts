/**
 * Sending a mail, an answer mostly. SMTP knows no key, so the mail carries ours in its Message-ID, and whether an attempt
 * went out is looked up among the sent mails:
 *
 *   `server` files what it sends: a copy there says that it went out.
 *   `append`: we file it, marked as a draft, before it is sent, and take the mark away afterwards. A copy that is a draft
 *   still says that the attempt was cut off in between: a person has to look whether it arrived.
 */
import { Action } from "@interchannel/connector"
import { Draft, Headers, MailParts, Thread } from "@interchannel/connector/mail"
import type { LocalRef } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SearchObject } from "imapflow"
import { change, type Doing, EmailApi, fail, readFolders, sentFolder, settings, within } from "./api.ts"
import { compose } from "./compose.ts"
import { ownAddresses } from "./credentials.ts"
import { keyOf, type Mail } from "./wire.ts"

/** Servers file a copy within seconds. */
const VISIBLE_AFTER_MS = 10_000
/** Mails of a thread that are looked at for the latest one. */
const THREAD_MAILS_MAX = 50
const DRAFT = "\\Draft"
const OPERATION = "smtp.send"

type Input = Action.Input<"SendMessage">

export const sendMessage = Action.SendMessage.with({
  idempotency: "look up first",
  visibleAfterMs: VISIBLE_AFTER_MS,
  batchMax: 1,
  operation: OPERATION,
  write: Action.each((input) =>
    Effect.gen(function* () {
      if (input.existing !== undefined)
        return yield* fail.rejected(OPERATION, "sent", "a mail that was sent cannot be changed")
      const { settings: known, send } = yield* EmailApi
      const draft = yield* draftOf(input)
      const raw = yield* Effect.promise(() => compose(draft))
      const written: Action.Written = { ref: draft.ref }
      const envelope = { from: draft.returnPath, to: draft.to, raw }
      const folder = known.sentCopy === "append" ? yield* sentFolder : undefined
      if (folder === undefined) return yield* Effect.as(send(envelope), written)
      const uid = yield* Effect.flatMap(filed(folder, input.key), (copy) =>
        copy === undefined
          ? Effect.map(
              change("append", folder, (client) => client.append(folder, raw, ["\\Seen", DRAFT])),
              ({ uid }) => uid
            )
          : Effect.succeed(copy.uid)
      )
      const mark = (flags: "sent" | "not sent") =>
        change("store", folder, (client) => {
          const range: SearchObject =
            uid === undefined ? { header: { "message-id": draft.messageId } } : { uid: String(uid) }
          return flags === "sent" ? client.messageFlagsRemove(range, [DRAFT]) : client.messageDelete(range)
        }).pipe(Effect.ignore)
      yield* Effect.tapError(send(envelope), ({ reason }) =>
        reason._tag === "Unavailable" && reason.uncertain ? Effect.void : mark("not sent")
      )
      yield* mark("sent")
      return written
    })
  ),
  find: ({ key }) =>
    Effect.gen(function* () {
      const folder = yield* sentFolder
      if (folder === undefined) {
        const detail =
          "the connection broke while the mail was handed over, and there is no folder of sent mails to look in: settings.sentFolder names one"
        return yield* fail.rejected(OPERATION, "outcome_unknown", detail)
      }
      const copy = yield* filed(folder, key)
      if (copy === undefined) return undefined
      if (!copy.flags.includes(DRAFT)) return { ref: messageRef(copy) }
      return yield* fail.rejected(
        OPERATION,
        "outcome_unknown",
        `the connection broke while the mail was handed over; ask whether it arrived, then delete the draft in ${folder} to send it again, or take its draft mark away`
      )
    })
})

const { ids } = Headers
const { messageRef } = MailParts

// ---------------------------------------------------------------------------------------------------------------------

/** The copy of what was sent for the key. */
const filed = (folder: string, key: string): Doing<Mail | undefined> =>
  Effect.map(
    found(folder, { header: { "message-id": `ic.${Thread.keyHash(key)}.` } }, (uids) =>
      uids.slice(0, THREAD_MAILS_MAX)
    ),
    (hits) => hits.find(({ headers }) => Thread.isOwn(ids(headers, "message-id")[0], key))
  )

const draftOf = (input: Input): Doing<Draft.Draft> =>
  Effect.gen(function* () {
    const known = yield* settings
    const answered = input.conversation === undefined ? undefined : yield* latest(input.conversation)
    const sender = { ...known, own: ownAddresses(known) }
    const draft = Draft.make(input, sender, answered, yield* Clock.currentTimeMillis)
    if (draft !== undefined) return draft
    const detail = "neither an address nor a thread with somebody outside in it is given"
    return yield* fail.rejected(OPERATION, "no_addressee", detail)
  })

/** The youngest mail of a thread. */
const latest = ({ id }: LocalRef): Doing<Mail | undefined> =>
  Effect.gen(function* () {
    const listed = yield* readFolders
    const places = ["message-id", "references", "in-reply-to"]
    const naming = { or: places.map((name) => ({ header: { [name]: id } })) }
    const mails = yield* Effect.forEach(listed, ({ path }) =>
      found(path, naming, (uids) => uids.slice(-THREAD_MAILS_MAX))
    )
    return mails
      .flat()
      .filter(({ headers }) => places.some((name) => ids(headers, name).includes(id)))
      .sort((a, b) => a.receivedAt - b.receivedAt || (keyOf(a) < keyOf(b) ? -1 : 1))
      .at(-1)
  })

const found = (
  folder: string,
  what: SearchObject,
  some: (uids: ReadonlyArray<number>) => ReadonlyArray<number>
): Doing<ReadonlyArray<Mail>> =>
  within(folder, (box) => Effect.flatMap(box.search(what), (uids) => box.mails(some(uids))))
