/** What people look at before history is written on it: pairs that may be one person, and what another model would change. */
import { Comparison, Estimate, Explain, type Features, type Model } from "@interchannel/identity"
import { Database, type Ledger, Persons, type StoreError, Pages } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ControlError } from "../control/Control.ts"
import * as Identities from "./Identities.ts"
import * as Placer from "./Placer.ts"
import * as Resolver from "./Resolver.ts"

export interface Page {
  /** Likeliest first; those that a person decided about are left out. */
  readonly pairs: ReadonlyArray<Identities.PairView>
  /** Give it back for the next page; absent at the end. */
  readonly next?: Persons.Pair
}

export const PAGE_MAX = 50
/** A model is tried on so many contacts at once; beyond that it takes minutes and gigabytes. */
export const DRY_RUN_MAX = 200_000
const READ_AT_ONCE = 1_000

/** Pairs that nobody decided about and that are neither beyond doubt nor out of the question. */
export const page = (options: {
  readonly after?: Persons.Pair
  readonly limit: number
}): Effect.Effect<Page, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const model = yield* Resolver.modelInUse
    const limit = Math.max(1, Math.min(PAGE_MAX, options.limit))
    const found = yield* persons.pairs({
      from: model.reviewBits,
      to: model.sureBits,
      limit,
      ...(options.after === undefined ? {} : { after: options.after })
    })
    const contacts = [...new Set(found.flatMap(({ a, b }) => [a, b]))]
    const placer = yield* Placer.make(model)
    const known = new Map((yield* Identities.placed(contacts)).map((one) => [one.contact, one]))
    const pairs: Array<Identities.PairView> = []
    for (const { a, b } of found) {
      const near = yield* placer.near({ keys: [], reach: [a, b], bits: Number.POSITIVE_INFINITY })
      const [one, other] = [known.get(a), known.get(b)]
      const explained = Explain.pair(model, near, a, b)
      if (one === undefined || other === undefined || explained === undefined) continue
      if (explained.decisions.some(({ _tag }) => _tag !== "HandleRule")) continue
      pairs.push({ a: one, b: other, explained, sure: false })
    }
    const last = found.at(-1)
    return { pairs, ...(last === undefined || found.length < limit ? {} : { next: last }) }
  })

export interface DryRun {
  readonly model: Model.Model
  readonly comparison: Comparison.Comparison
}

/**
 * A model made anew from the contacts there are, and the merges and splits it would bring. Changes nothing; computes for
 * seconds to minutes, so run it in a process of its own.
 */
export const dryRun: Effect.Effect<DryRun, ControlError | StoreError, Persons.Persons> = Effect.gen(function* () {
  const today = yield* Resolver.modelInUse
  const { decisions } = yield* Placer.make(today)
  const contacts = yield* allContacts
  const at = yield* Clock.currentTimeMillis
  const features = contacts.map((contact) => contact.features)
  const perPerson = contactsPerPerson(contacts)
  const model = Estimate.make(today, `estimated ${new Date(at).toISOString()}`, features, perPerson)
  return {
    model,
    comparison: Comparison.make(today, model, contacts, [...decisions.values()])
  }
})

/** From now on this model decides; every contact is placed again under it, after everything that is fresh. */
export const adopt = (model: Model.Model): Effect.Effect<void, StoreError, Database.Database | Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const database = yield* Database.Database
    yield* database.write(
      Effect.all(
        [
          persons.setState("model", model),
          persons.setState("model version", model.version),
          database.signal("contact")
        ],
        { discard: true }
      )
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Compared {
  readonly features: Features.Features
  readonly person?: string
}

const allContacts = Effect.gen(function* () {
  const persons = yield* Persons.Persons
  const contacts: Array<Compared> = []
  const page = (after: string) => persons.features({ after, limit: READ_AT_ONCE })
  yield* Pages.forEach({ limit: READ_AT_ONCE, page, keyOf: ({ contact }) => contact }, (read) => {
    for (const { features, person } of read) {
      contacts.push({ features: features as Features.Features, ...(person === undefined ? {} : { person }) })
    }
    if (contacts.length <= DRY_RUN_MAX) return Effect.void
    const remedy = "keep the model in use; it is tried on fewer contacts only"
    return Effect.fail(new ControlError({ what: `there are more than ${DRY_RUN_MAX} contacts`, remedy }))
  })
  return contacts
})

/** Other contacts of the same person, on average over all contacts. */
const contactsPerPerson = (contacts: ReadonlyArray<Compared>): number => {
  const sizes = new Map<string, number>()
  for (const { person } of contacts) if (person !== undefined) sizes.set(person, (sizes.get(person) ?? 0) + 1)
  let others = 0
  for (const size of sizes.values()) others += size * (size - 1)
  return contacts.length === 0 ? 1 : Math.max(1, others / contacts.length)
}
