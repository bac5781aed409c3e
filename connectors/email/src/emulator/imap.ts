/** As much of IMAP4rev1 (RFC 3501) as the connector speaks, with IDLE, UIDPLUS, CONDSTORE and SPECIAL-USE. */
import type { Socket } from "node:net"
import type { Faults } from "@interchannel/connector/testing"
import { exchange, type Reader, reader, type Trouble } from "./lines.ts"
import { matcher } from "./search.ts"
import type { Account, Folder, Message, World } from "./World.ts"

const CAPABILITIES = "IMAP4rev1 IDLE UIDPLUS CONDSTORE ENABLE SPECIAL-USE UNSELECT NAMESPACE"

interface Session {
  readonly world: World
  readonly socket: Socket
  account: Account | undefined
  folder: Folder | undefined
  exists: number
}

export const serve =
  (world: World, trouble: Trouble) =>
  async (socket: Socket): Promise<void> => {
    const session: Session = { world, socket, account: undefined, folder: undefined, exists: 0 }
    const input = reader(socket)
    socket.write(`* OK [CAPABILITY ${CAPABILITIES}] ready\r\n`)
    for (;;) {
      const { tag, name, words, text } = await command(input, socket)
      if (name === "LOGOUT") {
        socket.end(`* BYE\r\n${tag} OK bye\r\n`)
        return
      }
      if (name === "IDLE") {
        await idle(session, input, tag)
        continue
      }
      const chatter = chat(session, tag, name, words)
      if (chatter !== undefined) {
        socket.write(chatter)
        continue
      }
      await exchange(socket, trouble, {
        operation: name.replace(/^UID /, "").replace("EXAMINE", "SELECT").toLowerCase(),
        request: text,
        refuse: (fault) => refusal(tag, text, fault),
        answer: (fault) => answer(session, tag, name, words, fault)
      })
    }
  }

// ---------------------------------------------------------------------------------------------------------------------

interface Command {
  readonly tag: string
  readonly name: string
  readonly words: ReadonlyArray<string>
  readonly text: string
}

/** One command with its literals read into it. */
const command = async (input: Reader, socket: Socket): Promise<Command> => {
  let text = await input.line()
  const literals: Array<string> = []
  for (let match = /\{(\d+)\}$/.exec(text); match !== null; match = /\{(\d+)\}$/.exec(text)) {
    socket.write("+ go on\r\n")
    literals.push(await input.bytes(Number(match[1])))
    text = `${text.slice(0, match.index)}\ue000${literals.length - 1}\ue000${await input.line()}`
  }
  const words = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|\ue000(\d+)\ue000|[()]|[^\s()"\ue000]+/g)].map(
    ([whole, quoted, literal]) =>
      quoted !== undefined ? quoted.replace(/\\(.)/g, "$1") : literal !== undefined ? literals[Number(literal)]! : whole
  )
  const [tag = "*", first = "", second = ""] = words
  const isUid = first.toUpperCase() === "UID"
  return {
    tag,
    name: isUid ? `UID ${second.toUpperCase()}` : first.toUpperCase(),
    words: words.slice(isUid ? 3 : 2),
    text
  }
}

/** What goes back and forth beside the work; nothing goes wrong with it. */
const chat = (session: Session, tag: string, name: string, words: ReadonlyArray<string>): string | undefined => {
  switch (name) {
    case "CAPABILITY":
      return `* CAPABILITY ${CAPABILITIES}\r\n${tag} OK done\r\n`
    case "NAMESPACE":
      return `* NAMESPACE (("" "/")) NIL NIL\r\n${tag} OK done\r\n`
    case "ENABLE":
      return `* ENABLED CONDSTORE\r\n${tag} OK done\r\n`
    case "NOOP":
    case "UNSELECT":
    case "LSUB":
      return `${tag} OK done\r\n`
    case "LIST":
      return words.at(-1) === "*" ? undefined : list(session, tag, words.at(-1) ?? "")
    default:
      return undefined
  }
}

