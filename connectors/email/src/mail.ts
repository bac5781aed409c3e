/** One fetched message to the Mail that is kept: MIME taken apart, text decoded, attachments left on the server. */
import type { FetchMessageObject, MessageStructureObject } from "imapflow"
import PostalMime, { type Attachment } from "postal-mime"
import { plainOf } from "./html.ts"
import { type Enclosed, type Headers, keyOf, type Mail } from "./wire.ts"

/** Of each message so much is fetched: headers, text, and what stands before the first large attachment. */
export const SOURCE_BYTES_MAX = 256 * 1024
/** Of each text so much is kept. */
const TEXT_LENGTH_MAX = 64 * 1024
const REPORT_LENGTH_MAX = 16 * 1024
const HEADERS_MAX = 300
const HEADER_LENGTH_MAX = 20_000
const ENCLOSED_MAX = 3
const ATTACHMENTS_MAX = 50
/** MIME parts inside each other that are followed. */
const DEPTH_MAX = 20

/** What is asked of the server for each message. BODY.PEEK: nothing is marked as seen. */
export const query = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  source: { start: 0, maxLength: SOURCE_BYTES_MAX }
} as const

interface Place {
  readonly folder: string
  readonly uidValidity: string
}

/** Never fails: what cannot be taken apart says why. */
export const read = async (fetched: FetchMessageObject, place: Place): Promise<Mail> => {
  const source = fetched.source ?? Buffer.alloc(0)
  const head = {
    ...place,
    uid: fetched.uid,
    ...(fetched.modseq === undefined ? {} : { modseq: Number(fetched.modseq) }),
    flags: [...(fetched.flags ?? [])].sort(),
    receivedAt: instantOf(fetched.internalDate),
    bytes: fetched.size ?? source.length,
    attachments: attachmentsOf(fetched.bodyStructure)
  }
  try {
    return { ...head, ...(await takeApart(source)) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const unreadable = `${place.folder} ${keyOf(head)} is no MIME message: ${why.slice(0, 200)}; look at it in the mailbox`
    return { ...head, headers: [], enclosed: [], unreadable }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const instantOf = (date: Date | string | undefined): number => {
  const at = date === undefined ? Number.NaN : new Date(date).getTime()
  return Number.isNaN(at) ? 0 : at
}

const takeApart = async (source: Uint8Array) => {
  const parsed = await PostalMime.parse(source, { maxNestingDepth: DEPTH_MAX, maxRfc822NestingDepth: 0 })
  const inner = parsed.attachments.filter(({ mimeType }) => enclosedTypes.has(mimeType)).slice(0, ENCLOSED_MAX)
  const text = parsed.text ?? (parsed.html === undefined ? undefined : plainOf(parsed.html))
  return {
    headers: headersOf(parsed.headers),
    enclosed: await Promise.all(inner.map(enclosed)),
    ...bounded("text", text, TEXT_LENGTH_MAX),
    ...bounded("html", parsed.html, TEXT_LENGTH_MAX),
    ...bounded("calendar", contentOf(parsed.attachments, calendarTypes), REPORT_LENGTH_MAX),
    ...bounded("report", contentOf(parsed.attachments, reportTypes), REPORT_LENGTH_MAX)
  }
}

const enclosedTypes = new Set(["message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"])
const calendarTypes = new Set(["text/calendar", "application/ics"])
const reportTypes = new Set([
  "message/delivery-status",
  "message/global-delivery-status",
  "message/disposition-notification",
  "message/feedback-report"
])

const enclosed = async (attachment: Attachment): Promise<Enclosed> => {
  const inner = await PostalMime.parse(bytesOf(attachment), { maxNestingDepth: DEPTH_MAX, maxRfc822NestingDepth: 0 })
  const text = inner.text ?? (inner.html === undefined ? undefined : plainOf(inner.html))
  return { headers: headersOf(inner.headers), ...bounded("text", text, TEXT_LENGTH_MAX) }
}

const headersOf = (headers: ReadonlyArray<{ readonly key: string; readonly value: string }>): Headers =>
  headers.slice(0, HEADERS_MAX).map(({ key, value }) => [clean(key), clean(value.slice(0, HEADER_LENGTH_MAX))])

const bounded = <K extends string>(
  name: K,
  text: string | undefined,
  lengthMax: number
): { readonly [P in K]?: string } => {
  const kept = text === undefined ? "" : clean(text.slice(0, lengthMax)).trimEnd()
  return (kept === "" ? {} : { [name]: kept }) as { readonly [P in K]?: string }
}

/** No database takes the character NUL in a text, nor half of a surrogate pair. */
const clean = (text: string): string => text.replaceAll("\0", "").replace(/\p{Cs}/gu, "\ufffd")

const bytesOf = ({ content }: Attachment): Uint8Array =>
  typeof content === "string" ? Buffer.from(content) : content instanceof Uint8Array ? content : new Uint8Array(content)

const contentOf = (attachments: ReadonlyArray<Attachment>, types: ReadonlySet<string>): string | undefined => {
  const found = attachments.filter(({ mimeType }) => types.has(mimeType))
  return found.length === 0 ? undefined : found.map((one) => Buffer.from(bytesOf(one)).toString("utf8")).join("\n")
}

/** The leaves that are not the text itself, as the server numbers them. */
const attachmentsOf = (root: MessageStructureObject | undefined): Mail["attachments"] => {
  const found: Array<Mail["attachments"][number]> = []
  const walk = (node: MessageStructureObject, depth: number): void => {
    if (depth > DEPTH_MAX || found.length >= ATTACHMENTS_MAX) return
    const name = node.dispositionParameters?.["filename"] ?? node.parameters?.["name"]
    if (node.childNodes !== undefined && node.type.startsWith("multipart/")) {
      for (const child of node.childNodes) walk(child, depth + 1)
    } else if (node.disposition === "attachment" || name !== undefined || !textTypes.has(node.type)) {
      found.push({
        part: node.part ?? "1",
        contentType: clean(node.type),
        ...bounded("name", name, 200),
        ...(node.size === undefined ? {} : { bytes: Math.max(0, Math.trunc(node.size) || 0) })
      })
    }
  }
  if (root !== undefined) walk(root, 0)
  return found
}
const textTypes = new Set(["text/plain", "text/html", "text/calendar", ...reportTypes, "text/rfc822-headers"])
