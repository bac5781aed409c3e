/** What a connector is given to write timeline entries, rendered from the ledger as it is at the moment of writing. */
import type { Timeline } from "@interchannel/connector"
import { type Interaction, Key, type LocalRef } from "@interchannel/domain"
import { Ledger, type Persons, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as ConversationEntry from "./ConversationEntry.ts"
import * as Desire from "./Desire.ts"
import * as EntryLink from "./EntryLink.ts"
import * as EntryPolicy from "./EntryPolicy.ts"
import type { One, Options } from "../writing/Inputs.ts"
import * as People from "../people/People.ts"
import * as Render from "./Render.ts"

export const prepare = (
  batch: ReadonlyArray<Projections.Projection>,
  id: string,
  options: Options
): Effect.Effect<ReadonlyArray<One>, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const destination = options.destinations.find(({ installed }) => installed.id === id)
    if (batch.length === 0 || destination === undefined) return []
    const told = yield* toldBy(batch, destination, options)
    const people = yield* People.load(
      [...told.values()].flatMap(({ interactions }) => interactions),
      options.own
    )
    const refsOf = yield* refs(batch, id)
    const reader = { own: options.own, contactOf: people.contactOf, titleOf: options.titleOf }
    const policy = destination.policy.entries
    const form = EntryPolicy.formOf(policy)
    return batch.map((projection): One => {
      const { interactions, hash } = told.get(projection.key) ?? nothingTold
      if (interactions.length === 0 || hash === undefined) return untold(projection)
      const records = refsOf(projection.records)
      if (records.length === 0) return aside(projection, "none of its records is in the ledger")
      const leave = refsOf(Projections.placesOf(projection)).filter((ref) => !records.some((stays) => same(stays, ref)))
      const owner = ownerOf(interactions, people, destination)
      return {
        projection,
        sent: { desired: hash, records: projection.records, form },
        input: {
          key: projection.key,
          ...(projection.ref === undefined ? {} : { existing: projection.ref }),
          entry: withPage(
            Key.isConversation(projection.subject)
              ? Render.conversation(interactions, reader, policy)
              : Render.entry(interactions[0]!, reader, policy),
            options.pageOf?.(projection.key)
          ),
          records,
          leave,
          ...(owner === undefined ? {} : { owner })
        }
      }
    })
  })

/** The subject is there no more: nothing is written from a half view. */
export const aside = (projection: Projections.Projection, why: string) => ({
  outcome: {
    _tag: "Quarantined" as const,
    key: projection.key,
    why,
    remedy: "`interchannel explain` the source record; `interchannel quarantine replay` when it is there again",
    reason: "Missing"
  }
})

// ---------------------------------------------------------------------------------------------------------------------

interface Told {
  readonly interactions: ReadonlyArray<Interaction>
  readonly hash?: string
}
const nothingTold: Told = { interactions: [] }

/** What each entry shows, by the projection's key. */
const toldBy = (batch: ReadonlyArray<Projections.Projection>, destination: Desire.Destination, options: Options) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const single = batch.filter(({ subject }) => !Key.isConversation(subject))
    const subjects = yield* ledger.resolve(single.map(({ subject }) => subject))
    const rows = yield* ledger.interactions([...new Set(subjects.values())])
    const told = new Map<string, Told>()
    for (const { key, subject } of single) {
      const row = rows.get(subjects.get(subject) ?? subject)
      if (row !== undefined) told.set(key, { interactions: [row.interaction], hash: row.hash })
    }
    for (const { key, subject } of batch) {
      if (!Key.isConversation(subject)) continue
      told.set(key, yield* ConversationEntry.gather(subject, destination, options))
    }
    return told
  })

/**
 * What was never begun needs no write when nothing is there to tell: it was planned of somebody who was erased at that very
 * moment, or of a conversation of which nothing is wanted any more. Whatever else is missing is looked at by a person.
 */
const untold = (projection: Projections.Projection): One => {
  const { subject, attempt, delivered, dueAt } = projection
  const isUntouched = Key.isConversation(subject) || delivered === undefined
  return isUntouched && attempt === undefined
    ? { nothing: Desire.left(projection, dueAt) }
    : aside(projection, "what it tells is not in the ledger")
}

/** Addresses in the destination of the contacts and companies that rows name. */
const refs = (batch: ReadonlyArray<Projections.Projection>, destination: string) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const wanted = [
      ...new Set(batch.flatMap((projection) => [...projection.records, ...Projections.placesOf(projection)]))
    ]
    const resolved = yield* ledger.resolve(wanted)
    const keys = [...new Set(resolved.values())]
    const contacts = yield* ledger.contacts(keys.filter(Key.isContact))
    const organizations = yield* ledger.organizations(keys.filter(Key.isOrganization))
    const find = (key: string) => contacts.get(key)?.contact ?? organizations.get(key)?.organization
    return (names: ReadonlyArray<string>): ReadonlyArray<LocalRef> => {
      const found = names.flatMap((key) => {
        const record = find(resolved.get(key) ?? key)
        return record === undefined || record.connection !== destination ? [] : [record.ref]
      })
      return found.filter((ref, index) => found.findIndex((other) => same(other, ref)) === index)
    }
  })

const withPage = (entry: Timeline.Entry, url: string | undefined): Timeline.Entry =>
  url === undefined ? entry : { ...entry, links: [...entry.links, { label: EntryLink.LABEL, url }] }

const same = (a: LocalRef, b: LocalRef): boolean => a.kind === b.kind && a.id === b.id

/** The user, in the destination, of the agent who last took part. */
const ownerOf = (
  interactions: ReadonlyArray<Interaction>,
  people: People.People,
  { installed }: Desire.Destination
): LocalRef | undefined => {
  const kind = installed.connector.actions.find(({ verb }) => verb === "AppendTimeline")?.ownerKind
  if (kind === undefined) return undefined
  const agents = interactions.toReversed().flatMap((interaction) => people.agentsOf(interaction))
  return agents
    .flatMap(({ contacts }) => contacts)
    .find(({ connection, ref }) => connection === installed.id && ref.kind === kind)?.ref
}