const refusal = (tag: string, text: string, fault: Faults.Fault): string | undefined => {
  switch (fault._tag) {
    case "status":
      return `${tag} NO [UNAVAILABLE] ${fault.status}\r\n`
    case "throttle":
      return fault.retryAfterMs === undefined
        ? `${tag} NO [LIMIT] Too many commands\r\n`
        : `${tag} BAD Request is throttled. Suggested Backoff Time: ${fault.retryAfterMs} milliseconds\r\n`
    case "unauthorized":
      return `${tag} NO [AUTHENTICATIONFAILED] not you\r\n`
    case "echo":
      return `${tag} BAD cannot read ${text}\r\n`
    default:
      return undefined
  }
}

const answer = (
  session: Session,
  tag: string,
  name: string,
  words: ReadonlyArray<string>,
  fault: Faults.Fault | undefined
): string => {
  if (name === "LOGIN") return login(session, tag, words)
  if (session.account === undefined || session.account.revoked)
    return `${tag} NO [AUTHENTICATIONFAILED] log in first\r\n`
  switch (name) {
    case "LIST":
      return list(session, tag, "*")
    case "SELECT":
    case "EXAMINE":
      return select(session, tag, words[0] ?? "", fault)
    case "APPEND":
      return append(session, tag, words)
    case "UID SEARCH":
      return search(session, tag, words, fault)
    case "UID FETCH":
      return fetch(session, tag, words, fault)
    case "UID STORE":
      return store(session, tag, words)
    default:
      return `${tag} BAD ${name} is not known here\r\n`
  }
}

const login = (session: Session, tag: string, [user, password]: ReadonlyArray<string>): string => {
  session.account = session.world.state.accounts.find(
    (one) => one.user === user && one.password === password && !one.revoked
  )
  return session.account === undefined
    ? `${tag} NO [AUTHENTICATIONFAILED] wrong user or password\r\n`
    : `${tag} OK [CAPABILITY ${CAPABILITIES}] welcome\r\n`
}

const list = ({ account }: Session, tag: string, pattern: string): string => {
  const folders = (account?.folders ?? []).filter(({ path }) => pattern === "*" || path === pattern)
  const lines = folders.map(({ path, use }) => `* LIST (${use ?? ""}) "/" "${path}"\r\n`)
  return `${lines.join("")}${tag} OK done\r\n`
}

const select = (session: Session, tag: string, path: string, fault: Faults.Fault | undefined): string => {
  const folder = session.account && session.world.folder(session.account, path)
  if (folder === undefined) return `${tag} NO [NONEXISTENT] no such folder\r\n`
  if (fault?._tag === "expireCursor") session.world.renumber(folder)
  session.folder = folder
  session.exists = folder.messages.length
  return [
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk)",
    `* ${folder.messages.length} EXISTS`,
    `* OK [UIDVALIDITY ${folder.uidValidity}] valid`,
    `* OK [UIDNEXT ${folder.uidNext}] next`,
    `* OK [HIGHESTMODSEQ ${folder.modseq}] highest`,
    `${tag} OK [READ-ONLY] done\r\n`
  ].join("\r\n")
}

const append = (session: Session, tag: string, words: ReadonlyArray<string>): string => {
  const folder = session.world.folder(session.account!, words[0] ?? "")
  if (folder === undefined) return `${tag} NO [TRYCREATE] no such folder\r\n`
  const flags = words.slice(words.indexOf("(") + 1, words.indexOf(")"))
  const { uid } = session.world.append(session.account!, folder, words.at(-1) ?? "", flags)
  return `${tag} OK [APPENDUID ${folder.uidValidity} ${uid}] done\r\n`
}

