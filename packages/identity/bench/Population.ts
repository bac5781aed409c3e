/**
 * People as a contact centre meets them, with the truth about who is who: a CRM, a helpdesk, calls, chats, mail and a web
 * shop; households with one landline, switchboards, role mailboxes, recycled numbers, withheld callers, slips,
 * nicknames, names in other alphabets, chat users without a number, people who change jobs. The same seed, the same
 * people. Values are invented: hosts under example.com and example.org, no number that was handed out on purpose.
 */
import { type Contact, Handle, Key } from "@interchannel/domain"
import * as Nickname from "../src/evidence/nickname.ts"
import * as Romanize from "../src/features/romanize.ts"
import * as Names from "./names.ts"
import * as Random from "./Random.ts"

export interface Labelled {
  readonly contact: Contact
  /** The person behind it; never given to resolution. */
  readonly entity: string
}

/** About this many contacts, in the order in which they arrive. */
export const make = (seed: number, contacts: number): ReadonlyArray<Labelled> => {
  const random = Random.make(seed)
  const labelled: Array<Labelled & { readonly mobile: string }> = []
  const past: Array<Person> = []
  const owners = new Map<string, Array<string>>()
  for (let household = 0; labelled.length < contacts; household++) {
    for (const person of householdOf(random, household, past)) {
      past.push(person)
      owners.set(person.mobile, [...(owners.get(person.mobile) ?? []), person.id])
      labelled.push(...contactsOf(random, person).map((each) => ({ ...each, mobile: person.mobile })))
    }
    if (past.length > REMEMBERED_MAX) past.splice(0, REMEMBERED_MAX / 2)
  }
  const dated = labelled.slice(0, contacts).map(({ contact, entity, mobile }, index): Labelled => {
    const later = owners.get(mobile)!.length - 1 - owners.get(mobile)!.indexOf(entity)
    const at = TODAY - later * OWNED_DAYS * DAY_MS - (index % RECENT_DAYS) * DAY_MS
    return { contact: { ...contact, version: { at, rank: 0 } }, entity }
  })
  return Random.shuffle(random, dated)
}

// ---------------------------------------------------------------------------------------------------------

/** People whose numbers may be given to somebody else. */
const REMEMBERED_MAX = 2_000

const DAY_MS = 24 * 60 * 60 * 1000
const TODAY = Date.UTC(2026, 0, 1)
/** Everybody was heard of this lately, but for those whose number has gone to somebody else. */
const RECENT_DAYS = 90
/** How long each owner of a number has had it. */
const OWNED_DAYS = 3 * 365

interface Person {
  readonly id: string
  readonly given: Names.Given
  readonly family: Names.Family
  readonly birth: string
  readonly street: string
  readonly city: string
  readonly postal: string
  readonly mobile: string
  readonly landline: string | undefined
  readonly email: string
  readonly work: { readonly email: string; readonly company: string; readonly switchboard: string } | undefined
  readonly oldWork: string | undefined
}

const householdOf = (random: Random.Random, household: number, past: ReadonlyArray<Person>): ReadonlyArray<Person> => {
  const size = Random.chance(random, 0.6) ? 1 : 2 + Random.below(random, 3)
  const family = familyOf(random)
  const home = {
    family,
    street: `${1 + Random.below(random, 180)} ${Random.pick(random, Names.streets)} Street`,
    city: Random.pick(random, Names.cities),
    postal: String(10_000 + Random.below(random, 60_000)),
    landline: Random.chance(random, 0.4) ? number(1, household) : undefined
  }
  const shared = Random.chance(random, 0.15) ? `${slug(family.name)}.family${household}@example.com` : undefined
  const people: Array<Person> = []
  for (let index = 0; index < size; index++) {
    const given = givenOf(random)
    // Families call their children by different names.
    if (people.some((person) => sameName(person.given, given))) continue
    people.push(personOf(random, household * 8 + index, given, home, shared, past))
  }
  return people
}

const sameName = (a: Names.Given, b: Names.Given): boolean => {
  const [one, other] = [Romanize.words(a.name).join(""), Romanize.words(b.name).join("")]
  return one === other || Nickname.related(one, other)
}

/** Common names come first in the list, and more often. */
const givenOf = (random: Random.Random): Names.Given => Names.givens[Math.floor(random() ** 1.7 * Names.givens.length)]!

