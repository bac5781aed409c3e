import { type Action, Connector } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import { Part, Ref } from "@interchannel/domain"
import { Headers, MailParts } from "@interchannel/connector/mail"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { ImapFlow } from "imapflow"
import { beforeAll, describe, expect, it } from "vitest"
import { sendMessage } from "../src/actions.ts"
import { Email } from "../src/Email.ts"
import { startEmail } from "../src/emulator.ts"
import { mails } from "../src/feeds.ts"
import { idle } from "../src/listeners.ts"
import { type Dovecot, dovecot, INSTALLED_WITHIN_MS, installed, PASSWORD } from "./dovecot.ts"
import { accountOf, apiOf, pull, tell } from "./reading.ts"

const START = Date.UTC(2026, 4, 4, 9)
const DAY_MS = 86_400_000

interface Letter {
  readonly from: string
  readonly id: string
  readonly subject?: string
  readonly at?: number
  readonly head?: ReadonlyArray<string>
  readonly folder?: string
}

const put = (client: ImapFlow, { from, id, subject = "A question", at = START, head = [], folder = "INBOX" }: Letter) =>
  Effect.promise(() =>
    client.append(
      folder,
      [
        `From: ${from}`,
        "To: desk@example.com",
        `Subject: ${subject}`,
        `Date: ${new Date(at).toUTCString()}`,
        `Message-ID: <${id}>`,
        ...head,
        "",
        "Where is my order?",
        ""
      ].join("\r\n"),
      [],
      new Date(at)
    )
  )

const anna = "Anna Example <anna@example.org>"
const onServer = (test: (server: Dovecot, client: ImapFlow) => Effect.Effect<void, unknown, never>) => () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const server = yield* dovecot
        yield* test(server, yield* server.client("desk"))
      })
    )
  )

beforeAll(installed, INSTALLED_WITHIN_MS)

