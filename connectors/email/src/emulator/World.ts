/** Mailboxes, and what people do in them. State is JSON; UIDs rise and are never given twice. */
import type { EmulatorClock } from "@interchannel/connector/testing"

export interface Message {
  readonly uid: number
  flags: Array<string>
  modseq: number
  /** INTERNALDATE, epoch milliseconds. */
  readonly at: number
  /** CRLF, every character one byte. */
  readonly raw: string
}

export interface Folder {
  readonly path: string
  readonly use: string | undefined
  uidValidity: number
  uidNext: number
  modseq: number
  messages: Array<Message>
}

export interface Account {
  readonly user: string
  readonly password: string
  readonly address: string
  revoked: boolean
  folders: Array<Folder>
}

/** What left for the outside. */
export interface Sent {
  readonly user: string
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly raw: string
}

export interface State {
  accounts: Array<Account>
  sent: Array<Sent>
  drawn: number
}

export interface Letter {
  readonly from: string
  readonly to?: string
  readonly cc?: string
  readonly subject?: string
  readonly text?: string
  readonly messageId?: string
  /** The Message-IDs of the thread so far, oldest first. */
  readonly references?: ReadonlyArray<string>
  readonly headers?: Readonly<Record<string, string>>
  readonly folder?: string
}

export const empty = (): State => ({ accounts: [], sent: [], drawn: 0 })

export class World {
  state: State
  readonly clock: EmulatorClock.EmulatorClock
  /** Told of each message that comes into a folder. */
  readonly hear = new Set<(account: Account, folder: Folder) => void>()

  constructor(state: State, clock: EmulatorClock.EmulatorClock) {
    this.state = state
    this.clock = clock
  }

  addAccount(address: string): Account {
    const number = ++this.state.drawn
    const folder = (path: string, use?: string): Folder => {
      return { path, use, uidValidity: 1_000 + number, uidNext: 1, modseq: 1, messages: [] }
    }
    const account: Account = {
      user: address,
      password: `emulated-password-${number}`,
      address,
      revoked: false,
      folders: [folder("INBOX"), folder("Sent", "\\Sent"), folder("Archive", "\\Archive")]
    }
    this.state.accounts.push(account)
    return account
  }

  folder(account: Account, path: string): Folder | undefined {
    return account.folders.find((one) => one.path.toUpperCase() === path.toUpperCase())
  }

  /** A mail comes in. */
  deliver(
    account: Account,
    letter: Letter
  ): { readonly folder: Folder; readonly message: Message; readonly messageId: string } {
    const messageId = letter.messageId ?? `mail-${++this.state.drawn}@example.org`
    const { references = [] } = letter
    const headers = {
      From: letter.from,
      To: letter.to ?? account.address,
      ...(letter.cc === undefined ? {} : { Cc: letter.cc }),
      Subject: letter.subject ?? "",
      Date: new Date(this.clock.now()).toUTCString().replace("GMT", "+0000"),
      "Message-ID": `<${messageId}>`,
      ...(references.length === 0
        ? {}
        : { "In-Reply-To": `<${references.at(-1)}>`, References: references.map((id) => `<${id}>`).join(" ") }),
      "Content-Type": "text/plain; charset=utf-8",
      ...letter.headers
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const raw = `${head.join("\r\n")}\r\n\r\n${(letter.text ?? "").replace(/\r?\n/g, "\r\n")}\r\n`
    const folder = this.folder(account, letter.folder ?? "INBOX")
    if (folder === undefined) throw new Error(`there is no folder ${letter.folder}`)
    return { folder, message: this.append(account, folder, Buffer.from(raw).toString("latin1")), messageId }
  }

  append(
    account: Account,
    folder: Folder,
    raw: string,
    flags: ReadonlyArray<string> = [],
    at = this.clock.now()
  ): Message {
    const message = { uid: folder.uidNext++, flags: [...flags], modseq: ++folder.modseq, at, raw }
    folder.messages.push(message)
    for (const told of this.hear) told(account, folder)
    return message
  }

  flag(folder: Folder, uid: number, change: (flags: ReadonlyArray<string>) => ReadonlyArray<string>): void {
    const message = folder.messages.find((one) => one.uid === uid)
    if (message === undefined) return
    message.flags = [...change(message.flags)]
    message.modseq = ++folder.modseq
  }

  /** The server takes a mail from the account's owner: it goes out, is filed, and reaches accounts here. */
  send(account: Account, from: string, to: ReadonlyArray<string>, raw: string): void {
    this.state.sent.push({ user: account.user, from, to, raw })
    const filed = this.folder(account, "Sent")
    if (filed !== undefined) this.append(account, filed, raw, ["\\Seen"])
    for (const other of this.state.accounts) {
      const inbox = this.folder(other, "INBOX")
      if (to.includes(other.address) && inbox !== undefined) this.append(other, inbox, raw)
    }
  }

  /** The folder was restored from a backup: the same mails under new numbers. */
  renumber(folder: Folder): void {
    folder.uidValidity += 1_000
    folder.messages = folder.messages.map((message, index) => ({ ...message, uid: index + 1 }))
    folder.uidNext = folder.messages.length + 1
  }
}

/** The value of a header field, unfolded. */
export const headerOf = (raw: string, name: string): string => {
  const head = raw.slice(0, Math.max(0, raw.indexOf("\r\n\r\n"))).replace(/\r\n[ \t]+/g, " ")
  const line = head.split("\r\n").find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  return line?.slice(name.length + 1).trim() ?? ""
}