type Home = Pick<Person, "family" | "street" | "city" | "postal" | "landline">

const personOf = (
  random: Random.Random,
  serial: number,
  given: Names.Given,
  home: Home,
  shared: string | undefined,
  past: ReadonlyArray<Person>
): Person => {
  const married = Random.chance(random, 0.15) ? familyOf(random) : home.family
  const local = `${slug(given.name)}.${slug(married.name)}${serial}`
  const recycled = past.length > 200 && Random.chance(random, 0.02)
  const company = `company${Random.below(random, 1 + Math.floor(serial / 40))}`
  const employed = Random.chance(random, 0.5)
  return {
    ...home,
    id: `person-${serial}`,
    given,
    family: married,
    birth: `${1940 + Random.below(random, 65)}-${two(1 + Random.below(random, 12))}-${two(1 + Random.below(random, 28))}`,
    mobile: recycled ? Random.pick(random, past).mobile : number(2, serial),
    email: shared !== undefined && Random.chance(random, 0.5) ? shared : `${local}@example.com`,
    work: employed
      ? { email: `${local}@${company}.example.org`, company, switchboard: number(3, Number(company.slice(7))) }
      : undefined,
    oldWork: Random.chance(random, 0.1) ? `${local}@before${serial % 97}.example.org` : undefined
  }
}

const familyOf = (random: Random.Random): Names.Family =>
  Random.chance(random, 0.35)
    ? Random.pick(random, Names.families)
    : { name: Random.pick(random, Names.pieces.first) + Random.pick(random, Names.pieces.last) }

const contactsOf = (random: Random.Random, person: Person): ReadonlyArray<Labelled> =>
  systems.flatMap(({ share, make }) => {
    if (!Random.chance(random, share)) return []
    const contact = make(random, person)
    return contact === undefined ? [] : [{ contact, entity: person.id }]
  })

type Said = Partial<Pick<Contact, "name" | "organizationName" | "birthDate" | "addresses">>
type Make = (random: Random.Random, person: Person) => Contact | undefined

const made = (
  connection: string,
  kind: Contact["kind"],
  person: Person,
  handles: ReadonlyArray<Handle.Handle | undefined>,
  said: Said
): Contact => {
  const ref = { kind: "person", id: `${connection}-${person.id}` }
  const present = handles.filter((handle) => handle !== undefined)
  return {
    key: Key.contact(connection, ref),
    connection,
    ref,
    kind,
    handles: present,
    version: { at: 0, rank: 0 },
    ...said
  }
}

const crm: Make = (random, person) =>
  made(
    "crm",
    "record",
    person,
    [
      Random.chance(random, 0.85) ? Handle.email(slipped(random, workOr(random, person), 0.01)) : undefined,
      Random.chance(random, 0.8) ? Handle.phone(person.mobile) : undefined,
      person.landline !== undefined && Random.chance(random, 0.5) ? Handle.phone(person.landline) : undefined,
      person.work !== undefined && Random.chance(random, 0.2) ? Handle.phone(person.work.switchboard) : undefined
    ],
    {
      name: { given: written(random, person.given, 0.1), family: slipped(random, person.family.name, 0.03) },
      ...(person.work === undefined ? {} : { organizationName: person.work.company }),
      ...(Random.chance(random, 0.4) ? { addresses: [addressOf(person)] } : {}),
      ...(Random.chance(random, 0.25) ? { birthDate: person.birth } : {})
    }
  )

const shop: Make = (random, person) =>
  made(
    "shop",
    "record",
    person,
    [Handle.email(person.email), Random.chance(random, 0.5) ? Handle.phone(person.mobile) : undefined],
    {
      name: { given: written(random, person.given, 0.15), family: slipped(random, person.family.name, 0.04) },
      addresses: [addressOf(person)]
    }
  )

const helpdesk: Make = (random, person) => {
  const role = person.work !== undefined && Random.chance(random, 0.06)
  const address = role ? `info@${person.work.company}.example.org` : (person.oldWork ?? workOr(random, person))
  return made(
    "helpdesk",
    "record",
    person,
    [Handle.email(address), person.oldWork === undefined ? undefined : Handle.phone(person.mobile)],
    {
      name: { full: `${written(random, person.given, 0.2)} ${slipped(random, person.family.name, 0.04)}` }
    }
  )
}