describe("a mailbox on Dovecot", () => {
  it(
    "is read newest first and no further back than history is wanted; old mails that are moved in are news",
    onServer((server, client) =>
      Effect.gen(function* () {
        const account = accountOf("desk", server, { pageMails: 2 })
        for (let n = 1; n <= 6; n++) yield* put(client, { from: anna, id: `m${n}@example.org`, at: START + n * DAY_MS })
        yield* put(client, { from: anna, id: "old@example.org", at: START - 90 * DAY_MS, folder: "Sent" })
        const since = START + 2 * DAY_MS
        const first = yield* Effect.provide(pull("INBOX", undefined, since), apiOf(account))
        expect(first.items.map(({ uid }) => uid)).toEqual([6, 5, 4, 3, 2])
        yield* Effect.promise(() => client.mailboxOpen("Sent"))
        yield* Effect.promise(() => client.messageMove("1:*", "INBOX", { uid: true }))
        const second = yield* Effect.provide(pull("INBOX", first.cursor, since), apiOf(account))
        expect(second.items.map(({ headers }) => Headers.ids(headers, "message-id")[0])).toEqual(["old@example.org"])
        const third = yield* Effect.provide(pull("INBOX", second.cursor, START), apiOf(account))
        expect(third.items.map(({ uid }) => uid)).toEqual([1])
      })
    )
  )

  it(
    "takes back what somebody marked as spam, and brings it again when the mark is taken away",
    onServer((server, client) =>
      Effect.gen(function* () {
        const account = accountOf("desk", server)
        yield* put(client, { from: anna, id: "spam@example.org" })
        const first = yield* Effect.provide(pull("INBOX"), apiOf(account))
        yield* Effect.promise(() => client.mailboxOpen("INBOX"))
        yield* Effect.promise(() => client.messageFlagsAdd("1", ["\\Seen"], { uid: true }))
        const seen = yield* Effect.provide(pull("INBOX", first.cursor), apiOf(account))
        expect(seen.items).toEqual([])
        yield* Effect.promise(() => client.messageFlagsAdd("1", ["$Junk"], { uid: true }))
        const marked = yield* Effect.provide(pull("INBOX", seen.cursor), apiOf(account))
        expect(marked.items.flatMap((item) => tell(item, account))).toMatchObject([{ deleted: true }])
        yield* Effect.promise(() => client.messageFlagsAdd("1", ["$NotJunk"], { uid: true }))
        const again = yield* Effect.provide(pull("INBOX", marked.cursor), apiOf(account))
        expect(again.items[0]!.modseq!).toBeGreaterThan(marked.items[0]!.modseq!)
        expect(again.items.flatMap((item) => tell(item, account))[0]).not.toHaveProperty("deleted")
      })
    )
  )

  it(
    "is read anew when the server gave it new UIDs, under the same refs",
    onServer((server, client) =>
      Effect.gen(function* () {
        const account = accountOf("desk", server, { folders: ["Cases"] })
        const fill = Effect.gen(function* () {
          yield* Effect.promise(() => client.mailboxCreate("Cases"))
          yield* put(client, { from: anna, id: "one@example.org", folder: "Cases" })
        })
        yield* fill
        const before = yield* Effect.provide(pull("Cases"), apiOf(account))
        yield* Effect.promise(() => client.mailboxDelete("Cases"))
        // UIDVALIDITY is the second in which a folder was made.
        yield* Effect.sleep(1_100)
        yield* fill
        const lost = yield* Effect.flip(
          Effect.provide(mails.page({ partition: "Cases", cursor: before.cursor, since: 0 }), apiOf(account))
        )
        expect(lost.reason._tag).toBe("CursorExpired")
        const after = yield* Effect.provide(pull("Cases"), apiOf(account))
        const refs = (items: typeof before.items) =>
          items.flatMap((item) => tell(item, account)).map((told) => (Part.isRefetch(told) ? "" : told.ref.id))
        expect(refs(after.items)).toEqual(refs(before.items))
        expect(after.items[0]!.uidValidity).not.toBe(before.items[0]!.uidValidity)
      })
    )
  )

  it(
    "says at once what comes in, ends when the server does, and says afterwards what came meanwhile",
    onServer((server, client) =>
      Effect.gen(function* () {
        const account = accountOf("desk", server)
        const next = Effect.scoped(
          Effect.gen(function* () {
            const stream = yield* idle.connect
            yield* put(client, { from: anna, id: "live@example.org" })
            return yield* Stream.runHead(stream)
          })
        )
        const api = apiOf(account)
        expect(yield* Effect.provide(next, api)).toMatchObject({ value: { data: { partition: "INBOX" } } })
        yield* Effect.gen(function* () {
          const broken = yield* Effect.scoped(
            Effect.gen(function* () {
              const stream = yield* idle.connect
              yield* Effect.promise(server.stop)
              return yield* Effect.flip(Stream.runDrain(stream))
            })
          )
          expect(broken.reason._tag).toBe("Unavailable")
          yield* Effect.promise(server.start)
          yield* put(yield* server.client("desk"), { from: anna, id: "while-nobody-heard@example.org" })
          const again = yield* Effect.scoped(Effect.flatMap(idle.connect, Stream.runHead))
          expect(again).toMatchObject({ value: { data: { partition: "INBOX", id: expect.stringMatching(/\/2$/) } } })
        }).pipe(Effect.provide(api), Effect.scoped)
      })
    )
  )

  it(
    "refuses a wrong password in words that do not hold it",
    onServer((server) =>
      Effect.gen(function* () {
        const right = accountOf("desk", server)
        const { credentials } = Either.getOrThrow(
          Connector.decodeAccount(Email, {
            connection: "desk",
            credentials: { user: "desk", password: "another-invented-one" },
            settings: { imap: right.settings.imap, smtp: right.settings.smtp, address: "desk@example.com" }
          })
        )
        const error = yield* Effect.flip(Effect.provide(pull("INBOX"), apiOf({ ...right, credentials })))
        expect(error.reason._tag).toBe("Unauthorized")
        expect(error.message).not.toContain("another-invented-one")
      })
    )
  )

  it(
    "finds the thread of an answer that names only the mail before it, and of one that names none",
    onServer((server, client) =>
      Effect.gen(function* () {
        const account = accountOf("desk", server)
        yield* put(client, { from: anna, id: "root@example.org", subject: "Invoice 4711 is wrong" })
        yield* put(client, {
          from: "desk@example.com",
          id: "answer@example.com",
          subject: "Re: Invoice 4711 is wrong",
          folder: "Sent",
          head: ["References: <root@example.org>", "In-Reply-To: <root@example.org>"]
        })
        yield* put(client, {
          from: anna,
          id: "second@example.org",
          subject: "AW: Invoice 4711 is wrong",
          at: START + 1000,
          head: ["In-Reply-To: <answer@example.com>"]
        })
        yield* put(client, {
          from: anna,
          id: "third@example.org",
          subject: "Re: Invoice 4711 is wrong",
          at: START + 2000
        })
        yield* put(client, {
          from: "Bert <bert@example.org>",
          id: "other@example.org",
          subject: "Re: Invoice 4711 is wrong",
          at: START + 3000
        })
        yield* put(client, { from: anna, id: "tag1@example.org", subject: "Broken [Desk #42]", at: START + 4000 })
        yield* put(client, { from: anna, id: "tag2@example.org", subject: "Still broken [Desk #42]", at: START + 5000 })
        const { items } = yield* Effect.provide(pull("INBOX"), apiOf(account))
        const threads = Object.fromEntries(
          items.map((item) => [Headers.ids(item.headers, "message-id")[0], MailParts.threadRef(item).id])
        )
        expect(threads).toEqual({
          "root@example.org": "root@example.org",
          "second@example.org": "root@example.org",
          "third@example.org": "root@example.org",
          // The same subject from somebody else is another matter.
          "other@example.org": "other@example.org",
          "tag1@example.org": "tag1@example.org",
          "tag2@example.org": "tag1@example.org"
        })
      })
    )
  )
})

