/**
 * A mailbox as somebody wrote it, in the one form we compare.
 *
 * Parsing is total: any text gives an `Address` or an `Unusable` with its reason, and the address of an
 * `Address` parses to itself. Syntax follows RFC 5322 §3.4 (name-addr, comments, quoting), internationalised
 * local parts RFC 6531, lengths RFC 5321 §4.5.3.1, hosts the URL Standard's domain-to-ASCII.
 *
 * @module
 */

/** A mailbox we can compare and write to. */
export interface Address {
  readonly _tag: "Address"
  /**
   * Lower case, host in ASCII. RFC 5321 §2.4 lets a host treat `Ana` and `ana` as two mailboxes; no provider
   * in use does, and people type both.
   */
  readonly address: string
  readonly domain: string
  /**
   * Other spellings that may reach the same mailbox: without the `+tag` (RFC 5233), and for Gmail without dots.
   * Candidates for matching, never proof.
   */
  readonly weakAliases: ReadonlyArray<string>
  /** A mailbox of a function or a machine (`info@`, `noreply@`): an organisation's, never a person's. */
  readonly role: boolean
  /** What the sender calls the mailbox. Left out when it looks like an address itself: that is how spoofs look. */
  readonly displayName?: string
}

/** Why a text is no mailbox. */
export type Reason =
  | "empty"
  | "no at sign"
  | "malformed"
  | "too long"
  | "host is not public"
  | "placeholder"
  | "several addresses"

/** A text that names no mailbox we could compare. */
export interface Unusable {
  readonly _tag: "Unusable"
  readonly reason: Reason
}

export type Parsed = Address | Unusable

/**
 * Reads one mailbox.
 *
 * @example
 * import { EmailAddress } from "@interchannel/domain"
 *
 * EmailAddress.parse('"Ana Example" <Ana.Example+news@GMail.com>')
 * // => {
 * //   _tag: "Address",
 * //   address: "ana.example+news@gmail.com",
 * //   domain: "gmail.com",
 * //   weakAliases: ["ana.example@gmail.com", "anaexample@gmail.com"],
 * //   role: false,
 * //   displayName: "Ana Example"
 * // }
 */
export const parse = (raw: string): Parsed => {
  if (raw.length > rawLengthMax) return unusable("too long")
  const text = clean(raw)
  if (text === "") return unusable("empty")
  const written = split(text)
  const mailbox = withoutScheme(written.mailbox)
  const ats = atSigns(mailbox)
  if (ats.length === 0) return unusable("no at sign")
  if (ats.length > 1) return unusable(/[,;\s]/.test(mailbox) ? "several addresses" : "malformed")
  const at = ats[0] ?? 0
  const host = toHost(mailbox.slice(at + 1).trim())
  if (typeof host !== "string") return host
  const local = toLocal(mailbox.slice(0, at).trim(), host)
  if (local === undefined) return unusable("malformed")
  const address = `${local}@${host}`
  if (octets(local) > localOctetsMax || octets(address) > addressOctetsMax) return unusable("too long")
  if (isPlaceholder(local, host)) return unusable("placeholder")
  return {
    _tag: "Address",
    address,
    domain: host,
    weakAliases: toWeakAliases(local, host),
    role: isRole(local),
    ...(written.name === undefined ? {} : { displayName: written.name })
  }
}

/** The `weakAliases` of an `address` as `parse` gave it, without reading it again. */
export const weakAliases = (address: string): ReadonlyArray<string> => {
  const at = address.lastIndexOf("@")
  return toWeakAliases(address.slice(0, at), address.slice(at + 1))
}

// ---------------------------------------------------------------------------------------------------------

/** RFC 5321 §4.5.3.1.1. */
const localOctetsMax = 64
/** RFC 5321 §4.5.3.1.3 allows a path of 256 with its angle brackets; RFC 3696 erratum 1690 draws the conclusion. */
const addressOctetsMax = 254
/** An address, a display name and a comment fit; a mail body pasted into the field does not. */
const rawLengthMax = 1_000

const unusable = (reason: Reason): Unusable => ({ _tag: "Unusable", reason })

const octets = (text: string): number => new TextEncoder().encode(text).length

/** One Unicode form, no invisible characters, Japanese full-width keyboards understood. */
const clean = (raw: string): string =>
  raw
    .replace(/\p{Cs}/gu, "")
    .normalize("NFC")
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
    .trim()

