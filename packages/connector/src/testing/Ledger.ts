/** What the parts told so far say, in memory. Pure: the same parts give the same records. */
import {
  Assemble,
  type Contact,
  type Interaction,
  Key,
  type LocalRef,
  type Organization,
  type Part,
  Version
} from "@interchannel/domain"

export interface Entry {
  readonly subject: Part.Subject
  /** The key that stays: of the refs that turned out to be one subject, the first one told. */
  readonly key: string
  readonly refs: ReadonlyArray<LocalRef>
  readonly assembled: Assemble.Assembled<Contact | Organization | Interaction>
}

export interface Ledger {
  readonly entries: ReadonlyArray<Entry>
  /** The entry that holds the ref, a former one too. */
  readonly of: (named: Named) => Entry | undefined
}

/** A subject by one of its refs. */
export interface Named {
  readonly subject: Part.Subject
  readonly ref: LocalRef
}

/** `told` in the order of acceptance: of two equal versions the later one counts. */
export const make = (connection: string, told: ReadonlyArray<Part.Part>): Ledger => {
  const keyOf = ({ subject, ref }: Named): string => keyMakers[subject](connection, ref)
  const stays = aliases(told, keyOf)
  const groups = new Map<string, Map<string, Part.Part>>()
  for (const part of told) {
    const key = stays(keyOf(part))
    const parts = groups.get(key) ?? new Map<string, Part.Part>()
    groups.set(key, parts)
    const slot = `${part.ref.kind}\0${part.ref.id}\0${part.part}`
    const current = parts.get(slot)
    if (current === undefined || Version.compare(part.version, current.version) >= 0) parts.set(slot, part)
  }
  const entries = [...groups].map(([key, parts]) => entry(connection, key, [...parts.values()]))
  const byKey = new Map(entries.map((each) => [each.key, each]))
  return { entries, of: (named) => byKey.get(stays(keyOf(named))) }
}

/** The records that are whole, without versions, in an order of their own: equal for ledgers that say the same. */
export const canonical = (ledger: Ledger): ReadonlyArray<string> =>
  ledger.entries
    .flatMap(({ subject, assembled }) => {
      if (assembled._tag !== "Whole") return []
      const { version: _, key: __, ...content } = assembled.record
      return [`${subject} ${content.ref.kind} ${content.ref.id} ${sortedJson(content)}`]
    })
    .sort()

/** JSON with the fields of objects sorted; absent and `undefined` fields are alike. */
export const sortedJson = (data: unknown): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  ) ?? "undefined"

// ---------------------------------------------------------------------------------------------------------------------

const keyMakers = { contact: Key.contact, organization: Key.organization, interaction: Key.interaction }
const assemblers = {
  contact: Assemble.contact,
  organization: Assemble.organization,
  interaction: Assemble.interaction
}

const aliases = (told: ReadonlyArray<Part.Part>, keyOf: (named: Named) => string) => {
  const to = new Map<string, string>()
  const known = new Set<string>()
  const resolve = (key: string): string => {
    let end = key
    for (let next = to.get(end); next !== undefined; next = to.get(end)) end = next
    return end
  }
  for (const { subject, ref, former = [] } of told) {
    const keys = new Set([...former, ref].map((each) => resolve(keyOf({ subject, ref: each }))))
    const first = [...keys].find((key) => known.has(key)) ?? keyOf({ subject, ref })
    known.add(first)
    for (const key of keys) if (key !== resolve(first)) to.set(key, resolve(first))
  }
  return resolve
}

const entry = (connection: string, key: string, parts: ReadonlyArray<Part.Part>): Entry => {
  const { subject } = parts[0]!
  const refs = new Map(
    parts.flatMap(({ ref, former = [] }) => [ref, ...former]).map((ref) => [`${ref.kind}\0${ref.id}`, ref])
  )
  return { subject, key, refs: [...refs.values()], assembled: assemblers[subject]({ key, connection, parts }) }
}
