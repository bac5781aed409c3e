/**
 * Own people are configuration: the company's domains, numbers and teams. Roles, and with them who a customer is, follow
 * from it; changing it needs no new reading from any vendor.
 */
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { Contact } from "./Contact.ts"
import * as EmailAddress from "./EmailAddress.ts"
import { type Handle, numberOf } from "./Handle.ts"
import type { Interaction } from "./Interaction.ts"
import type { Participant, Role } from "./Participant.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import type { LocalRef } from "./Ref.ts"

/** `Example.ORG`, `@example.org`, `*.example.org`: `example.org`. */
const Domain = Schema.transformOrFail(Schema.String, Schema.NonEmptyString, {
  strict: true,
  decode: (written, _, ast) => {
    const parsed = EmailAddress.parse(`postmaster@${written.trim().replace(/^[@.*]+/, "")}`)
    return parsed._tag === "Address"
      ? ParseResult.succeed(parsed.domain)
      : ParseResult.fail(new ParseResult.Type(ast, written, `${written} is no domain; write it as example.org`))
  },
  encode: ParseResult.succeed
})

/** National short codes have at most six digits; more are a number whose country was left out. */
const SHORT_CODE_LENGTH_MAX = 6

const Number = Schema.transformOrFail(Schema.String, Schema.NonEmptyString, {
  strict: true,
  decode: (written, _, ast) => {
    const parsed = PhoneNumber.parse(written)
    if (parsed._tag === "Number") return ParseResult.succeed(parsed.e164)
    if (parsed._tag === "Alphanumeric") return ParseResult.succeed(parsed.name)
    if (parsed._tag === "ShortCode" && parsed.code.length <= SHORT_CODE_LENGTH_MAX) {
      return ParseResult.succeed(parsed.code)
    }
    return ParseResult.fail(
      new ParseResult.Type(ast, written, `${written} is no number; write it with its country, as +12025550100`)
    )
  },
  encode: ParseResult.succeed
})

const list = <A>(item: Schema.Schema<A, string>) => Schema.optionalWith(Schema.Array(item), { default: () => [] })

export const Own = Schema.Struct({
  /** Internet domains of the company; their subdomains count. */
  domains: list(Domain),
  /** The company's own numbers, E.164; also the short codes and sender names it writes under. Extensions count. */
  numbers: list(Number),
  /** Vendor team, workspace or tenant ids whose members are staff. */
  teams: list(Schema.NonEmptyString)
}).annotations({ identifier: "Own" })
export type Own = typeof Own.Type

export const none: Own = { domains: [], numbers: [], teams: [] }

export const ownsHandle = (own: Own, handle: Pick<Handle, "kind" | "value">): boolean => {
  switch (handle.kind) {
    case "phone":
      return own.numbers.includes(numberOf(handle.value))
    case "short-code":
    case "sender-name":
      return own.numbers.includes(handle.value)
    case "email": {
      const domain = handle.value.slice(handle.value.lastIndexOf("@") + 1)
      return own.domains.some((mine) => domain === mine || domain.endsWith(`.${mine}`))
    }
    default:
      return false
  }
}

/** Is this contact one of us? */
export const ownsContact = (own: Own, contact: Pick<Contact, "handles" | "team">): boolean =>
  (contact.team !== undefined && own.teams.includes(contact.team)) ||
  contact.handles.some((handle) => ownsHandle(own, handle))

/**
 * An agent, bot or system that the vendor calls so is one. Else programs are bots, our people are agents, and who remains is
 * a customer. A vendor's `customer` makes none: a helpdesk calls whoever asks so, our own people too.
 */
export const roleOf = (own: Own, participant: Participant, contact: Contact | undefined): Role => {
  if (participant.role !== undefined && participant.role !== "customer") return participant.role
  if (contact?.bot === true) return "bot"
  const ours =
    (participant.team !== undefined && own.teams.includes(participant.team)) ||
    (participant.handle !== undefined && ownsHandle(own, participant.handle)) ||
    (contact !== undefined && ownsContact(own, contact))
  return ours ? "agent" : "customer"
}

/** The customers in an interaction; empty for staff chat, internal mail, newsletters: those go nowhere. */
export const customersOf = (
  own: Own,
  interaction: Interaction,
  contactOf: (ref: LocalRef) => Contact | undefined
): ReadonlyArray<Participant> => {
  if (
    interaction.kind === "email" &&
    (interaction.details.listId !== undefined || interaction.details.sort === "list")
  ) {
    return []
  }
  return interaction.participants.filter(
    (participant) => roleOf(own, participant, participant.contact && contactOf(participant.contact)) === "customer"
  )
}
