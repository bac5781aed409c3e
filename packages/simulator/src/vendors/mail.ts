/**
 * Mailboxes: folders read by time, and the address book. A mail may be to several customers, and may be moved between folders.
 */
import { type Action, Connector, Feed } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Wire } from "../Wire.ts"
import { type Api, call, facts } from "./Api.ts"
import * as Stamp from "./Stamp.ts"

export const folders = ["inbox", "support"] as const

export interface Mail {
  readonly id: string
  readonly at: number
  movedAt: number
  folder: (typeof folders)[number]
  readonly subject: string
  readonly text: string
  readonly people: ReadonlyArray<{ readonly email: string; readonly name: string }>
}

export interface Mailbox {
  readonly mails: Map<string, Mail>
  readonly receive: (given: Pick<Mail, "subject" | "text" | "people">) => Mail
  readonly move: (mail: Mail) => void
}

export const mailState = (now: () => number): Mailbox => {
  const stamp = Stamp.make(now)
  const mails: Mailbox["mails"] = new Map()
  return {
    mails,
    receive: (given) => {
      const at = stamp()
      const mail: Mail = { ...given, id: `mail${mails.size + 1}`, at, movedAt: at, folder: "inbox" }
      mails.set(mail.id, mail)
      return mail
    },
    move: (mail) => {
      mail.folder = mail.folder === "inbox" ? "support" : "inbox"
      mail.movedAt = stamp()
    }
  }
}

const Item = Schema.Struct({
  id: Schema.NonEmptyString,
  at: Schema.Int,
  subject: Schema.String,
  text: Schema.String,
  people: Schema.Array(Schema.Struct({ email: Schema.NonEmptyString, name: Schema.NonEmptyString }))
})

const normalize = (item: typeof Item.Type): ReadonlyArray<Part.Part> => [
  ...item.people.map(({ email, name }) => {
    const handle = Handle.email(email, { verified: true })
    return Part.contact({
      ref: Ref.local("address", email),
      kind: "address",
      version: Version.make(0),
      fields: { name: { full: name }, ...(handle === undefined ? {} : { handles: [handle] }) }
    })
  }),
  Part.interaction({
    ref: Ref.local("mail", item.id),
    version: Version.make(item.at),
    fields: {
      kind: "email",
      direction: "inbound",
      startedAt: item.at,
      subject: item.subject,
      text: item.text,
      participants: item.people.map(({ email, name }, index) => ({
        contact: Ref.local("address", email),
        name,
        place: index === 0 ? ("from" as const) : ("cc" as const)
      })),
      details: {}
    }
  })
]

/** Who is known with address and number: by that, what others call by one of them is the same person's. */
export interface Known {
  readonly name: string
  readonly email: string
  readonly phone: string
}

const KnownItem = Schema.Struct({ name: Schema.String, email: Schema.String, phone: Schema.String })

const known = ({ name, email, phone }: typeof KnownItem.Type): ReadonlyArray<Part.Part> => {
  const handles = [Handle.email(email, { verified: true }), Handle.phone(phone, { verified: true })]
  return [
    Part.contact({
      ref: Ref.local("known", email),
      version: Version.make(0),
      fields: { name: { full: name }, handles: handles.filter((handle) => handle !== undefined) }
    })
  ]
}

interface Options {
  readonly book: ReadonlyArray<Known>
  readonly actions: ReadonlyArray<Action.Action<"SendMessage", Api>>
}

export const mail = (state: Mailbox, wire: Wire, { book, actions }: Options) =>
  Connector.make("mail", {
    ...facts("mail", wire),
    actions,
    feeds: [
      Feed.snapshot("book", {
        yields: "contacts",
        item: KnownItem,
        key: ({ email }) => email,
        cadenceMs: 3_600_000,
        normalize: known,
        page: () => call("read book", () => Either.right(Feed.page([...book])))
      }),
      Feed.window("mails", {
        yields: "interactions",
        item: Item,
        key: ({ id }) => id,
        cadenceMs: 9_000,
        overlapMs: 25_000,
        sliceMs: 86_400_000,
        reconcile: { everyMs: 25_000, windowMs: 86_400_000 },
        normalize,
        partitions: Effect.succeed(folders.map((id) => ({ id }))),
        page: ({ from, to, partition }) =>
          call("list mails", (fault) => {
            const found = [...state.mails.values()].filter(
              ({ folder, movedAt }) => folder === partition && movedAt >= from && movedAt < to
            )
            return Either.right(Feed.page(Faults.disturbed(found, fault)))
          })
      })
    ]
  })
