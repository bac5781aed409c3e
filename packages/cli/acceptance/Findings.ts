/** What stands in both systems at the end of the day, asked past us, and whether that is as it should be. */
import * as Day from "./Day.ts"
import { CARD, HISTORY, type HelpDesk, QUEUE, type Ticket } from "./HelpDesk.ts"
import * as Letters from "./Letters.ts"
import type { MailHost } from "./MailHost.ts"

export interface Finding {
  readonly what: string
  readonly holds: boolean
  /** What was found instead, or a story worth showing. */
  readonly shown?: string
}

export const look = async (
  { mail, desk }: { readonly mail: MailHost; readonly desk: HelpDesk },
  { tickets, seen, deletedEntry, interactions, kills }: Day.Played
): Promise<ReadonlyArray<Finding>> => {
  const history = await desk.tickets(HISTORY)
  const cases = await desk.tickets(QUEUE)
  const [inbox, sent] = [await mail.held(Letters.SALES, "INBOX"), await mail.held(Letters.SALES, "Sent")]
  const boxes = Object.fromEntries(
    await Promise.all(
      Object.entries(Letters.people).map(
        async ([who, { address }]) => [who, await mail.held(address, "INBOX")] as const
      )
    )
  )
  const users = await Promise.all(
    Object.values(Letters.people).map(async ({ address }) => ({ address, users: await desk.usersWith(address) }))
  )
  const bo = users.find(({ address }) => address === Letters.people.bo.address)
  const cardOf = (id: string) => cases.find((ticket) => ticket.id === id)?.fields[CARD] ?? ""
  const expected = Letters.all.filter((mail) => mail.of.length > 0 && mail !== Letters.question)
  const strays = history.filter((entry) => !expected.some(({ word }) => isOf(entry, word)))
  return [
    { what: `the daemon was killed ${kills} times`, holds: kills === 2 },
    {
      what: `every mail, ticket, answer and note was read, once each: ${interactions}`,
      holds: interactions === Letters.all.length + Day.ticketWords.length + Day.NOTES
    },
    ...expected.map((mail) =>
      entered(
        history.filter((it) => isOf(it, mail.word)),
        mail.word,
        mail === Day.takenOff.mail ? mail.of.filter((who) => who !== Day.takenOff.who) : mail.of,
        mail.letter.subject,
        mail.minutesAgo
      )
    ),
    {
      what: "the page of the mail to both shows what came before, in order, and a browser has nothing to complain of",
      holds:
        seen.thanks.startsWith("Thank you.") &&
        seen.complaints.length === 0 &&
        seen.current.includes(Letters.shared.letter.subject) &&
        seen.around.length === standing.length &&
        standing.every(({ letter }, index) => seen.around[index]!.includes(letter.subject)),
      shown: [...seen.around, ...seen.complaints, seen.thanks].join("\n")
    },
    {
      what: "the entry that was deleted by hand stays deleted",
      holds: !history.some((entry) => entry.id === deletedEntry || isOf(entry, Letters.question.word))
    },
    {
      what: "a newsletter, a colleague's mail and what was said in tickets are nobody's entries",
      holds: strays.length === 0,
      ...(strays.length === 0 ? {} : { shown: strays.map(({ subject }) => subject).join("\n") })
    },
    {
      what: "the tickets of the helpdesk are the two that people made",
      holds: cases.length === 2 && Day.ticketWords.every((word) => !history.some((entry) => isOf(entry, word)))
    },
    {
      what: "Ana's ticket shows who she is and what she wrote to sales",
      holds: [Letters.people.ana.address, Letters.late.letter.subject].every((text) =>
        cardOf(tickets.ana).includes(text)
      ),
      shown: cardOf(tickets.ana)
    },
    {
      what: "each customer is one user, Cy too, whom we made",
      holds: users.every((found) => found.users.length === 1)
    },
    { what: "the name that an agent gave Bo is still his", holds: bo?.users[0]?.name === "Bo Newname" },
    {
      what: "the mailbox holds what was sent to it and nothing of ours",
      holds:
        same(
          inbox,
          Letters.all.filter(({ letter }) => letter.to.includes(Letters.SALES))
        ) && same(sent, [Letters.answer])
    },
    {
      what: "customers got mail from people and from Request Tracker's own replies only",
      holds: Object.entries(boxes).every(([who, held]) => held.length === mailsTo[who as Letters.Who]),
      shown: Object.entries(boxes)
        .map(([who, held]) => `${who}: ${held.map(({ subject }) => subject).join(" | ") || "nothing"}`)
        .join("\n")
    },
    {
      what: "Ana's history in Request Tracker, as her requestor's list shows it",
      holds: true,
      shown: storyOf(history, "ana")
    }
  ]
}

export const view = (findings: ReadonlyArray<Finding>): string =>
  findings
    .flatMap(({ what, holds, shown }) => [
      `${holds ? "  ok  " : "WRONG "} ${what}`,
      ...(shown === undefined ? [] : shown.split("\n").map((line) => `         ${line}`))
    ])
    .join("\n")

// ---------------------------------------------------------------------------------------------------------------------

/** What stood on Ana's and Bo's records when the page of the mail to both was opened. */
const standing = [Letters.question, Letters.answer, Letters.invoice, Letters.shared]

/** What Ana got: sales' answer, the ticket's autoreply, Rita's answer; Bo: the autoreply, Ana's mail, that it is resolved. */
const mailsTo: Readonly<Record<Letters.Who, number>> = { ana: 3, bo: 3, cy: 0 }

const isOf = ({ fields }: Ticket, word: string): boolean => fields["Entry"]?.includes(`(${word})`) === true

const entered = (
  entries: ReadonlyArray<Ticket>,
  word: string,
  of: ReadonlyArray<Letters.Who>,
  subject: string,
  minutesAgo: number
): Finding => {
  const [entry] = entries
  const wanted = of.map((who) => Letters.people[who].address).sort()
  const holds = entries.length === 1 && entry !== undefined && entry.requestors.join() === wanted.join()
  const found = entries.map(({ id, requestors }) => `ticket ${id} of ${requestors.join(", ")}`).join("\n")
  return {
    what: `"${subject}" (${word}, ${minutesAgo} min before noon) stands once, on ${wanted.join(" and ")}`,
    holds,
    ...(holds ? {} : { shown: found || "nowhere" })
  }
}

const same = (held: ReadonlyArray<{ readonly messageId: string }>, mails: ReadonlyArray<Letters.Mail>): boolean =>
  held
    .map(({ messageId }) => messageId)
    .sort()
    .join() ===
  mails
    .map(({ letter }) => letter.messageId)
    .sort()
    .join()

const storyOf = (history: ReadonlyArray<Ticket>, who: Letters.Who): string =>
  history
    .filter(({ requestors }) => requestors.includes(Letters.people[who].address))
    .sort((a, b) => (a.started < b.started ? -1 : 1))
    .map(({ started, subject }) => `${started.slice(0, 16).replace("T", " ")} UTC  ${subject}`)
    .join("\n")
