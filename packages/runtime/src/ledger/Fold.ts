/**
 * What a batch of parts changes in the ledger. Pure: given the parts that were told, the aliases and parts already stored
 * and the records they made, it answers the rows to save and which subjects a reader would now see differently.
 */
import {
  Assemble,
  Key,
  type Contact,
  type Interaction,
  type LocalRef,
  type ConnectionId,
  type Organization,
  type Part,
  Ref,
  Version
} from "@interchannel/domain"
import type { Ledger } from "@interchannel/store"

/** A part with where it came from. */
export interface Told {
  readonly connection: ConnectionId
  readonly part: Part.Part
  readonly inboxId: string
  /** A feed shows it: the vendor has it now. */
  readonly shown?: boolean
}

/** What is stored about the subjects that a batch touches. */
export interface Known {
  readonly resolve: ReadonlyMap<string, string>
  readonly parts: ReadonlyMap<string, ReadonlyArray<Ledger.StoredPart>>
  readonly contacts: ReadonlyMap<string, Ledger.ContactRow>
  readonly organizations: ReadonlyMap<string, Ledger.OrganizationRow>
  readonly interactions: ReadonlyMap<string, Ledger.InteractionRow>
}

export interface Folded {
  readonly changes: Ledger.LedgerChanges
  /** Contacts that their vendor changed since, in nothing that a reader would see. */
  readonly dated: ReadonlyArray<Ledger.ContactRow>
  /** Subjects whose parts do not make a record, and why. */
  readonly incomplete: ReadonlyArray<{ readonly key: string; readonly inboxId: string; readonly detail: string }>
  /** Keys that now lead elsewhere, with where. */
  readonly moved: ReadonlyArray<Ledger.Alias>
}

const derive = { contact: Key.contact, organization: Key.organization, interaction: Key.interaction }

export const keyOf = (connection: ConnectionId, subject: Part.Subject, ref: LocalRef): string =>
  derive[subject](connection, ref)

/** The keys that have to be looked up before `fold`: every ref and former ref. */
export const keysOf = (told: ReadonlyArray<Told>): ReadonlyArray<string> => [
  ...new Set(
    told.flatMap(({ connection, part }) =>
      [part.ref, ...(part.former ?? [])].map((ref) => keyOf(connection, part.subject, ref))
    )
  )
]

export const fold = (told: ReadonlyArray<Told>, known: Known, at: number): Folded => {
  const aliases = new Aliases(known)
  for (const { connection, part } of told) {
    const key = keyOf(connection, part.subject, part.ref)
    const former = (part.former ?? []).map((ref) => keyOf(connection, part.subject, ref))
    if (former.length > 0) aliases.join([...former, key])
    aliases.meet(key)
  }
  const moved = aliases.moved()
  const subjects = gather(told, known, aliases)
  const changes = {
    parts: [] as Array<Ledger.StoredPart>,
    aliases: moved,
    // A record may have been named by what it takes part in before it was told itself.
    rekeyed: moved.filter(({ from }) => known.parts.has(from) || Key.isContact(from)),
    contacts: [] as Array<Ledger.ContactRow>,
    organizations: [] as Array<Ledger.OrganizationRow>,
    interactions: [] as Array<Ledger.InteractionRow>,
    at
  }
  const dated: Array<Ledger.ContactRow> = []
  const incomplete: Array<Folded["incomplete"][number]> = []
  for (const subject of subjects.values()) {
    changes.parts.push(...subject.news)
    if (subject.news.length === 0 && !subject.moved) continue
    const detail = assembleInto({ ...changes, dated }, subject, known, aliases)
    if (detail !== undefined) {
      incomplete.push({ key: subject.key, inboxId: subject.news.at(-1)?.inboxId ?? "", detail })
    }
  }
  return { changes, dated, incomplete, moved }
}

/** The content a reader would see; ids and versions do not count. */
export const contentHash = (record: Contact | Organization | Interaction): string => {
  const { version: _, ...content } = record
  return Key.contentHash(content)
}

// ---------------------------------------------------------------------------------------------------------------------

/**
 * Which key stays. Joined keys keep the one that was known first in the given order: it may already be delivered. One that was
 * met earlier in the same batch is known too, so that it makes no difference where a batch ends.
 */
