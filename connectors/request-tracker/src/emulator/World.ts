/** One Request Tracker of the stand-in: what its users and its customers do. Times are whole seconds, as there. */
import type { EmulatorClock } from "@interchannel/connector/testing"
import { type Attachment, empty, ROOT, type State, SYSTEM, type Ticket, type Transaction, type User } from "./State.ts"

interface Said {
  readonly by?: number
  readonly text: string
  readonly type?: "text/plain" | "text/html"
  /** It came by mail with this Message-ID. */
  readonly messageId?: string
  readonly files?: ReadonlyArray<string>
}

export class World {
  readonly state: State
  private readonly clock: EmulatorClock.EmulatorClock
  private drawn = 1_000

  constructor(token: string, clock: EmulatorClock.EmulatorClock) {
    this.clock = clock
    this.state = empty(token, this.now())
  }

  now(): number {
    return Math.floor(this.clock.now() / 1000) * 1000
  }

  user(id: number): User {
    return this.state.users.find((user) => user.id === id)!
  }

  ticket(id: number): Ticket {
    return this.state.tickets.find((ticket) => ticket.id === id)!
  }

  addUser(user: Partial<User> & { readonly Name: string }): number {
    const at = this.now()
    const id = this.draw()
    const blank = {
      EmailAddress: "",
      RealName: "",
      Organization: "",
      MobilePhone: "",
      WorkPhone: "",
      privileged: false,
      disabled: false
    }
    this.state.users.push({ ...blank, created: at, updated: at, ...user, id })
    this.happen("RT::User", id, "Create", ROOT)
    return id
  }

  changeUser(id: number, change: Partial<User>): void {
    Object.assign(this.user(id), change, { updated: this.now() })
    this.happen("RT::User", id, "Set", ROOT)
  }

  /** A ticket with its first message, if it has one. */
  open(
    ticket: Partial<Ticket> & { readonly queue: string; readonly Subject: string },
    said: Partial<Said> = {}
  ): number {
    const at = this.now()
    const id = this.draw()
    const blank = { effectiveId: id, Status: "new", requestors: [], fields: {}, created: at, started: 0, updated: at }
    this.state.tickets.push({ ...blank, ...ticket, id })
    const transaction = this.happen("RT::Ticket", id, "Create", said.by ?? ticket.requestors?.[0] ?? ROOT)
    if (said.text !== undefined) this.attach(transaction, { ...said, text: said.text })
    if (this.ticket(id).requestors.length > 0) this.mail(id, "Your ticket was created.")
    return id
  }

  say(id: number, type: "Correspond" | "Comment", said: Said): number {
    const transaction = this.happen("RT::Ticket", id, type, said.by ?? this.ticket(id).requestors[0] ?? ROOT)
    this.attach(transaction, said)
    if (type === "Correspond") this.mail(id, said.text)
    return transaction.id
  }

  change(id: number, change: Partial<Ticket>, type = "Set"): void {
    Object.assign(this.ticket(id), change)
    this.happen("RT::Ticket", id, type, ROOT)
  }

  /** What is shown in a ticket: its own transactions and those of tickets merged into it. */
  historyOf(id: number): ReadonlyArray<Transaction> {
    const ids = this.state.tickets.filter((ticket) => ticket.id === id || ticket.effectiveId === id).map((it) => it.id)
    return this.state.transactions.filter((it) => it.ObjectType === "RT::Ticket" && ids.includes(it.ObjectId))
  }

  merge(loser: number, winner: number): void {
    this.change(loser, { effectiveId: winner }, "AddLink")
    this.change(
      winner,
      { requestors: [...new Set([...this.ticket(winner).requestors, ...this.ticket(loser).requestors])] },
      "AddLink"
    )
  }

  happen(ObjectType: Transaction["ObjectType"], ObjectId: number, Type: string, creator: number): Transaction {
    const transaction = { id: this.draw(), ObjectType, ObjectId, Type, creator, created: this.now() }
    this.state.transactions.push(transaction)
    if (ObjectType === "RT::Ticket") this.ticket(ObjectId).updated = this.now()
    return transaction
  }

  // -------------------------------------------------------------------------------------------------------------------

  /** What a scrip sends to requestors is kept among the transactions, and its text among the attachments. */
  private mail(id: number, text: string): void {
    this.attach(this.happen("RT::Ticket", id, "EmailRecord", SYSTEM), { text })
  }

  private draw(): number {
    this.drawn += 1
    return this.drawn
  }

  private attach(transaction: Transaction, { text, type = "text/plain", messageId, files = [] }: Said): void {
    const add = (attachment: Omit<Attachment, "id" | "TransactionId">) =>
      this.state.attachments.push({ id: this.draw(), TransactionId: transaction.id, ...attachment })
    const mail = messageId === undefined ? "REST" : "Email"
    const Headers = `X-RT-Interface: ${mail}\nMessage-ID: <${messageId ?? `rt-${transaction.id}@example.org`}>\nContent-Type: ${type}`
    add({ ContentType: type, Filename: "", Headers, Content: text })
    for (const Filename of files) {
      add({ ContentType: "application/pdf", Filename, Headers: "Content-Type: application/pdf", Content: "%PDF" })
    }
  }
}
