/** One piece of what the ledger knows of somebody: removed, with its entries taken back and its names turned away. */
import { type Interaction, Key, Own } from "@interchannel/domain"
import {
  Database,
  Dirty,
  Erasures,
  type Leases,
  Ledger,
  Persons,
  Projections,
  type StoreError
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Desire from "../entries/Desire.ts"
import * as FieldSubject from "../fields/FieldSubject.ts"
import { canRemove, type Installation } from "../configuration/Installation.ts"
import * as Subject from "../writing/Subject.ts"
import * as Bystanders from "./Bystanders.ts"
import * as Names from "./Names.ts"

export type Services =
  | Database.Database
  | Dirty.Dirty
  | Erasures.Erasures
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections

/** Interactions of one write, besides those of their conversations. */
export const STEP_MAX = 100
/** What our own people said to them goes too; of one conversation so much at once. */
const CONVERSATION_MAX = 500

/** `wait`: nothing can be forgotten before something that is under way has ended. */
export type Outcome = "more" | "wait"

export const step = (
  erasure: Erasures.Erasure,
  installation: Installation,
  lease: Leases.Lease
): Effect.Effect<Outcome, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const contacts = yield* (yield* Erasures.Erasures).contacts(erasure.id)
    const keys = yield* ledger.interactionKeysOfContacts(contacts, { after: "", limit: STEP_MAX })
    if (keys.length > 0) return yield* interactions(erasure, keys, new Set(contacts), installation, lease)
    return yield* people(erasure, contacts, installation, lease)
  })

/** These, at most `STEP_MAX`, with what was answered in the same conversations, where nobody but `contacts` was a customer in them. */
export const interactions = (
  erasure: Erasures.Erasure,
  keys: ReadonlyArray<string>,
  contacts: ReadonlySet<string>,
  installation: Installation,
  lease: Leases.Lease
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const erasures = yield* Erasures.Erasures
    const projections = yield* Projections.Projections
    const dirty = yield* Dirty.Dirty
    const now = yield* Clock.currentTimeMillis
    const rows = [...(yield* ledger.interactions(keys)).values()]
    const conversations = [...new Set(rows.flatMap(({ conversation }) => conversation ?? []))]
    const looked = yield* Effect.forEach(conversations, (key) => conversationOf(key, contacts, installation.own))
    const whole = looked.filter(({ others }) => !others)
    const doomed = [...new Set([...keys, ...whole.flatMap(({ keys: all }) => all)])]
    const shared = looked.filter(({ others }) => others)
    const forgetting = Effect.gen(function* () {
      const subjects = [...doomed, ...whole.map(({ key }) => key)]
      const written = yield* projections.ofSubjects(subjects)
      // What an attempt of unknown outcome left is found by what it told, which stays until that is taken out.
      const unseen = begun(written, installation).filter(
        (row) => row.ref === undefined && (row.state === "due" || isToBeLookedUp(row))
      )
      yield* projections.desire(unseen.map((row) => Desire.nothing(row, now)))
      const kept = new Set(unseen.map(({ subject }) => subject))
      for (const { key, keys: all } of whole) if (kept.has(key)) for (const one of all) kept.add(one)
      // Where a card stands is told also by what was deleted beside it.
      for (const { interaction, conversation } of rows) {
        if (conversation !== undefined && kept.has(conversation)) kept.add(interaction.key)
      }
      const gone = doomed.filter((key) => !kept.has(key))
      if (gone.length === 0) return "wait" as const
      const parts = [...(yield* ledger.parts(gone)).values()].flat()
      const names = parts.flatMap(({ connection, part }) => Names.ofSubject(connection, part))
      yield* erasures.turnAway(erasure.id, "interaction", names)
      yield* erasures.forget(gone)
      yield* takeBack(
        erasure.id,
        written.filter(({ subject }) => !kept.has(subject)),
        installation,
        now
      )
      yield* dirty.mark(shared.map(({ key }) => ({ kind: "conversation" as const, key, dueAt: now, lane: 1 as const })))
      yield* erasures.save({ ...erasure, interactions: erasure.interactions + gone.length })
      return "more" as const
    })
    return yield* inOneWrite(lease, forgetting)
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Attempts of unknown outcome, where somebody will find it out. */
const begun = (rows: ReadonlyArray<Projections.Projection>, { connections }: Installation) =>
  rows.filter(
    ({ attempt, destination }) => attempt !== undefined && connections.get(destination)?.destination !== undefined
  )

/** It rested, or was refused, as something was wanted of it: that nothing is wanted any more makes it due. */
const isToBeLookedUp = ({ state, desired }: Projections.Projection): boolean =>
  state === "waiting" || state === "dropped" || (state === "quarantined" && desired !== undefined)

/** `others`: customers who are not erased take part, so only what the erased said goes. */
const conversationOf = (key: string, contacts: ReadonlySet<string>, own: Own.Own) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = yield* ledger.interactionsOfConversation(key, CONVERSATION_MAX)
    const mentioned = rows.flatMap(({ interaction }) =>
      interaction.participants.flatMap((one) => keyOf(interaction, one))
    )
    const resolved = yield* ledger.resolve([...new Set(mentioned)])
    const known = yield* ledger.contacts([...new Set(resolved.values())])
    const others = rows.some(({ interaction }) =>
      Own.customersOf(own, interaction, (ref) => {
        const contact = Key.contact(interaction.connection, ref)
        return known.get(resolved.get(contact) ?? contact)?.contact
      }).some((customer) => keyOf(interaction, customer).some((one) => !contacts.has(resolved.get(one) ?? one)))
    )
    return { key, others, keys: rows.map(({ interaction }) => interaction.key) }
  })

