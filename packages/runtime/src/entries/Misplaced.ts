/**
 * "Wrong person? Not here?": what a person who looks at an entry is shown of it, their word that it is not of this one, and
 * that those who were taken for one are two.
 */
import { Contacts } from "@interchannel/domain"
import { Database, Dirty, Ledger, Persons, Placements, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Identities from "../people/Identities.ts"
import * as Subject from "../writing/Subject.ts"
import * as EntryTitle from "./EntryTitle.ts"

export type Services =
  | Database.Database
  | Dirty.Dirty
  | Ledger.Ledger
  | Persons.Persons
  | Placements.Placements
  | Projections.Projections

export interface Entry {
  /** As the entry itself is titled. */
  readonly title: string
  readonly at: number
  /** The customers' records that it stands on, or is about to. */
  readonly records: ReadonlyArray<{ readonly contact: string; readonly name: string }>
}

/** `undefined` when there is no such entry, or nothing of it any more. */
export const look = (key: string, reader: EntryTitle.Reader): Effect.Effect<Entry | undefined, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const projection = (yield* (yield* Projections.Projections).get([key])).get(key)
    const first = projection?.verb === "AppendTimeline" ? yield* Subject.firstOf(projection.subject) : undefined
    if (projection === undefined || first === undefined) return undefined
    const interaction = (yield* Subject.beginningOfEach([projection])).get(key) ?? first.interaction
    const titleIn = yield* EntryTitle.load([interaction], reader)
    const resolved = yield* ledger.resolve([...new Set([...projection.records, ...projection.deliveredRecords])])
    const contacts = yield* ledger.contacts([...new Set(resolved.values())])
    const held = (yield* (yield* Placements.Placements).heldOff([key])).get(key)
    return {
      title: titleIn(projection.destination, interaction),
      at: interaction.startedAt,
      records: [...contacts.values()].flatMap(({ contact }) =>
        held?.has(contact.key) === true ? [] : [{ contact: contact.key, name: Contacts.label(contact) }]
      )
    }
  })

/** The entry is taken off these records and does not come back to them; it is looked at again at once. */
export const hold = (
  key: string,
  contacts: ReadonlyArray<string>,
  by: string
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const placements = yield* Placements.Placements
    const dirty = yield* Dirty.Dirty
    const projection = (yield* (yield* Projections.Projections).get([key])).get(key)
    const first = projection === undefined ? undefined : yield* Subject.firstOf(projection.subject)
    const at = yield* Clock.currentTimeMillis
    const marks =
      first === undefined ? [] : [{ kind: "interaction", key: first.interaction.key, dueAt: at, lane: 0 } as const]
    yield* (yield* Database.Database).write(
      Effect.zipRight(placements.hold(key, contacts, { by, at }), dirty.mark(marks))
    )
  })

/** Who takes part in the entry is somebody else than these are: where they are taken for one, they are kept apart for good. */
export const part = (
  key: string,
  contacts: ReadonlyArray<string>,
  by: string
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const projection = (yield* (yield* Projections.Projections).get([key])).get(key)
    const first = projection === undefined ? undefined : yield* Subject.firstOf(projection.subject)
    const members = yield* persons.members([...contacts, ...(first?.contacts ?? [])])
    const personOf = (contact: string) => members.get(contact)?.person
    for (const contact of contacts) {
      const taken = (other: string) => personOf(other) !== undefined && personOf(other) === personOf(contact)
      const others = (first?.contacts ?? []).filter((other) => !contacts.includes(other) && taken(other))
      yield* Identities.part([contact], others, { by, why: "said on the page of an entry" })
    }
  })
