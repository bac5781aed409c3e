/**
 * Whom one of Twilio's addresses stands for: `+12025550155`, `whatsapp:+12025550155`, `client:agnes`, `sip:ana@example.org`,
 * `7425`, `ACME`, or a number kept back. Only who could be a person becomes a contact, by the address alone. A caller's number
 * can be forged and is a claim; the account of a messaging service is known to that service.
 */
import type { Feed } from "@interchannel/connector"
import { Handle, type LocalRef, Part, type Participant, Ref, Version } from "@interchannel/domain"

export interface Address {
  readonly handle?: Handle.Handle
  /** The contact of who has this address; absent for short codes, brands and softphones. */
  readonly contact?: LocalRef
  /** `whatsapp`, `messenger`; absent on the telephone network. */
  readonly service?: string
  /** A softphone or a telephone system's user: those are set up by the company. */
  readonly staff: boolean
}

export const parse = (raw: string, origin: Feed.Origin): Address => {
  const service = /^(?!client:|sips?:|tel:)([a-z]+):(.+)$/.exec(raw)
  if (service === null) {
    const handle = Handle.phone(raw, { defaultRegion: origin.defaultRegion })
    if (handle === undefined) return { staff: false }
    const contact = handle.kind === "phone" ? { contact: Ref.local("number", handle.value) } : {}
    return { handle, ...contact, staff: handle.kind === "sip" }
  }
  const [, name = "", user = ""] = service
  const number = Handle.phone(user, { digits: "international", verified: true })
  const handle = number?.kind === "phone" ? number : Handle.vendorUser(`twilio:${name}`, user, { verified: true })
  return { handle, contact: Ref.local("number", `${name}:${handle.value}`), service: name, staff: false }
}

/** One of the account's own numbers or senders; that it is ours, the installation says. */
export const own = ({ handle }: Address, place: "from" | "to"): ReadonlyArray<Participant> =>
  handle === undefined ? [] : [{ handle, place }]

export const staff = ({ handle }: Address, place: "from" | "to"): ReadonlyArray<Participant> =>
  handle === undefined ? [] : [{ role: "agent", handle, place }]

/** Who is outside, and it may be a nobody: a number kept back. */
export const outside = (address: Address, place: "from" | "to"): ReadonlyArray<Participant> => {
  const { handle, contact } = address
  return address.staff ? staff(address, place) : [{ handle, contact, place }]
}

/** The contact of an address, the same from every call and message. */
export const contacts = ({ contact, handle }: Address): ReadonlyArray<Part.Part> =>
  contact === undefined || handle === undefined
    ? []
    : [Part.contact({ kind: "address", ref: contact, version: Version.make(0), fields: { handles: [handle] } })]