const mail: Make = (random, person) =>
  made(
    "mail",
    "address",
    person,
    [Handle.email(Random.chance(random, 0.6) ? person.email : workOr(random, person))],
    Random.chance(random, 0.8) ? { name: { full: `${written(random, person.given, 0.2)} ${person.family.name}` } } : {}
  )

const call: Make = (random, person) => {
  if (Random.chance(random, 0.07)) return made("phone", "address", person, [], {})
  const from =
    person.landline !== undefined && Random.chance(random, 0.25)
      ? person.landline
      : person.work !== undefined && Random.chance(random, 0.12)
        ? person.work.switchboard
        : person.mobile
  const name = Random.chance(random, 0.25)
    ? { name: { full: `${person.given.name} ${person.family.name}`.toUpperCase() } }
    : {}
  return made("phone", "address", person, [Handle.phone(from)], name)
}

const whatsapp: Make = (random, person) => {
  const native = Random.chance(random, 0.3) && person.given.native !== undefined
  const shown = native ? person.given.native : written(random, person.given, 0.35)
  const full = Random.chance(random, 0.5)
    ? shown
    : native && person.family.native !== undefined
      ? nativeName(person)
      : `${shown} ${person.family.name}`
  const phone = Random.chance(random, 0.85) ? Handle.phone(person.mobile) : undefined
  const name = full === undefined ? {} : { name: { full } }
  return made("whatsapp", "address", person, [phone, Handle.vendorUser("whatsapp", `U${person.id}`)], name)
}

const web: Make = (random, person) =>
  made(
    "web",
    "address",
    person,
    [
      { kind: "cookie", value: `web:${person.id}` },
      Random.chance(random, 0.6) ? Handle.email(slipped(random, person.email, 0.03)) : undefined
    ],
    Random.chance(random, 0.5) ? { name: { full: written(random, person.given, 0.3) } } : {}
  )

const systems: ReadonlyArray<{ readonly share: number; readonly make: Make }> = [
  { share: 0.7, make: crm },
  { share: 0.45, make: shop },
  { share: 0.4, make: helpdesk },
  { share: 0.5, make: mail },
  { share: 0.65, make: call },
  { share: 0.35, make: whatsapp },
  { share: 0.25, make: web }
]

const addressOf = (person: Person) => ({ street: person.street, city: person.city, postalCode: person.postal })

const nativeName = ({ given, family }: Person): string =>
  /\p{Script=Han}/u.test(family.native ?? "") ? `${family.native}${given.native}` : `${given.native} ${family.native}`

const workOr = (random: Random.Random, person: Person): string =>
  person.work !== undefined && Random.chance(random, 0.5) ? person.work.email : person.email

/** The name as somebody writes it: sometimes a short form, sometimes with a slip, sometimes an initial. */
const written = (random: Random.Random, given: Names.Given, short: number): string => {
  if (given.forms.length > 0 && Random.chance(random, short)) return Random.pick(random, given.forms)
  return Random.chance(random, 0.02) ? `${given.name.charAt(0)}.` : slipped(random, given.name, 0.02)
}

/** With this chance two neighbouring letters swapped, or one lost. Never in a host. */
const slipped = (random: Random.Random, text: string, share: number): string => {
  const end = text.includes("@") ? text.indexOf("@") : text.length
  if (!Random.chance(random, share) || end < 4) return text
  const at = 1 + Random.below(random, end - 2)
  const swapped = text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
  return Random.chance(random, 0.5) && at + 1 < end ? swapped : text.slice(0, at) + text.slice(at + 1)
}

const two = (value: number): string => String(value).padStart(2, "0")

const slug = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/ł/g, "l")
    .replace(/[^a-z]/g, "") || "name"

/** German ranges for landlines (1), American ones for mobiles (2) and switchboards (3): seven digits of the serial. */
const number = (range: 1 | 2 | 3, serial: number): string => {
  const digits = String(serial)
  if (range === 1) return `+4930${digits.padStart(8, "2")}`
  return `+1${range === 2 ? "202" : "312"}${2 + (Math.floor(serial / 1_000_000) % 8)}${digits.slice(-6).padStart(6, "0")}`
}