class Aliases {
  private readonly to = new Map<string, string>()
  private readonly met = new Set<string>()
  private readonly known: Known

  constructor(known: Known) {
    this.known = known
  }

  resolve(key: string): string {
    const start = this.known.resolve.get(key) ?? key
    let end = start
    for (let next = this.to.get(end); next !== undefined; next = this.to.get(end)) end = next
    return end
  }

  meet(key: string): void {
    this.met.add(this.resolve(key))
  }

  join(keys: ReadonlyArray<string>): void {
    const ends = [...new Set(keys.map((key) => this.resolve(key)))]
    const stays = ends.find((key) => this.known.parts.has(key) || this.met.has(key)) ?? ends[0]!
    for (const from of ends) {
      if (from === stays) continue
      this.to.set(from, stays)
    }
  }

  /** Each key that leads elsewhere by this batch, with the end of its way. */
  moved(): ReadonlyArray<Ledger.Alias> {
    return [...this.to.keys()].map((from) => ({ from, to: this.resolve(from) }))
  }
}

interface Gathered {
  readonly key: string
  readonly connection: ConnectionId
  readonly subject: Part.Subject
  /** By (ref, part): the parts that count. */
  readonly parts: Map<string, Ledger.StoredPart>
  readonly news: Array<Ledger.StoredPart>
  moved: boolean
}

const gather = (told: ReadonlyArray<Told>, known: Known, aliases: Aliases): ReadonlyMap<string, Gathered> => {
  const subjects = new Map<string, Gathered>()
  const open = (key: string, connection: ConnectionId, subject: Part.Subject): Gathered => {
    const existing = subjects.get(key)
    if (existing !== undefined) return existing
    const stored = known.parts.get(key) ?? []
    const parts = new Map(stored.map((part) => [slot(part.part), part]))
    const opened: Gathered = { key, connection, subject, parts, news: [], moved: false }
    subjects.set(key, opened)
    return opened
  }
  for (const { from } of aliases.moved()) {
    const parts = known.parts.get(from)
    const first = parts?.[0]
    if (parts === undefined || first === undefined) continue
    const gathered = open(aliases.resolve(from), first.connection, first.part.subject)
    gathered.moved = true
    for (const part of parts) gathered.parts.set(slot(part.part), { ...part, key: gathered.key })
  }
  for (const { connection, part, inboxId, shown } of told) {
    const key = aliases.resolve(keyOf(connection, part.subject, part.ref))
    const gathered = open(key, connection, part.subject)
    const next: Ledger.StoredPart = { key, connection, part, inboxId }
    for (const one of [...(shown === true ? backAgain(gathered, next) : []), next]) {
      const current = gathered.parts.get(slot(one.part))
      if (current !== undefined && !replaces(one, current)) continue
      gathered.parts.set(slot(one.part), one)
      const stale = gathered.news.findIndex((other) => slot(other.part) === slot(one.part))
      if (stale >= 0) gathered.news.splice(stale, 1)
      gathered.news.push(one)
    }
  }
  return subjects
}

/** What a complete reading missed and a later one shows: the tombstones of the absence give way. */
const backAgain = ({ parts }: Gathered, { part, inboxId }: Ledger.StoredPart): ReadonlyArray<Ledger.StoredPart> =>
  part.deleted === true
    ? []
    : [...parts.values()].flatMap((stone) => {
        const { deleted: _, absent, ...rest } = stone.part
        const gives = absent === true && stone.inboxId < inboxId && Ref.same(rest.ref, part.ref)
        // Of the same kind as what came back, so that it says nothing of its own.
        const kind = part.subject === "contact" && part.kind !== undefined ? { kind: part.kind } : {}
        return gives ? [{ ...stone, part: { ...rest, ...kind } as Part.Part, inboxId }] : []
      })

const slot = (part: Part.Part): string => `${part.ref.kind}\0${part.ref.id}\0${part.part}`

/** Newer wins; of equal versions the one accepted later, or the same row read by other code, unless it says the same. */
const replaces = (next: Ledger.StoredPart, current: Ledger.StoredPart): boolean => {
  const order = Version.compare(next.part.version, current.part.version)
  if (order !== 0) return order > 0
  return next.inboxId >= current.inboxId && Key.contentHash(next.part) !== Key.contentHash(current.part)
}

