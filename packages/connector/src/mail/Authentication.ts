/** Is a sender who they say they are? Only our own mail server's word counts (RFC 8601); anyone can write the header. */
import type { Mailbox } from "./Headers.ts"
import type { Headers } from "./Mail.ts"

/** DMARC passed, or DKIM or SPF passed for the very domain of the address. */
export const isTrusted = (headers: Headers, author: Mailbox, authenticator: string | undefined): boolean => {
  if (authenticator === undefined) return false
  // Our server writes its line above those that came with the mail, and takes out what pretends to be one of its own.
  const ours = headers
    .filter(([name]) => name === "authentication-results")
    .map(([, value]) => value.replace(/\([^()]*\)/g, " "))
    .find((value) => /^\s*([^\s;]+)/.exec(value)?.[1]?.toLowerCase() === authenticator.toLowerCase())
  if (ours === undefined) return false
  return ours
    .split(";")
    .slice(1)
    .some((result) => passes(result.trim().toLowerCase(), author.domain))
}

// ---------------------------------------------------------------------------------------------------------------------

const passes = (result: string, domain: string): boolean => {
  const property = (name: string): string | undefined =>
    new RegExp(`\\b${name.replace(".", "\\.")}\\s*=\\s*"?([^\\s;"]+)`).exec(result)?.[1]?.replace(/^.*@/, "")
  if (/^dmarc\s*=\s*pass\b/.test(result)) return property("header.from") === domain
  if (/^dkim\s*=\s*pass\b/.test(result)) return (property("header.d") ?? property("header.i")) === domain
  return /^spf\s*=\s*pass\b/.test(result) && property("smtp.mailfrom") === domain
}
