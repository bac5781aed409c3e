/** A contact centre of invented people: each with a CRM record, a mailbox, a telephone, a chat account, now and then shared. */
import { type Contact, Handle, Key, Ref } from "@interchannel/domain"
import { Features } from "@interchannel/identity"

const syllables = ["ba", "den", "fi", "gor", "ha", "ju", "kel", "lo", "mir", "na", "os", "pe", "ri", "sa", "tu", "wen"]
/** Of one in so many, the telephone is the household's. */
const SHARED_EVERY = 12

/** A few hundred first names, tens of thousands of family names. */
const word = (seed: number, length: number): string => {
  let text = ""
  for (let at = 0; at < length; at++) text += syllables[(seed >>> (at * 4)) & 15]
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Mixes bits, so that neighbours are no namesakes. */
const mixed = (index: number): number => {
  const once = Math.imul(index ^ (index >>> 15), 0x2c1b3c6d)
  return (once ^ (once >>> 12)) >>> 0
}

const systems = ["crm", "mail", "phone", "chat"] as const

const contactOf = (person: number, system: (typeof systems)[number]): Contact => {
  const [given, family] = [word(mixed(person), 2), word(mixed(person + 7), 4)]
  const mailbox = Handle.email(
    `${given}.${family}.${person % 97}@example.${person % 3 === 0 ? "org" : "com"}`.toLowerCase()
  )!
  const owner = person % SHARED_EVERY === 0 ? person - 1 : person
  const number = Handle.phone(`+49151${String(10_000_000 + Math.max(0, owner)).slice(-8)}`)!
  const handles = { crm: [mailbox, number], mail: [mailbox], phone: [number], chat: [mailbox] }[system]
  const ref = Ref.local("contact", String(person))
  return {
    key: Key.contact(system, ref),
    connection: system,
    ref,
    kind: system === "crm" ? "record" : "address",
    handles,
    version: { at: 0, rank: 0 },
    ...(system === "phone" ? {} : { name: { given, family } })
  }
}

/** So many contacts, one after the other; the same ones each time. */
export function* contactCentre(count: number): Generator<Features.Features> {
  const people = Math.ceil(count / systems.length)
  for (let index = 0; index < count; index++) {
    const system = systems[Math.floor(index / people)]!
    yield Features.make(contactOf(1 + (index % people), system))
  }
}
