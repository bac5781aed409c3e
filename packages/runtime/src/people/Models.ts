/**
 * The model by which who is who is decided: the one in use, those that were made anew from the contacts there are, and what
 * each would change. Putting one into use is a row; the Resolver sees it and places every contact again.
 */
import { Comparison, Estimate, type Features, Model, type Steps } from "@interchannel/identity"
import { Contacts } from "@interchannel/domain"
import { Database, Dirty, Ledger, Pages, Persons, StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Loop from "../connections/Loop.ts"
import { ControlError } from "../control/Control.ts"
import type { Word } from "./Identities.ts"
import * as Placer from "./Placer.ts"

/** The model that was put into use, by whom and why. */
export interface InUse extends Word {
  readonly name: string
  readonly at: number
}

/** What a model would have changed on the day it was made. */
export interface Summary {
  /** The model that was in use. */
  readonly from: string
  readonly contacts: number
  readonly persons: number
  readonly merges: number
  readonly splits: number
  /** Of each the first `NAMED_MAX`. */
  readonly which: Pick<Comparison.Comparison, "merges" | "splits">
}

export interface Listed {
  readonly name: string
  readonly isInUse: boolean
  /** Absent for the one that comes with the release. */
  readonly made?: { readonly at: number; readonly summary: Summary }
  readonly usedAt?: number
}

export interface Overview {
  /** Newest first; the one that comes with the release is the last. */
  readonly models: ReadonlyArray<Listed>
  /** Absent until somebody chose a model. */
  readonly chosen?: InUse
  /** Contacts that are still to be placed, under this model or because they are new. */
  readonly toPlace: number
  /** How the last estimate ended. */
  readonly estimated?: Estimated
}

export interface Estimated {
  readonly at: number
  readonly said: string
}

/** A model with the names of those whom it would join or part. */
export interface Shown extends Listed {
  /** By contact and by person. */
  readonly names: Readonly<Record<string, string>>
}

export interface Made {
  readonly model: Model.Model
  readonly comparison: Comparison.Comparison
  readonly summary: Summary
}

/** A model is made of so many contacts at most; all of them are held in memory for as long. */
export const CONTACTS_MAX = 200_000
const READ_AT_ONCE = 1_000
/** Merges, and splits, of which a kept model says whom they are about. */
const NAMED_MAX = 1_000
/** Of these, those that are shown by name. */
const SHOWN_MAX = 50

/** The model that contacts are placed under. */
export const inUse: Effect.Effect<Model.Model, StoreError, Persons.Persons> = Effect.gen(function* () {
  const persons = yield* Persons.Persons
  const name = yield* nameInUse
  if (name === Model.standard.version) return Model.standard
  const row = yield* persons.model(name)
  // What a model made by an earlier release does not weigh is weighed as the standard does.
  if (row !== undefined) return { ...Model.standard, ...row.model }
  const detail = `the model ${name} is in use and is not there; put the last backup back: interchannel restore`
  return yield* new StoreError({ operation: "read the model", reason: "broken", detail })
})

export const nameInUse: Effect.Effect<string, StoreError, Persons.Persons> = Effect.flatMap(
  Persons.Persons,
  (persons) => Effect.map(persons.state(IN_USE), (row) => (row as InUse | undefined)?.name ?? Model.standard.version)
)

/** Made anew from the contacts there are, with the merges and splits it would bring. Changes nothing; takes seconds to minutes. */
export const make: Effect.Effect<Made, ControlError | StoreError, Persons.Persons> = Effect.gen(function* () {
  const today = yield* inUse
  const { decisions } = yield* Placer.make(today)
  const contacts = yield* allContacts
  const name = `estimated-${new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 19)}Z`
  const features = contacts.map((contact) => contact.features)
  const model = yield* paced(Estimate.stepwise(today, name, features, contactsPerPerson(contacts)))
  const comparison = yield* paced(Comparison.stepwise(today, model, contacts, [...decisions.values()]))
  const { merges, splits } = comparison
  const summary: Summary = {
    from: today.version,
    contacts: contacts.length,
    persons: new Set(contacts.flatMap(({ person }) => person ?? [])).size,
    ...Comparison.count(comparison),
    which: { merges: merges.slice(0, NAMED_MAX), splits: splits.slice(0, NAMED_MAX) }
  }
  return { model, comparison, summary }
})

/** It is there to be looked at and put into use. */
export const keep = ({ model, summary }: Made, at: number): Effect.Effect<void, StoreError, Persons.Persons> =>
  Effect.flatMap(Persons.Persons, (persons) => persons.keepModel({ name: model.version, madeAt: at, summary, model }))

export const list: Effect.Effect<Overview, StoreError, Dirty.Dirty | Persons.Persons> = Effect.gen(function* () {
  const persons = yield* Persons.Persons
  const name = yield* nameInUse
  const chosen = (yield* persons.state(IN_USE)) as InUse | undefined
  const estimated = (yield* persons.state(ESTIMATED)) as Estimated | undefined
  const kept = (yield* persons.models).map((row) => listed(row, name))
  return {
    models: [...kept, { name: Model.standard.version, isInUse: name === Model.standard.version }],
    ...(chosen === undefined ? {} : { chosen }),
    toPlace: yield* (yield* Dirty.Dirty).toResolve.count,
    ...(estimated === undefined ? {} : { estimated })
  }
})

/** What a model would change, and for whom. */
export const one = (name: string): Effect.Effect<Shown, ControlError | StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const row = yield* (yield* Persons.Persons).model(name)
    const used = yield* nameInUse
    if (row === undefined) {
      if (name === Model.standard.version) return { name, isInUse: used === name, names: {} }
      return yield* unknown(name)
    }
    const { which } = row.summary as Summary
    const persons = which.merges.slice(0, SHOWN_MAX).flat()
    const contacts = which.splits.slice(0, SHOWN_MAX).flatMap(({ parts }) => parts.flat())
    return { ...listed(row, used), names: yield* namesOf(persons, contacts) }
  })