const keyOf = (interaction: Interaction, { contact }: Interaction["participants"][number]): ReadonlyArray<string> =>
  contact === undefined ? [] : [Key.contact(interaction.connection, contact)]

/** Of what was written nothing should stand there, also where a person's hand held it. */
const takeBack = (
  erasure: string,
  rows: ReadonlyArray<Projections.Projection>,
  installation: Installation,
  now: number
) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const erasures = yield* Erasures.Erasures
    const stands = rows.filter(({ delivered, attempt }) => delivered !== undefined || attempt !== undefined)
    const removable = stands.filter((row) => canRemove(installation, row))
    const receipts = stands.map((row): Erasures.Receipt => {
      const { destination, key, ref, url } = row
      const canGo = removable.includes(row)
      return {
        connection: destination,
        kind: "entry",
        ref: ref ?? { kind: "unknown", id: key },
        projection: key,
        state: canGo ? "due" : "by hand",
        at: now,
        ...(url === undefined ? {} : { url }),
        ...(canGo ? {} : { why: "this system offers no way to take it out" })
      }
    })
    yield* erasures.addReceipts(erasure, receipts)
    yield* projections.desire(removable.map((row) => Desire.nothing(row, now)))
    yield* projections.release(
      removable.filter(({ state }) => state === "held").map(({ key }) => key),
      now
    )
    yield* erasures.forgetProjections(rows.filter((row) => !removable.includes(row)).map(({ key }) => key))
  })

/** Their records at the vendors are the vendors': a person deletes them there. */
const people = (
  erasure: Erasures.Erasure,
  keys: ReadonlyArray<string>,
  installation: Installation,
  lease: Leases.Lease
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const erasures = yield* Erasures.Erasures
    const persons = yield* Persons.Persons
    const projections = yield* Projections.Projections
    const dirty = yield* Dirty.Dirty
    const at = yield* Clock.currentTimeMillis
    const contacts = [...(yield* ledger.contacts(keys)).values()]
    const placed = [...(yield* persons.members(keys)).values()].flatMap(({ person }) => person ?? [])
    const groups = yield* persons.membersOf([...new Set(placed)])
    // A person of whom other contacts stay goes on, and so does what was written about them.
    const ended = [...groups].filter(([, members]) => members.every(({ contact }) => keys.includes(contact)))
    const subjects = [...keys, ...ended.map(([person]) => person)]
    const forgetting = Effect.gen(function* () {
      const written = yield* projections.ofSubjects(subjects)
      if (begun(written, installation).some(({ state }) => state === "due")) return "wait" as const
      const bystanders = yield* Bystanders.on(keys)
      if (yield* Bystanders.takeOff(bystanders, keys, installation, at)) return "wait" as const
      yield* erasures.addReceipts(erasure.id, [...created(written, at), ...leftAtVendors(contacts, at)])
      // What is known of a record's fields is kept under such a key, whether or not one was ever written.
      const fields = contacts.map(({ contact }) => FieldSubject.keyOf(contact.connection, contact.key))
      yield* erasures.forgetProjections([...written.map(({ key }) => key), ...fields])
      yield* erasures.forget(keys)
      // Who they were is the Resolver's: it forgets contacts that are in the ledger no more.
      yield* dirty.mark(keys.map((key) => ({ kind: "contact" as const, key, dueAt: at, lane: 0 as const })))
      yield* dirty.mark(yield* Subject.marksOf(bystanders, at))
      yield* erasures.save({ ...erasure, phase: "raw", place: "" })
      return "more" as const
    })
    return yield* inOneWrite(lease, forgetting)
  })

const left = { kind: "record", state: "by hand" } as const

/** Records that we made: the vendor's own now, and perhaps not read back yet. */
const created = (written: ReadonlyArray<Projections.Projection>, at: number): ReadonlyArray<Erasures.Receipt> =>
  written.flatMap(({ verb, destination, ref, url }) => {
    if (verb !== "UpsertContact" || ref === undefined) return []
    const why = "a record that was made for them; delete it there"
    return [{ ...left, connection: destination, ref, at, why, ...(url === undefined ? {} : { url }) }]
  })

/** A record is named; who has none there is known by their messages alone. */
const leftAtVendors = (contacts: ReadonlyArray<Ledger.ContactRow>, at: number): ReadonlyArray<Erasures.Receipt> => {
  const live = contacts.filter(({ deleted }) => !deleted).map(({ contact }) => contact)
  const records = live.flatMap(({ kind, connection, ref, url }) => {
    if (kind !== "record") return []
    const why = "the system's own record; delete it there"
    return [{ ...left, connection, ref, at, why, ...(url === undefined ? {} : { url }) }]
  })
  const messages = [...new Set(live.map(({ kind, connection }) => (kind === "record" ? undefined : connection)))]
  return [
    ...records,
    ...messages.flatMap((connection) => {
      const why = "what they wrote stands in this system; delete it there"
      return connection === undefined ? [] : [{ ...left, connection, ref: { kind: "messages", id: "all" }, at, why }]
    })
  ]
}

const inOneWrite = <A, R>(lease: Leases.Lease, writes: Effect.Effect<A, StoreError, R>) =>
  Effect.flatMap(Database.Database, ({ write }) => write(writes, { lease }))
