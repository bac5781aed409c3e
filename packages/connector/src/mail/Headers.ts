/** Reading header fields: addresses, message ids, dates. Pure and total, since anyone can write anything there. */
import { EmailAddress } from "@interchannel/domain"
import { addressParser, decodeWords } from "postal-mime"
import type { Headers } from "./Mail.ts"

/** Addresses of one field that are looked at. */
const ADDRESSES_MAX = 100
/** A field that is longer is cut before it is taken apart. */
const FIELD_LENGTH_MAX = 20_000
const IDS_MAX = 100

/** The first field of the name, decoded; `undefined` when it is missing or empty. */
export const field = (headers: Headers, name: string): string | undefined => {
  const value = raw(headers, name)
  const text = value === undefined ? "" : decodeWords(value.slice(0, FIELD_LENGTH_MAX)).trim()
  return text === "" ? undefined : text
}

export const raw = (headers: Headers, name: string): string | undefined =>
  headers.find(([candidate]) => candidate === name)?.[1]

export const has = (headers: Headers, ...names: ReadonlyArray<string>): boolean =>
  headers.some(([name]) => names.includes(name))

export type Mailbox = EmailAddress.Address

/** The usable mailboxes of all fields of the name, groups unpacked, each once. */
export const mailboxes = (headers: Headers, name: string): ReadonlyArray<Mailbox> => {
  const found = new Map<string, Mailbox>()
  const values = headers.filter(([candidate]) => candidate === name).map(([, value]) => value)
  for (const value of values) {
    for (const { name: display, address } of addressParser(value.slice(0, FIELD_LENGTH_MAX), { flatten: true })) {
      const parsed = mailbox(address ?? "", decodeWords(display))
      if (parsed !== undefined && found.size < ADDRESSES_MAX && !found.has(parsed.address))
        found.set(parsed.address, parsed)
    }
  }
  return [...found.values()]
}

/** One mailbox with the name its owner goes by; a name that looks like an address is left out. */
export const mailbox = (address: string, display = ""): Mailbox | undefined => {
  const quoted = display.trim() === "" ? address : `"${display.replace(/[\\"]/g, "")}" <${address}>`
  const named = EmailAddress.parse(quoted)
  const parsed = named._tag === "Address" ? named : EmailAddress.parse(address)
  return parsed._tag === "Address" ? parsed : undefined
}

/** Message ids without brackets, in order, each once. Old mailers leave the brackets out. */
export const ids = (headers: Headers, name: string): ReadonlyArray<string> => {
  const value = headers
    .filter(([candidate]) => candidate === name)
    .map(([, text]) => text)
    .join(" ")
    .slice(0, FIELD_LENGTH_MAX)
  const bracketed = [...value.matchAll(/<([^<>]{1,400})>/g)].map((match) => match[1]!.replace(/\s+/g, ""))
  const found = bracketed.length > 0 ? bracketed : value.split(/\s+/).filter((word) => /^[^@\s]+@[^@\s]+$/.test(word))
  return [...new Set(found.filter((id) => id !== "" && id.length <= ID_LENGTH_MAX))].slice(0, IDS_MAX)
}
/** Longer ones would not fit into a ref. */
const ID_LENGTH_MAX = 400

/** Dates outside these are mistakes of a clock: before mail existed, or the far future. */
const YEAR_MIN = 1971
const YEAR_MAX = 2200

/** The Date field; comments and obsolete zones included. */
export const date = (headers: Headers): number | undefined => {
  const text = raw(headers, "date")
    ?.slice(0, 200)
    .replace(/\([^)]*\)/g, "")
    .trim()
  if (text === undefined || text === "") return undefined
  const at = Date.parse(text)
  const year = new Date(at).getUTCFullYear()
  return year >= YEAR_MIN && year <= YEAR_MAX ? at : undefined
}

/** The subject without the prefixes that answering and forwarding put before it, in the usual languages. */
export const baseSubject = (subject: string): string => {
  let text = subject.replace(/\s+/g, " ").trim()
  for (let round = 0; round < PREFIXES_MAX; round++) {
    const shorter = text.replace(prefix, "").replace(/\s*\(fwd\)$/i, "")
    if (shorter === text) break
    text = shorter
  }
  return text
}
const PREFIXES_MAX = 20
const replies = "re|aw|antw|antwort|sv|vs|ref|rif|r|res|odp|ynt|rv"
const forwards = "fwd?|wg|tr|i|enc|vl|vb|doorst|pd|ilt"
const prefix = new RegExp(`^(?:(?:${replies}|${forwards})(?:\\[\\d+\\]|\\(\\d+\\))?\\s*:|\\[fwd:)\\s*`, "i")

export const isReply = (subject: string): boolean =>
  new RegExp(`^(?:${replies})(?:\\[\\d+\\]|\\(\\d+\\))?\\s*:`, "i").test(subject)
export const isForward = (subject: string): boolean =>
  new RegExp(`^(?:(?:${forwards})\\s*:|\\[fwd:)`, "i").test(subject)