type Rows = {
  readonly contacts: Array<Ledger.ContactRow>
  readonly dated: Array<Ledger.ContactRow>
  readonly organizations: Array<Ledger.OrganizationRow>
  readonly interactions: Array<Ledger.InteractionRow>
  readonly at: number
}

/** Adds the subject's row when it differs from the known one; answers why there is no record yet. */
const assembleInto = (rows: Rows, subject: Gathered, known: Known, aliases: Aliases): string | undefined => {
  const of = {
    key: subject.key,
    connection: subject.connection,
    parts: [...subject.parts.values()].map(({ part }) => part)
  }
  switch (subject.subject) {
    case "contact": {
      const result = settle(Assemble.contact(of), known.contacts.get(subject.key), (row) => row.contact)
      if (result._tag === "Incomplete") return result.detail
      if (result._tag === "Changed")
        rows.contacts.push({ contact: result.record, hash: result.hash, deleted: result.deleted })
      if (result._tag === "Dated") rows.dated.push({ contact: result.record, hash: result.hash, deleted: false })
      return undefined
    }
    case "organization": {
      const before = known.organizations.get(subject.key)
      const result = settle(Assemble.organization(of), before, (row) => row.organization)
      if (result._tag === "Incomplete") return result.detail
      if (result._tag === "Changed") {
        rows.organizations.push({ organization: result.record, hash: result.hash, deleted: result.deleted })
      }
      return undefined
    }
    case "interaction": {
      const before = known.interactions.get(subject.key)
      const result = settle(Assemble.interaction(of), before, (row) => row.interaction)
      if (result._tag === "Incomplete") return result.detail
      if (result._tag === "Changed") rows.interactions.push(interactionRow(result, before, aliases, rows.at))
      return undefined
    }
  }
}

type Settled<A> =
  | { readonly _tag: "Same" }
  | { readonly _tag: "Dated"; readonly record: A; readonly hash: string }
  | { readonly _tag: "Changed"; readonly record: A; readonly hash: string; readonly deleted: boolean }
  | { readonly _tag: "Incomplete"; readonly detail: string }

/**
 * A deleted subject keeps its last content, so that what was written about it can still be found and taken back; also one
 * that was told and deleted in one batch, so that it makes no difference where a batch ends.
 */
const settle = <
  A extends Contact | Organization | Interaction,
  Row extends { readonly hash: string; readonly deleted: boolean }
>(
  assembled: Assemble.Assembled<A>,
  before: Row | undefined,
  recordOf: (row: Row) => A
): Settled<A> => {
  switch (assembled._tag) {
    case "Incomplete":
      return { _tag: "Incomplete", detail: assembled.detail }
    case "Deleted": {
      const last = before === undefined ? assembled.last : recordOf(before)
      return last === undefined || before?.deleted === true
        ? { _tag: "Same" }
        : { _tag: "Changed", record: last, hash: before?.hash ?? contentHash(last), deleted: true }
    }
    case "Whole": {
      const hash = contentHash(assembled.record)
      const { record } = assembled
      if (before === undefined || before.hash !== hash || before.deleted) {
        return { _tag: "Changed", record, hash, deleted: false }
      }
      return Version.compare(record.version, recordOf(before).version) > 0
        ? { _tag: "Dated", record, hash }
        : { _tag: "Same" }
    }
  }
}

const interactionRow = (
  changed: { readonly record: Interaction; readonly hash: string; readonly deleted: boolean },
  before: Ledger.InteractionRow | undefined,
  aliases: Aliases,
  at: number
): Ledger.InteractionRow => {
  const { record } = changed
  const contacts = record.participants.flatMap((participant) =>
    participant.contact === undefined ? [] : [aliases.resolve(Key.contact(record.connection, participant.contact))]
  )
  return {
    interaction: record,
    hash: changed.hash,
    contacts: [...new Set(contacts)],
    ...(record.conversation === undefined
      ? {}
      : { conversation: Key.conversation(record.connection, record.conversation) }),
    deleted: changed.deleted,
    firstSeenAt: before?.firstSeenAt ?? at
  }
}
