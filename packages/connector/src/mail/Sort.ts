/** What sort of mail it is, and who wrote it. Only `message` and `forward` were written to somebody by a person. */
import { EmailAddress } from "@interchannel/domain"
import { field, has, isForward, type Mailbox, mailbox, mailboxes, raw } from "./Headers.ts"
import type { Mail } from "./Mail.ts"

export type Sort = "message" | "forward" | "auto-reply" | "bounce" | "list" | "calendar"

export const sortOf = (mail: Mail, own: ReadonlyArray<string>): Sort => {
  const { headers } = mail
  if (isBounce(mail)) return "bounce"
  if (mail.calendar !== undefined) return "calendar"
  if (listOf(mail, own) !== undefined) return "list"
  if (isAutomatic(mail)) return "auto-reply"
  if (has(headers, "list-unsubscribe") || /^(?:bulk|list)$/i.test(raw(headers, "precedence")?.trim() ?? ""))
    return "list"
  return forwarded(mail) === undefined ? "message" : "forward"
}

/** RFC 2919, unless the list is one of our own: a group address such as support@ is delivered as a list. */
export const listOf = ({ headers }: Pick<Mail, "headers">, own: ReadonlyArray<string>): string | undefined => {
  const text = field(headers, "list-id")
  const id = text === undefined ? undefined : (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase()
  const ours = own.some((address) => id === address.replace("@", "."))
  return id === undefined || ours ? undefined : id.slice(0, 200)
}

/** Nobody reads what is sent there. */
export const isMachine = (address: string): boolean =>
  /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply|bounces?|notifications?|daemon|root)(?:[-+.=_][^@]*)?@/.test(
    address.toLowerCase()
  )

/** Who the mail comes from. A web form, a robot or a munging list has somebody else write in its name. */
export const authorOf = ({ headers }: Pick<Mail, "headers">, own: ReadonlyArray<string>): Mailbox | undefined => {
  const [from] = mailboxes(headers, "from")
  const inName = ["x-original-from", "reply-to"].flatMap((name) => mailboxes(headers, name))
  const other = inName.find(({ address }) => !isOwn(own, address) && !isMachine(address))
  const speaksForOthers =
    from === undefined || isMachine(from.address) || isOwn(own, from.address) || has(headers, "list-id")
  return speaksForOthers && other !== undefined && !isReplyOfOurs(headers, own) ? other : from
}

/** One of our addresses, with or without a `+tag`. */
export const isOwn = (own: ReadonlyArray<string>, address: string): boolean => {
  if (own.includes(address) || own.includes(address.slice(address.lastIndexOf("@")))) return true
  const parsed = EmailAddress.parse(address)
  return parsed._tag === "Address" && parsed.weakAliases.some((alias) => own.includes(alias))
}

export interface Forwarded {
  readonly from: Mailbox
  readonly text?: string
}

/** Whose mail was passed on, when one was: as an attachment or as text. */
export const forwarded = ({ headers, enclosed, text = "" }: Mail): Forwarded | undefined => {
  const subject = field(headers, "subject") ?? ""
  const [inner] = enclosed
  const [author] = inner === undefined ? [] : mailboxes(inner.headers, "from")
  if (author !== undefined) return { from: author, ...(inner?.text === undefined ? {} : { text: inner.text }) }
  const marked = forwardMark.exec(text)
  if (marked === null && !isForward(subject)) return undefined
  const block = text.slice(marked?.index ?? 0)
  const line = innerFrom.exec(block)
  const address = line === null ? undefined : /[^\s<>"'(),;:]+@[^\s<>"'(),;:\]]+/.exec(line[1]!)?.[0]
  const from = address === undefined ? undefined : mailbox(address, line![1]!.split(/[<[(]/)[0]!.replace(/["*]/g, ""))
  return from === undefined ? undefined : { from, text: block }
}

// ---------------------------------------------------------------------------------------------------------------------

const forwardMark =
  /^[ \t>]*(?:-{2,}[ \t]*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|videresendt melding|vidarebefordrat meddelande|przekazana wiadomość)\b.*-{2,}|begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):|début du message (?:réexpédié|transféré)\s*:|inicio del mensaje reenviado:|inizio messaggio inoltrato:)/im
const innerFrom = /^[ \t>*]*(?:from|von|de|da|van|från|fra|od|от)\s*\*?\s*:\*?\s*(.{1,300})$/im

const isBounce = ({ headers, report }: Mail): boolean => {
  const type = raw(headers, "content-type") ?? ""
  if (/report-type\s*=\s*"?(?:delivery-status|global-delivery-status)/i.test(type)) return true
  if (report !== undefined && /^(?:final-recipient|reporting-mta)\s*:/im.test(report) && /^action\s*:/im.test(report))
    return true
  if (has(headers, "x-failed-recipients")) return true
  const [from] = mailboxes(headers, "from")
  const sender = from?.address ?? raw(headers, "from")?.toLowerCase() ?? ""
  const isDaemon = /\b(?:mailer-daemon|postmaster|mail delivery (?:sub)?system)\b/i.test(sender)
  return (
    isDaemon && (/^\s*<>\s*$/.test(raw(headers, "return-path") ?? "") || failure.test(field(headers, "subject") ?? ""))
  )
}
const failure =
  /undeliver|delivery (?:status|failure|has failed|delayed)|returned (?:mail|to sender)|failure notice|unzustellbar|nicht zugestellt|non remis|no se pudo entregar/i

/** RFC 3834, and what mailers did before it. */
const isAutomatic = ({ headers, report }: Mail): boolean => {
  const submitted = raw(headers, "auto-submitted")?.trim().toLowerCase()
  if (submitted !== undefined && !submitted.startsWith("no")) return true
  if (report !== undefined) return true
  if (has(headers, "x-autoreply", "x-autorespond", "x-autoresponse", "x-loop", "x-auto-reply")) return true
  if (/^(?:auto_reply|junk)$/i.test(raw(headers, "precedence")?.trim() ?? "")) return true
  return absence.test(field(headers, "subject") ?? "")
}
const absence =
  /^(?:(?:re|aw|sv)\s*:\s*)?(?:out of (?:the )?office|automatic(?:al)? reply|auto(?:matic)?[- ]?(?:reply|response)|automatische (?:antwort|abwesenheits)|abwesenheits|abwesend|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|risposta automatica|fuori sede|automatisch antwoord|afwezig|autosvar|frånvaro|resposta automática|odpowiedź automatyczna|автоответ)/i

const isReplyOfOurs = (headers: Mail["headers"], own: ReadonlyArray<string>): boolean => {
  const [from] = mailboxes(headers, "from")
  return from !== undefined && isOwn(own, from.address) && has(headers, "in-reply-to", "references")
}