describe("sending from a mailbox on Dovecot", () => {
  /** Dovecot holds the mailbox; the stand-in takes what is sent. */
  const sending = (
    test: (of: {
      client: ImapFlow
      host: Effect.Effect.Success<ReturnType<typeof startEmail>>
      account: ReturnType<typeof accountOf>
    }) => Effect.Effect<void, unknown, never>
  ) =>
    onServer((server, client) =>
      Effect.scoped(
        Effect.gen(function* () {
          const saved = JSON.stringify({
            accounts: [{ user: "desk", password: PASSWORD, address: "desk@example.com", revoked: false, folders: [] }],
            sent: [],
            drawn: 0
          })
          const host = yield* startEmail({ clock: EmulatorClock.manual(START), saved })
          const { settings } = host.configured(host.accounts[0]!)
          const account = accountOf(
            "desk",
            { imapPort: server.imapPort, smtpPort: settings.smtp.port },
            { plusAddresses: true }
          )
          yield* put(client, { from: anna, id: "root@example.org", subject: "Invoice 4711 is wrong" })
          yield* test({ client, host, account })
        })
      )
    )
  const input: Action.Input<"SendMessage"> = {
    key: "act-1",
    conversation: Ref.local("thread", "root@example.org"),
    text: "We look into it."
  }
  const write = Effect.flatMap(sendMessage.write([input]), ([result]) => result!)

  it(
    "answers the customer once, files a copy, and knows it again",
    sending(({ host, account }) =>
      Effect.gen(function* () {
        const api = apiOf(account)
        const written = yield* Effect.provide(write, api)
        expect(host.canonical()).toMatchObject([
          {
            key: "act-1",
            to: ["anna@example.org"],
            subject: "Re: Invoice 4711 is wrong",
            inReplyTo: "<root@example.org>"
          }
        ])
        expect(
          sendMessage.idempotency === "look up first" && (yield* Effect.provide(sendMessage.find(input), api))
        ).toEqual(written)
        const { items } = yield* Effect.provide(pull("Sent"), api)
        const [part] = items.flatMap((item) => tell(item, account))
        expect(part).toMatchObject({
          ref: written.ref,
          marker: "act-1",
          fields: { direction: "outbound", conversation: { id: "root@example.org" } }
        })
        expect(items[0]!.flags).not.toContain("\\Draft")
      })
    )
  )

  it(
    "leaves it to a person when the connection broke while the mail was handed over, and not when it broke before",
    sending(({ host, account }) =>
      Effect.gen(function* () {
        const api = apiOf(account)
        const find = sendMessage.idempotency === "look up first" ? sendMessage.find(input) : Effect.die("look up first")
        host.faults.next("smtp.login", 1, { _tag: "reset" })
        const early = yield* Effect.flip(Effect.provide(write, api))
        expect(early.reason).toMatchObject({ _tag: "Unavailable", uncertain: false })
        expect(yield* Effect.provide(find, api)).toBeUndefined()
        host.faults.next("smtp.send", 1, { _tag: "timeoutAfterCommit" })
        const late = yield* Effect.flip(Effect.provide(write, api))
        expect(late.reason).toMatchObject({ _tag: "Unavailable", uncertain: true })
        const unknown = yield* Effect.flip(Effect.provide(find, api))
        expect(unknown.reason).toMatchObject({ _tag: "Rejected", code: "outcome_unknown" })
        expect(host.canonical().length).toBe(1)
      })
    )
  )

  it(
    "finds the thread of an answer by the address it came to, when it names no mail",
    sending(({ client, host, account }) =>
      Effect.gen(function* () {
        const api = apiOf(account)
        yield* Effect.provide(write, api)
        const replyTo = /reply-to: <?([^\s>]+)/i.exec(host.world.state.sent[0]!.raw)![1]!
        expect(replyTo).toMatch(/^desk\+ic\.[\w-]{16}@example\.com$/)
        yield* put(client, {
          from: anna,
          id: "bare@example.org",
          subject: "hello again",
          head: [`Delivered-To: ${replyTo}`],
          at: START + 5000
        })
        const bounced = host.world.state.sent[0]!.from
        yield* put(client, {
          from: "Mail Delivery System <mailer-daemon@example.org>",
          id: "bounce@example.org",
          subject: "Undelivered Mail Returned to Sender",
          head: [`Delivered-To: ${bounced}`, "X-Failed-Recipients: anna@example.org"],
          at: START + 6000
        })
        const { items } = yield* Effect.provide(pull("INBOX"), api)
        expect(items.map((item) => MailParts.threadRef(item).id)).toEqual([
          "root@example.org",
          "root@example.org",
          "root@example.org"
        ])
      })
    )
  )
})
