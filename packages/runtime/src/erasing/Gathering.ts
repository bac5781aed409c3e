/**
 * Whom an erasure is about. Their names are turned away from the moment it is begun; what had come before then is placed
 * first, since by that it may turn out to be theirs as well, and then they are looked for once more.
 */
import { type Contact, Handle, Own } from "@interchannel/domain"
import {
  Database,
  Dirty,
  Erasures,
  type Leases,
  Ledger,
  type Persons,
  type StoreError,
  Uuid
} from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Installation } from "../configuration/Installation.ts"
import type { Outcome } from "./Forgetting.ts"
import * as Names from "./Names.ts"
import * as Subject from "./Subject.ts"

export type Services = Database.Database | Dirty.Dirty | Erasures.Erasures | Ledger.Ledger | Persons.Persons | Uuid.Uuid

/** Answers its id. */
export const begin = (
  asked: Pick<Erasures.Erasure, "askedAt" | "askedBy" | "place" | "contacts">,
  subject: Subject.Subject,
  contacts: ReadonlyArray<Contact>,
  installation: Installation
): Effect.Effect<string, StoreError, Services> =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const erasures = yield* Erasures.Erasures
    const [id = ""] = yield* (yield* Uuid.Uuid).make(1)
    const names = yield* namesOf(subject, contacts, installation)
    const started: Erasures.Erasure = { ...asked, id, phase: "people", interactions: 0, raw: 0, turnedAway: 0 }
    const keys = contacts.map(({ key }) => key)
    yield* database.write(Effect.zipRight(erasures.begin(started, keys), erasures.turnAway(id, "person", names)))
    return id
  })

export const step = (
  erasure: Erasures.Erasure,
  installation: Installation,
  lease: Leases.Lease
): Effect.Effect<Outcome, StoreError, Services> =>
  Effect.gen(function* () {
    if (yield* isBeingPlaced) return "wait"
    const database = yield* Database.Database
    const erasures = yield* Erasures.Erasures
    const subject = Subject.parse(erasure.place, installation.defaultRegion)
    const known = yield* erasures.contacts(erasure.id)
    const contacts = subject === undefined ? [] : (yield* Subject.find(subject, known)).contacts
    const names = subject === undefined ? [] : yield* namesOf(subject, contacts, installation)
    const keys = [...new Set([...known, ...contacts.map(({ key }) => key)])]
    yield* database.write(
      Effect.gen(function* () {
        yield* erasures.addContacts(erasure.id, keys)
        yield* erasures.turnAway(erasure.id, "person", names)
        yield* erasures.save({ ...erasure, phase: "ledger", place: "", contacts: keys.length })
      }),
      { lease }
    )
    return "more"
  })

// ---------------------------------------------------------------------------------------------------------------------

/** What was looked at in vain and is looked at again later is waited for no more. */
const isBeingPlaced = Effect.gen(function* () {
  const { toResolve } = yield* Dirty.Dirty
  return (yield* toResolve.count) > (yield* toResolve.unresolved)
})

/** Their records and addresses, but for addresses that somebody else has as well and those of the company. */
const namesOf = (subject: Subject.Subject, contacts: ReadonlyArray<Contact>, { own }: Installation) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const parts = [...(yield* ledger.parts(contacts.map(({ key }) => key))).values()].flat()
    const others = yield* Subject.handlesOfOthers(contacts)
    const isTheirs = (handle: Handle.Handle) => !others.has(Handle.keyOf(handle)) && !Own.ownsHandle(own, handle)
    const handles = [
      ...(subject._tag === "Handle" ? [subject.handle] : []),
      ...parts.flatMap(({ part }) => (part.subject === "contact" ? (part.fields.handles ?? []) : [])),
      ...contacts.flatMap((contact) => contact.handles)
    ]
    return [
      ...parts.flatMap(({ connection, part }) => Names.ofRecords(connection, part)),
      ...handles.filter(isTheirs).flatMap(Names.ofHandle)
    ]
  })