/** `name <mailbox>`, or `mailbox (name)` as old mailers wrote it, or the mailbox alone. */
const split = (text: string): { readonly mailbox: string; readonly name?: string } => {
  const { comments, rest } = withoutComments(text)
  const bracketed = /^(.*?)<([^<>]*)>[\s.,;]*$/.exec(rest)
  const name = toDisplayName(bracketed?.[1] ?? "") ?? toDisplayName(text.endsWith(")") ? (comments.at(-1) ?? "") : "")
  const mailbox = (bracketed?.[2] ?? rest).trim()
  return name === undefined ? { mailbox } : { mailbox, name }
}

/** RFC 5322 §3.2.2: comments nest, and do not count inside quotes. An unclosed one is ordinary text. */
const withoutComments = (text: string): { readonly rest: string; readonly comments: ReadonlyArray<string> } => {
  const comments: Array<string> = []
  let rest = ""
  let comment = ""
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === "\\" && (quoted || depth > 0)) {
      if (depth > 0) comment += text.charAt(i + 1)
      else rest += char + text.charAt(i + 1)
      i++
    } else if (char === '"' && depth === 0) {
      quoted = !quoted
      rest += char
    } else if (quoted) rest += char
    else if (char === "(") {
      if (depth > 0) comment += char
      depth++
    } else if (char === ")" && depth > 0) {
      depth--
      if (depth > 0) comment += char
      else {
        comments.push(comment)
        comment = ""
      }
    } else if (depth > 0) comment += char
    else rest += char
  }
  return depth > 0 || quoted ? { rest: text, comments: [] } : { rest: rest.trim(), comments }
}

const toDisplayName = (written: string): string | undefined => {
  const name = unquote(written.trim())
    .replace(/^'(.*)'$/, "$1")
    .replace(/\s+/g, " ")
    .trim()
  return name === "" || name.includes("@") ? undefined : name
}

const unquote = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text

/** RFC 6068: `mailto:ana%2Bnews@example.com?subject=Hello`. */
const withoutScheme = (mailbox: string): string => {
  if (!/^mailto:/i.test(mailbox)) return mailbox
  const to = mailbox.slice("mailto:".length).replace(/\?.*$/, "")
  try {
    return decodeURIComponent(to).trim()
  } catch {
    return to.trim()
  }
}

/** Where the at signs outside quotes are. */
const atSigns = (mailbox: string): ReadonlyArray<number> => {
  const found: Array<number> = []
  let quoted = false
  for (let i = 0; i < mailbox.length; i++) {
    const char = mailbox.charAt(i)
    if (char === "\\" && quoted) i++
    else if (char === '"') quoted = !quoted
    else if (char === "@" && !quoted) found.push(i)
  }
  return found
}

const toHost = (written: string): string | Unusable => {
  // The URL parser would read a path, port, escape or user out of these, and a number as an IPv4 address.
  if (written === "" || /[\s/?#:@%\\<>^|`{}"]/.test(written)) return unusable("malformed")
  if (written.startsWith("[")) return unusable("host is not public")
  let host: string
  try {
    host = new URL(`http://${written.replace(/[.。．｡]+$/u, "")}/`).hostname
  } catch {
    return unusable("malformed")
  }
  const labels = host.split(".")
  if (!labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label))) return unusable("malformed")
  const top = labels.at(-1) ?? ""
  if (labels.length < 2 || !/^[a-z][a-z0-9-]+$/.test(top)) return unusable("host is not public")
  // RFC 2606 §2: promised never to exist. Withheld SIP callers arrive as anonymous@anonymous.invalid.
  return top === "invalid" || top === "localhost" ? unusable("host is not public") : host
}

/** RFC 5322 §3.2.3 atext, with RFC 6531's letters of every script. */
const atom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u
/** RFC 5321 §4.1.2 qtext, for the rare local part that needs its quotes. */
const quotable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u
/** Mobile carriers that handed out addresses with dots in a row or at the end; these mailboxes exist. */
const looseDots = new Set(["docomo.ne.jp", "ezweb.ne.jp", "au.com"])

