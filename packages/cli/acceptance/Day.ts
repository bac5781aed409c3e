/**
 * The day as it is played: mails and tickets before the daemon was there, a first start that only looks, an approval, an
 * afternoon in which it is killed twice, and what people do with their own hands meanwhile.
 */
import { fileURLToPath } from "node:url"
import * as DaemonProcess from "../soak/DaemonProcess.ts"
import { HISTORY, type HelpDesk, QUEUE } from "./HelpDesk.ts"
import * as Letters from "./Letters.ts"
import type { MailHost } from "./MailHost.ts"
import * as Reader from "./Reader.ts"

export interface Place {
  readonly mail: MailHost
  readonly desk: HelpDesk
  /** What `interchannel.config.ts` is given. */
  readonly variables: Readonly<Record<string, string>>
}

export interface Played {
  /** The ticket of each, opened by mail, and by an agent for the customer. */
  readonly tickets: { readonly ana: string; readonly bo: string }
  /** What Rita was shown when she took the mail to both off Bo. */
  readonly seen: Reader.Seen
  /** The entry that somebody deleted by hand. */
  readonly deletedEntry: string
  /** Interactions in the ledger at the end. */
  readonly interactions: number
  readonly kills: number
}

/** Where the configuration stands. */
const FOLDER = fileURLToPath(new URL(".", import.meta.url))
const MINUTE_MS = 60_000
const LOOK_EVERY_MS = 500
const WITHIN_MS = 240_000
/** Longer than Request Tracker is left unread, so that what comes twice has had its time. */
const QUIET_MS = 45_000

/** More than Request Tracker lists at once. */
export const NOTES = 105
const NOTES_AT_ONCE = 7

/** Whom Rita takes the mail to both off, on its page. */
export const takenOff = { mail: Letters.shared, who: "bo" } as const

/** What people said in Request Tracker: nothing of it may come back there as an entry. */
export const ticketWords = ["sandpiper", "lapwing", "ruff"] as const

