/** What a report of failure says: who was not reached, and why (RFC 3464, and those that do not follow it). */
import { field, type Mailbox, mailbox, raw } from "./Headers.ts"
import type { Mail } from "./Mail.ts"

/** Recipients of one report that are looked at. */
const RECIPIENTS_MAX = 20

/** Those the mail did not reach. Delays and successes are not failures. */
export const recipients = (mail: Mail): ReadonlyArray<Mailbox> => {
  const named = [
    ...(mail.report ?? "").matchAll(
      /^(?:original|final)-recipient\s*:\s*(?:[\w-]+\s*;)?\s*<?([^\s<>;]+@[^\s<>;]+?)>?\s*$/gim
    )
  ]
  const failed = raw(mail.headers, "x-failed-recipients")?.split(",") ?? []
  const addresses = [...named.map((match) => match[1]!), ...failed]
  const found = addresses.length > 0 ? addresses : [/<([^\s<>]+@[^\s<>]+)>/.exec(mail.text ?? "")?.[1] ?? ""]
  const parsed = found.slice(0, RECIPIENTS_MAX).flatMap((address) => mailbox(address.trim()) ?? [])
  return [...new Map(parsed.map((one) => [one.address, one])).values()]
}

/** `not delivered: 5.1.1 no such user`. */
export const outcome = ({ report = "", headers }: Mail): string => {
  const action = /^action\s*:\s*(\w+)/im.exec(report)?.[1]?.toLowerCase()
  const status = /^status\s*:\s*(\d\.\d{1,3}\.\d{1,3})/im.exec(report)?.[1]
  const diagnostic = /^diagnostic-code\s*:\s*(?:[\w-]+\s*;)?\s*(.{1,300}(?:\r?\n[ \t].{1,300}){0,3})/im.exec(
    report
  )?.[1]
  const why = [status, diagnostic?.replace(/\s+/g, " ").trim()].filter((piece) => piece !== undefined).join(" ")
  const what =
    action === "delayed" || (action === undefined && /delay/i.test(field(headers, "subject") ?? ""))
      ? "delayed"
      : action === "delivered" || action === "relayed" || action === "expanded"
        ? "delivered"
        : "not delivered"
  return why === "" ? what : `${what}: ${why.slice(0, 400)}`
}