const search = (
  { folder, world }: Session,
  tag: string,
  words: ReadonlyArray<string>,
  fault: Faults.Fault | undefined
): string => {
  const fits = matcher(words, { unfiltered: fault?._tag === "unfiltered", highest: folder?.messages.at(-1)?.uid ?? 0 })
  // What was sent is filed a while later; nothing else lags behind.
  const before =
    fault?._tag === "stale" && folder?.use === "\\Sent" ? world.clock.now() - fault.ms : Number.POSITIVE_INFINITY
  const uids = (folder?.messages ?? []).filter((message) => message.at <= before && fits(message)).map(({ uid }) => uid)
  return `* SEARCH ${uids.join(" ")}\r\n${tag} OK done\r\n`
}

const fetch = (
  { folder }: Session,
  tag: string,
  words: ReadonlyArray<string>,
  fault: Faults.Fault | undefined
): string => {
  const messages = folder?.messages ?? []
  const fits = matcher(["UID", words[0] ?? ""], { unfiltered: false, highest: messages.at(-1)?.uid ?? 0 })
  const changed = words.findIndex((word) => word.toUpperCase() === "CHANGEDSINCE")
  const since = changed < 0 ? -1 : Number(words[changed + 1])
  const wanted = words.slice(1).join(" ").toUpperCase()
  const found = messages.filter((message) => fits(message) && message.modseq > since)
  const shown =
    fault?._tag === "duplicate" ? [...found, ...found] : fault?._tag === "reorder" ? found.toReversed() : found
  const lines = shown.map((message) => `* ${messages.indexOf(message) + 1} FETCH (${told(message, wanted)})\r\n`)
  return `${lines.join("")}${tag} OK done\r\n`
}

const told = (message: Message, wanted: string): string => {
  const partial = /BODY\.PEEK\[\]<0\.(\d+)>/.exec(wanted)
  const source = partial === null ? "" : message.raw.slice(0, Number(partial[1]))
  return [
    `UID ${message.uid} MODSEQ (${message.modseq}) FLAGS (${message.flags.join(" ")})`,
    ...(wanted.includes("INTERNALDATE")
      ? [`INTERNALDATE "${internalDate(message.at)}" RFC822.SIZE ${message.raw.length}`]
      : []),
    ...(wanted.includes("BODYSTRUCTURE")
      ? [`BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "8BIT" ${message.raw.length} 1)`]
      : []),
    ...(partial === null ? [] : [`BODY[]<0> {${source.length}}\r\n${source}`])
  ].join(" ")
}

const internalDate = (at: number): string => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString())!
  return `${day}-${month}-${year} ${time} +0000`
}

const store = ({ folder, world }: Session, tag: string, words: ReadonlyArray<string>): string => {
  if (folder === undefined) return `${tag} NO no folder\r\n`
  const fits = matcher(["UID", words[0] ?? ""], { unfiltered: false, highest: folder.messages.at(-1)?.uid ?? 0 })
  const flags = words.slice(words.indexOf("(") + 1, words.indexOf(")"))
  const isAdded = words[1]?.startsWith("+") === true
  for (const { uid } of folder.messages.filter(fits)) {
    world.flag(folder, uid, (before) => {
      const others = before.filter((flag) => !flags.includes(flag))
      return isAdded ? [...others, ...flags] : others
    })
  }
  return `${tag} OK done\r\n`
}

const idle = async (session: Session, input: Reader, tag: string): Promise<void> => {
  const { world, socket } = session
  const tell = (account: Account, folder: Folder): void => {
    if (account !== session.account || folder !== session.folder) return
    session.exists = folder.messages.length
    socket.write(`* ${session.exists} EXISTS\r\n`)
  }
  const deafen = () => void world.hear.delete(tell)
  world.hear.add(tell)
  socket.once("close", deafen)
  const missed = session.folder !== undefined && session.folder.messages.length !== session.exists
  socket.write("+ idling\r\n")
  if (missed) tell(session.account!, session.folder!)
  await input.line()
  deafen()
  socket.off("close", deafen)
  socket.write(`${tag} OK done\r\n`)
}
