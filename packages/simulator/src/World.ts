/**
 * The truth: who the customers are, what happened, and what every system holds. The checks compare the systems with it; the
 * daemon sees nothing of it but what the vendors tell.
 */
import type { Answer } from "./FieldStory.ts"
import type { Message } from "./Messages.ts"
import * as Chat from "./vendors/chat.ts"
import * as Mail from "./vendors/mail.ts"
import * as Office from "./vendors/Office.ts"
import type { Outbox } from "./vendors/outbox.ts"
import * as Phone from "./vendors/phone.ts"
import * as Rests from "./Rests.ts"

export interface Customer {
  readonly index: number
  readonly name: string
  readonly email: string
  readonly phone: string
  /** The number they share with the rest of the household. */
  readonly home: string | undefined
  /** An address that no record names: whose it is, a person has to say. */
  readonly alias: string
}

export type Source = "chat" | "chat-b" | "phone" | "mail" | "form" | "crm" | "desk"
export const destinations = ["crm", "desk"] as const
export type Destination = (typeof destinations)[number]
/** Those by which messages are sent. */
export const senders = ["phone", "mail"] as const
export type Sender = (typeof senders)[number]

/** Something that happened between a customer and the company. Its text names it and says how often it was edited. */
export interface Happening {
  readonly index: number
  readonly source: Source
  /** A negative number is a household: one of it called, nobody knows who. */
  readonly customers: ReadonlyArray<number>
  /** Of an agent's note: the record it was written on. */
  readonly record?: string
  /** They wrote from the address that no record names. */
  readonly isByAlias: boolean
  edits: number
  deleted: boolean
  /** No schema fits it. */
  readonly broken: boolean
  readonly words: string
  /** Changes the text in its system; absent where nobody can. */
  readonly rewrite?: (text: string) => void
}

export interface World {
  readonly customers: ReadonlyArray<Customer>
  readonly happenings: Array<Happening>
  readonly chats: { readonly chat: Chat.Chat; readonly "chat-b": Chat.Chat }
  readonly phone: Phone.Phone
  readonly mail: Mail.Mailbox
  readonly offices: { readonly [D in Destination]: Office.Office }
  /** Vendors that nobody reaches now. */
  readonly down: Set<string>
  /** What failed, and may be let alone for the time being. */
  readonly rests: Rests.Rests
  /** Does the helpdesk want a record for each customer who gets in touch? */
  readonly createsRecords: boolean
  /** Who writes from their other address, too. */
  readonly aliased: Customer | undefined
  /** Do fields of the CRM's records follow the helpdesk? */
  readonly keepsFields: boolean
  /** What people answered to questions about fields. */
  readonly answers: Array<Answer>
  /** What the helpdesk says in fields is newer than all that hands wrote. */
  hasSpokenLast: boolean
  /** Are messages said to customers? */
  readonly saysMessages: boolean
  readonly messages: Array<Message>
  readonly outboxes: { readonly [S in Sender]: Outbox }
  /** Is the chat's mapping wrong at present? */
  isMappingWrong: boolean
  readonly word: Word
}

/** What people said to the daemon, since it took notice. */
export interface Word {
  readonly erased: Set<number>
  /** Customers whose other address is known to be theirs. */
  readonly joined: Set<number>
  /** Our keys of entries that an undo took back. */
  readonly undone: Set<string>
  /** Those that it may have taken back, since a write was under way. */
  readonly maybeUndone: Set<string>
}

const HOUSEHOLDS = 2
const names = [
  "Ana Abbott",
  "Bob Brandt",
  "Cem Celik",
  "Dana Dvorak",
  "Eli Eriksen",
  "Fay Fischer",
  "Gus Greene",
  "Hana Horvat"
]

interface Options {
  readonly now: () => number
  readonly size: number
  readonly createsRecords: boolean
  /** The index of who writes from their other address, too. */
  readonly aliased: number | undefined
  readonly keepsFields: boolean
  readonly saysMessages: boolean
}

export const make = ({ now, size, aliased, ...kinds }: Options): World => {
  const customers = names.slice(0, size).map((name, index) => ({
    index,
    name,
    email: `${name.split(" ")[0]!.toLowerCase()}.${index}@example.com`,
    phone: `+1202555010${index}`,
    home: index < 2 * HOUSEHOLDS ? `+1202555011${Math.floor(index / 2)}` : undefined,
    alias: `visitor.${index}@example.com`
  }))
  return {
    ...kinds,
    customers,
    aliased: aliased === undefined ? undefined : customers[aliased],
    happenings: [],
    chats: { chat: Chat.chatState(now), "chat-b": Chat.chatState(now) },
    phone: Phone.phoneState(now),
    mail: Mail.mailState(now),
    offices: { crm: Office.make("crm", now), desk: Office.make("desk", now) },
    down: new Set(),
    rests: Rests.make(now),
    answers: [],
    hasSpokenLast: false,
    messages: [],
    outboxes: { phone: [], mail: [] },
    isMappingWrong: false,
    word: { erased: new Set(), joined: new Set(), undone: new Set(), maybeUndone: new Set() }
  }
}

/** The text of a happening as it is now: `q12r3q` is the twelfth, edited three times. */
export const textOf = ({ index, edits, words }: Pick<Happening, "index" | "edits" | "words">): string =>
  `${words} q${index}r${edits}q`

export interface Mention {
  readonly index: number
  readonly edits: number
}

/** The happenings that a text speaks of, each once. */
export const mentionsIn = (text: string): ReadonlyArray<Mention> => {
  const found = [...text.matchAll(/q(\d+)r(\d+)q/g)].map(([, index, edits]) => ({
    index: Number(index),
    edits: Number(edits)
  }))
  return [...new Map(found.map((one) => [`${one.index} ${one.edits}`, one])).values()]
}

/** The number of a household among the customers. */
export const householdOf = (customer: number): number => -1 - Math.floor(customer / 2)

export const ownerOf =
  ({ customers }: World) =>
  (email: string, phone: string): number => {
    const owner = customers.find((one) => one.email === email || one.phone === phone)
    if (owner !== undefined) return owner.index
    const sharer = customers.find(({ home }) => home === phone)
    if (sharer === undefined) throw new Error(`nobody has the address "${email}" or the number "${phone}"`)
    return householdOf(sharer.index)
  }

/** The record that a customer's history belongs on: the oldest that lives. */
export const recordOf = (office: Office.Office, customer: number): Office.Card | undefined =>
  [...office.cards.values()]
    .filter((card) => card.customer === customer && card.state === "there")
    .sort((a, b) => a.createdAt - b.createdAt)[0]

/** After long the journals of changes know nothing of what was. */
export const forgetJournals = ({ phone, offices: { desk } }: World): void => {
  phone.forgotten = phone.journal.length
  desk.forgotten = desk.journal.length
}

/** How often we wrote anywhere. */
export const writesOf = ({ offices, chats }: World): number =>
  offices.crm.writes + offices.desk.writes + chats.chat.writes
