/** MIME (RFC 2045) taken apart: headers, text, calendar, reports, enclosed mails; attachments stay where the mailbox is. */
import PostalMime, { type Attachment } from "postal-mime"
import type { Enclosed, Headers, Mail } from "./Mail.ts"
import { plainOf } from "./MailHtml.ts"

/** Of each text so much is kept. */
const TEXT_LENGTH_MAX = 64 * 1024
const REPORT_LENGTH_MAX = 16 * 1024
const HEADERS_MAX = 300
const HEADER_LENGTH_MAX = 20_000
const ENCLOSED_MAX = 3
/** MIME parts inside each other that are followed. */
export const DEPTH_MAX = 20

type Content = Pick<Mail, "headers" | "enclosed" | "text" | "html" | "calendar" | "report" | "unreadable">

/** Never fails: of what cannot be taken apart it says why. `place`: where a person finds the mail. */
export const read = async (source: Uint8Array, place: string): Promise<Content> => {
  try {
    return await takeApart(source)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const unreadable = `${place} is no MIME message: ${why.slice(0, 200)}; look at it in the mailbox`
    return { headers: [], enclosed: [], unreadable }
  }
}

const reportTypes = [
  "message/delivery-status",
  "message/global-delivery-status",
  "message/disposition-notification",
  "message/feedback-report"
]

/** The types of parts that are the mail's own text, so no attachments. */
export const textTypes: ReadonlySet<string> = new Set([
  "text/plain",
  "text/html",
  "text/calendar",
  "text/rfc822-headers",
  ...reportTypes
])

/** No database takes the character NUL in a text, nor half of a surrogate pair. */
export const clean = (text: string): string => text.replaceAll("\0", "").replace(/\p{Cs}/gu, "\ufffd")

// ---------------------------------------------------------------------------------------------------------------------

const takeApart = async (source: Uint8Array): Promise<Content> => {
  const parsed = await PostalMime.parse(source, { maxNestingDepth: DEPTH_MAX, maxRfc822NestingDepth: 0 })
  const inner = parsed.attachments.filter(({ mimeType }) => enclosedTypes.includes(mimeType)).slice(0, ENCLOSED_MAX)
  const text = parsed.text ?? (parsed.html === undefined ? undefined : plainOf(parsed.html))
  return {
    headers: headersOf(parsed.headers),
    enclosed: await Promise.all(inner.map(enclosed)),
    text: bounded(text, TEXT_LENGTH_MAX),
    html: bounded(parsed.html, TEXT_LENGTH_MAX),
    calendar: bounded(contentOf(parsed.attachments, calendarTypes), REPORT_LENGTH_MAX),
    report: bounded(contentOf(parsed.attachments, reportTypes), REPORT_LENGTH_MAX)
  }
}

const enclosedTypes = ["message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"]
const calendarTypes = ["text/calendar", "application/ics"]
const enclosed = async (attachment: Attachment): Promise<Enclosed> => {
  const inner = await PostalMime.parse(bytesOf(attachment), { maxNestingDepth: DEPTH_MAX, maxRfc822NestingDepth: 0 })
  const text = inner.text ?? (inner.html === undefined ? undefined : plainOf(inner.html))
  return { headers: headersOf(inner.headers), text: bounded(text, TEXT_LENGTH_MAX) }
}

const headersOf = (headers: ReadonlyArray<{ readonly key: string; readonly value: string }>): Headers =>
  headers.slice(0, HEADERS_MAX).map(({ key, value }) => [clean(key), clean(value.slice(0, HEADER_LENGTH_MAX))])

const bounded = (text: string | undefined, lengthMax: number): string | undefined =>
  text === undefined ? undefined : clean(text.slice(0, lengthMax)).trimEnd() || undefined

const bytesOf = ({ content }: Attachment): Uint8Array =>
  typeof content === "string" ? Buffer.from(content) : content instanceof Uint8Array ? content : new Uint8Array(content)

const contentOf = (attachments: ReadonlyArray<Attachment>, types: ReadonlyArray<string>): string | undefined => {
  const found = attachments.filter(({ mimeType }) => types.includes(mimeType))
  return found.length === 0 ? undefined : found.map((one) => Buffer.from(bytesOf(one)).toString("utf8")).join("\n")
}
