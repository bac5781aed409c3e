/** The mails of the day. Each has a word that stands nowhere else, by which it is found again. */
import type { Letter } from "./MailHost.ts"

export const people = {
  ana: { address: "ana@example.com", from: "Ana Example <ana@example.com>" },
  bo: { address: "bo@example.com", from: "Bo Example <bo@example.com>" },
  /** Writes to sales, and is nobody to the helpdesk yet. */
  cy: { address: "cy@example.com", from: "Cy Example <cy@example.com>" }
} as const
export type Who = keyof typeof people

export const SALES = "sales@example.org"
const RITA = `Rita Agent <${SALES}>`

export interface Mail {
  readonly word: string
  /** Whose history it belongs to; nobody's where it is none. */
  readonly of: ReadonlyArray<Who>
  readonly letter: Omit<Letter, "date">
  /** Of the day; its Date says so, whenever it comes in. */
  readonly minutesAgo: number
}

const mail = (
  word: string,
  of: ReadonlyArray<Who>,
  minutesAgo: number,
  letter: Pick<Letter, "from" | "to" | "subject" | "text"> & Partial<Letter>
): Mail => ({
  word,
  of,
  minutesAgo,
  letter: { messageId: `<${word}@example.com>`, ...letter, text: `${letter.text} (${word})\n` }
})

/** Before the daemon was ever started. */
export const question = mail("kestrel", ["ana"], 180, {
  from: people.ana.from,
  to: [SALES],
  subject: "Order 4711",
  text: "When will my lamps come?"
})
export const answer = mail("heron", ["ana"], 150, {
  from: RITA,
  to: [people.ana.address],
  subject: "Re: Order 4711",
  text: "Tomorrow before noon.",
  messageId: "<heron@example.org>",
  inReplyTo: question.letter.messageId
})

export const invoice = mail("plover", ["bo"], 20, {
  from: people.bo.from,
  to: [SALES],
  subject: "Invoice 88",
  text: "The sum on it is wrong."
})
export const shared = mail("curlew", ["ana", "bo"], 15, {
  from: people.ana.from,
  to: [SALES],
  cc: [people.bo.address],
  subject: "Our order together",
  text: "Bo and I would like one delivery."
})
/** Comes in last, though it was written early: it waited at its server. */
export const late = mail("godwit", ["ana"], 90, {
  from: people.ana.from,
  to: [SALES],
  subject: "Re: Order 4711",
  text: "Noon is too late for me.",
  inReplyTo: answer.letter.messageId
})
export const stranger = mail("avocet", ["cy"], 10, {
  from: people.cy.from,
  to: [SALES],
  subject: "Do you sell shades?",
  text: "I need three of them."
})
export const newsletter = mail("bittern", [], 12, {
  from: "News <news@example.com>",
  to: [SALES],
  subject: "Lamps of the season",
  text: "All of them at a discount.",
  headers: { "List-Id": "<news.example.com>", "List-Unsubscribe": "<mailto:off@example.com>" }
})
export const colleague = mail("dunlin", [], 11, {
  from: "Ed Colleague <ed@example.org>",
  to: [SALES],
  subject: "Lunch",
  text: "At one?"
})

export const all = [question, answer, invoice, shared, late, stranger, newsletter, colleague]