export const play = async ({ mail, desk, variables }: Place, say: (line: string) => void): Promise<Played> => {
  const noon = Date.now()
  const deliver = async ({ letter, minutesAgo }: Letters.Mail) => {
    const dated = { ...letter, date: new Date(noon - minutesAgo * MINUTE_MS) }
    await mail.send(dated)
    // The answer's copy, as the mail program of whoever wrote it files it.
    if (letter.from.includes(Letters.SALES)) await mail.file(Letters.SALES, dated)
  }
  const interchannel = async (...args: ReadonlyArray<string>) => {
    const { code, said } = await DaemonProcess.command(FOLDER, args, variables)
    if (code !== 0) throw new Error(`interchannel ${args.join(" ")}: ${said}`)
    return said
  }
  const entries = async () => (await desk.tickets(HISTORY)).filter(({ status }) => status !== "deleted")
  const entryOf = async ({ word }: Letters.Mail) =>
    (await entries()).find(({ fields }) => fields["Entry"]?.includes(word))

  say("Ana writes to sales, and is answered. She writes to support too, by mail; Bo telephones support.")
  await deliver(Letters.question)
  await deliver(Letters.answer)
  await mail.send({
    from: Letters.people.ana.from,
    to: ["support@example.org"],
    subject: "A lamp is broken",
    text: `It does not light. (${ticketWords[0]})\n`,
    messageId: "<broken@example.com>",
    date: new Date(noon - 120 * MINUTE_MS)
  })
  await eventually("Request Tracker has Ana's ticket", async () => (await desk.tickets(QUEUE)).length === 1)
  await desk.ask("POST", "/user", {
    Name: Letters.people.bo.address,
    EmailAddress: Letters.people.bo.address,
    RealName: "Bo Example"
  })
  await desk.ask("POST", "/ticket", {
    Queue: QUEUE,
    Subject: "Wants a call about the invoice",
    Requestor: Letters.people.bo.address,
    Content: `Called at ten. (${ticketWords[1]})`,
    ContentType: "text/plain"
  })
  const [anaTicket, boTicket] = await desk.tickets(QUEUE)
  const tickets = { ana: anaTicket!.id, bo: boTicket!.id }

  say(`Rita notes ${NOTES} things about Bo's invoice.`)
  for (let noted = 0; noted < NOTES; noted += NOTES_AT_ONCE) {
    const notes = Array.from({ length: NOTES_AT_ONCE }, (_, index) => ({
      Content: `Note ${noted + index}`,
      ContentType: "text/plain"
    }))
    await Promise.all(notes.map((note) => desk.ask("POST", `/ticket/${tickets.bo}/comment`, note)))
  }

  say("The daemon is started. It reads, and writes nothing before it is let.")
  let daemon = DaemonProcess.start(FOLDER, variables)
  let kills = 0
  const revive = async () => {
    await daemon.kill()
    kills += 1
    return () => {
      daemon = DaemonProcess.start(FOLDER, variables)
    }
  }
  try {
    await eventually("both systems are read and the morning is planned", async () => {
      // It leaves with 2 where there is something to approve.
      const { said } = await DaemonProcess.command(FOLDER, ["plan", "helpdesk", "--json"], variables)
      return /"create":[1-9]/.test(said)
    })
    if ((await desk.tickets(HISTORY).catch(() => [])).length > 0)
      throw new Error("something was written before it was approved")
    say(await interchannel("approve", "helpdesk", "--all", "--yes"))
    await eventually(
      "the morning's answer stands in Request Tracker",
      async () => (await entryOf(Letters.answer)) !== undefined
    )

    say("Bo writes. While his mail is being written to Request Tracker the daemon is killed, and started again.")
    await deliver(Letters.invoice)
    const restart = await revive()
    say("While nobody is there: a mail to both, a newsletter, a colleague. Rita answers Ana's ticket; Bo is renamed.")
    for (const letter of [Letters.shared, Letters.newsletter, Letters.colleague]) await deliver(letter)
    await desk.ask("POST", `/ticket/${tickets.ana}/correspond`, {
      Content: `Send it back, please. (${ticketWords[2]})`,
      ContentType: "text/plain"
    })
    await desk.ask("PUT", `/user/${Letters.people.bo.address}`, { RealName: "Bo Newname" })
    restart()
    await eventually(
      "the mail to both stands in Request Tracker",
      async () => (await entryOf(Letters.shared)) !== undefined
    )

    say("In her browser Rita opens the link under the mail to both, and says that it does not belong to Bo.")
    const { fields } = (await entryOf(Letters.shared))!
    const seen = await Reader.takeOff(Reader.linkIn(fields["Entry"] ?? ""), /^Bo /, "Rita")
    await eventually(
      "the mail to both is taken off Bo",
      async () => (await entryOf(Letters.shared))?.requestors.join() === Letters.people.ana.address
    )

    say("Somebody deletes the entry of Ana's first mail. Cy writes, whom the helpdesk does not know yet.")
    const deletedEntry = (await entryOf(Letters.question))!.id
    await desk.ask("DELETE", `/ticket/${deletedEntry}`)
    await deliver(Letters.stranger)
    await eventually("Cy's mail stands in Request Tracker", async () => (await entryOf(Letters.stranger)) !== undefined)

    say(
      "A mail of Ana's that was on its way for an hour and a half comes in; the daemon is killed in the middle of it."
    )
    await deliver(Letters.late)
    const again = await revive()
    again()
    await eventually("the late mail stands in Request Tracker", async () => (await entryOf(Letters.late)) !== undefined)

    say("Bo's ticket is resolved. Then nothing happens, so that whatever would come twice has the time to.")
    await desk.ask("PUT", `/ticket/${tickets.bo}`, { Status: "resolved" })
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    const { interactions } = JSON.parse(await interchannel("status", "--json")) as { readonly interactions: number }
    return { tickets, seen, deletedEntry, interactions, kills }
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}\n${daemon.lastLines().join("\n")}`)
  } finally {
    await daemon.stop()
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const eventually = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  const until = Date.now() + WITHIN_MS
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