/** From now on this model decides; every contact is placed again under it, after everything that is fresh. */
export const use = (
  name: string,
  word: Word
): Effect.Effect<void, ControlError | StoreError, Database.Database | Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const database = yield* Database.Database
    const at = yield* Clock.currentTimeMillis
    if (name !== Model.standard.version && (yield* persons.model(name)) === undefined) return yield* unknown(name)
    if (name === (yield* nameInUse)) {
      return yield* new ControlError({
        what: `${name} is in use`,
        remedy: "see the others: interchannel identity models"
      })
    }
    const row: InUse = { name, at, ...word }
    yield* database.write(
      Effect.all([persons.useModel(name, at), persons.setState(IN_USE, row), database.signal("contact")], {
        discard: true
      })
    )
  })

/** How the last estimate ended; with it the next one is due. */
export const note = (estimated: Estimated): Effect.Effect<void, StoreError, Persons.Persons> =>
  Effect.flatMap(Persons.Persons, (persons) => persons.setState(ESTIMATED, estimated))

export const lastEstimate: Effect.Effect<Estimated | undefined, StoreError, Persons.Persons> = Effect.flatMap(
  Persons.Persons,
  (persons) => Effect.map(persons.state(ESTIMATED), (row) => row as Estimated | undefined)
)

// ---------------------------------------------------------------------------------------------------------------------

const IN_USE = "model in use"
const ESTIMATED = "estimated"

const listed = ({ name, madeAt, usedAt, summary }: Persons.ModelRow, used: string): Listed => ({
  name,
  isInUse: name === used,
  made: { at: madeAt, summary: summary as Summary },
  ...(usedAt === undefined ? {} : { usedAt })
})

const unknown = (name: string) =>
  Effect.fail(
    new ControlError({ what: `there is no model ${name}`, remedy: "choose of: interchannel identity models" })
  )

/** What else this process does goes on between two steps. */
const paced = <A>(steps: Steps.Steps<A>): Effect.Effect<A> =>
  Effect.gen(function* () {
    for (;;) {
      const { done, value } = steps.next()
      if (done === true) return value
      yield* Loop.breathe
    }
  })

const allContacts = Effect.gen(function* () {
  const persons = yield* Persons.Persons
  const contacts: Array<Comparison.Today> = []
  const page = (after: string) => persons.features({ after, limit: READ_AT_ONCE })
  yield* Pages.forEach({ limit: READ_AT_ONCE, page, keyOf: ({ contact }) => contact }, (read) => {
    for (const { features, person } of read) {
      contacts.push({ features: features as Features.Features, ...(person === undefined ? {} : { person }) })
    }
    if (contacts.length <= CONTACTS_MAX) return Loop.breathe
    const remedy = "the model in use stays; one is made of fewer contacts only"
    return Effect.fail(new ControlError({ what: `there are more than ${CONTACTS_MAX} contacts`, remedy }))
  })
  return contacts
})

/** Other contacts of the same person, on average over all contacts. */
const contactsPerPerson = (contacts: ReadonlyArray<Comparison.Today>): number => {
  const sizes = new Map<string, number>()
  for (const { person } of contacts) if (person !== undefined) sizes.set(person, (sizes.get(person) ?? 0) + 1)
  let others = 0
  for (const size of sizes.values()) others += size * (size - 1)
  return contacts.length === 0 ? 1 : Math.max(1, others / contacts.length)
}

/** What people call these persons and contacts; those that are gone are left out. */
const namesOf = (ids: ReadonlyArray<string>, contacts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const ledger = yield* Ledger.Ledger
    const members = yield* persons.membersOf(ids)
    const rows = yield* ledger.contacts([...contacts, ...[...members.values()].flat().map(({ contact }) => contact)])
    const nameOf = (contact: string) => {
      const row = rows.get(contact)
      return row === undefined ? undefined : Contacts.label(row.contact)
    }
    const ofPersons = [...members].map(([id, list]) => {
      const named = list.find(({ contact }) => rows.get(contact)?.contact.name !== undefined) ?? list[0]
      return [id, named === undefined ? undefined : nameOf(named.contact)] as const
    })
    const all = [...ofPersons, ...contacts.map((contact) => [contact, nameOf(contact)] as const)]
    return Object.fromEntries(all.flatMap(([key, name]) => (name === undefined ? [] : [[key, name] as const])))
  })