const toLocal = (written: string, host: string): string | undefined => {
  const local = unquote(written).toLowerCase().normalize("NFC")
  const atoms = local.split(".")
  if (atoms.every((part) => atom.test(part))) return local
  if (looseDots.has(host) && atom.test(atoms.join(""))) return local
  if (!written.startsWith('"') || !quotable.test(local)) return undefined
  return `"${local.replace(/(["\\])/g, "\\$1")}"`
}

const toWeakAliases = (local: string, host: string): ReadonlyArray<string> => {
  if (local.startsWith('"')) return []
  const base = local.replace(/(?<=.)\+.*$/, "")
  const aliases = new Set([`${base}@${host}`])
  if (host === "gmail.com" || host === "googlemail.com") aliases.add(`${base.replaceAll(".", "")}@gmail.com`)
  aliases.delete(`${local}@${host}`)
  return [...aliases]
}

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))

/** RFC 2142 §§3-5 and what companies use in practice, in the languages their sites are written in. */
const roles = words(`
  abuse accounting accounts admin administration administrator ap ar assistance billing bookings booking careers
  care client clients compliance contact contactus customer customercare customers customerservice desk dispatch
  enquiries enquiry events facilities feedback finance frontdesk ftp hello help helpdesk hi hostmaster hr info
  information inquiries inquiry invoice invoices it jobs legal list mail mailbox marketing media news newsletter noc
  notification notifications office operations ops order orders partner partners payments payroll postmaster pr press
  privacy purchasing receipts reception recruiting recruitment reservations returns root sales security service
  services shipping shop social staff store subscribe support team tech usenet uucp webmaster welcome www
  anfrage bestellung bewerbung buchhaltung buero einkauf empfang hilfe kontakt kundendienst kundenservice office
  personalabteilung rechnung rechnungen sekretariat verkauf vertrieb zentrale
  accueil aide bureau commande commandes comptabilite facturation serviceclient serviceclients ventes
  administracion atencion atencionalcliente ayuda consultas contacto facturacion facturas pedidos recepcion soporte
  ventas amministrazione assistenza contatti fatture informazioni ordini segreteria vendite
  atendimento comercial contato financeiro suporte vendas klantenservice verkoop facturen administratie
  biuro faktury kontakt pomoc sklep sprzedaz zamowienia kundeservice kundtjanst salg
`)

/** Machines: what follows the word is a token of theirs. */
const machine =
  /^(?:no-?reply|noreplies|do-?not-?reply|nao-?responda|no-?responder|ne-?pas-?repondre|nicht-?antworten|mailer-?daemon|bounces?|auto-?reply|auto-?responder|autoconfirm|alerts?|daemon)(?:[-+.=].*)?$/

const isRole = (local: string): boolean => {
  const base = local.replace(/(?<=.)\+.*$/, "").replaceAll("_", "-")
  if (machine.test(base) || roles.has(base.replaceAll(/[-.]/g, ""))) return true
  // support-de@, info.uk@, sales2@: a role word, then a country or a number.
  const [first = "", ...rest] = base.replace(/(?<=[a-z])(?=\d+$)/, "-").split(/[-.]/)
  return roles.has(first) && rest.every((part) => roles.has(part) || /^(?:[a-z]{2}|\d+)$/.test(part))
}

/** Typed to get past a required field. */
const placeholderLocals = words(`
  test tests testing tester test123 testtest none null undefined nil na n/a n.a noemail nomail noaddress nobody noone
  noname notprovided notavailable notapplicable donthave asdf asdfasdf asd qwe qwerty unknown anonymous fake
  fakeemail dummy example invalid xxx xxxx keineemail keinemail sinemail sincorreo
`)
/** Only a placeholder when the host repeats it: `email@email.com`. */
const placeholderPairs = words("a aa aaa abc abcd b c d email foo bar mail me name no noone user x xx xyz z 123 1234")
const placeholderHosts = words(`
  test.com test.test test.de test.org none.com none.none noemail.com nomail.com noemail.invalid asdf.com na.com null.com
`)

const isPlaceholder = (local: string, host: string): boolean => {
  const label = host.slice(0, host.indexOf("."))
  return (
    placeholderHosts.has(host) ||
    placeholderLocals.has(local.replaceAll(/[-_]/g, "")) ||
    (local === label && (placeholderPairs.has(local) || placeholderLocals.has(label)))
  )
}
