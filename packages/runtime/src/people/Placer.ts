/**
 * Places changes one after another over a cache of what the store keeps. What one placement decided is seen by the next
 * before anything is written; `rows` are all that is to be written then. Valid as long as nobody else writes persons.
 */
import { Cache, type Decision, Neighbourhood, type Model, Place } from "@interchannel/identity"
import { Persons, type StoreError, Pages } from "@interchannel/store"
import * as Effect from "effect/Effect"

export interface Placer {
  readonly model: Model.Model
  /** A contact as it is placed now; it was looked at by a placement before. */
  readonly member: (contact: string) => Neighbourhood.Member | undefined
  readonly decisions: ReadonlyMap<string, Decision.Decision>
  /** Reads at once what many changes will look at. */
  readonly prepare: (changes: ReadonlyArray<Place.Change>) => Effect.Effect<void, StoreError>
  readonly place: (change: Place.Change, at: number) => Effect.Effect<Place.Placement, StoreError>
  /** What is near, as a placement would see it. */
  readonly near: (query: Neighbourhood.Query) => Effect.Effect<Neighbourhood.Neighbourhood, StoreError>
  /** What was decided since the last `settle`. */
  readonly rows: () => Omit<Persons.Changes, "events">
  /** The rows are written. */
  readonly settle: () => void
}

/** Decisions read at once while all are loaded. */
const PAGE = 1_000
/** Rounds of reading for one query: each goes at least one step further out. */
const READS_MAX = 1_000

export const make = (
  model: Model.Model,
  limits: Cache.Limits = Cache.limits
): Effect.Effect<Placer, StoreError, Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const cache = Cache.make(limits)
    yield* loadDecisions(cache, persons)

    const read = Effect.suspend(() => {
      const wanted = cache.wanted()
      return wanted === undefined
        ? Effect.void
        : Effect.map(persons.find(wanted, Cache.POSTING_READ_MAX), (found) => cache.learn(wanted, toFound(found)))
    })

    const near = (query: Neighbourhood.Query) =>
      Effect.gen(function* () {
        for (let reads = 0; reads < READS_MAX; reads++) {
          const answer = cache.gather(query)
          if (answer !== undefined) return answer
          yield* read
        }
        return yield* Effect.dieMessage(`who is near was not known after ${READS_MAX} reads`)
      })

    const prepare = (changes: ReadonlyArray<Place.Change>) =>
      Effect.gen(function* () {
        let left = changes.map(
          (change): Ahead => ({ change, query: Place.firstQuery(model, change), near: undefined, round: 1 })
        )
        for (let reads = 0; reads < READS_MAX && left.length > 0; reads++) {
          left = left.flatMap((ahead) => advance(model, ahead, cache.gather) ?? [])
          yield* read
        }
      })

    const place = (change: Place.Change, at: number) =>
      Effect.gen(function* () {
        let around = yield* near(Place.firstQuery(model, change))
        for (let round = 1; ; round++) {
          const answer = Place.place({ model, at }, around, change, round)
          if (answer._tag === "Placement") {
            cache.save(answer)
            return answer
          }
          const more = yield* near(answer.query)
          around = answer.afresh ? more : Neighbourhood.join(around, more)
        }
      })

    return {
      model,
      member: cache.contact,
      decisions: cache.decisions,
      prepare,
      place,
      near,
      rows: () => toRows(cache.changes()),
      settle: cache.settle
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** A change that is not placed yet: what is near it as far as it was read, and what it needs next. */
interface Ahead {
  readonly change: Place.Change
  readonly query: Neighbourhood.Query
  readonly near: Neighbourhood.Neighbourhood | undefined
  readonly round: number
}

/** Goes on as far as is known; nothing is left when it can be placed. */
const advance = (model: Model.Model, { change, ...ahead }: Ahead, gather: Cache.Cache["gather"]): Ahead | undefined => {
  let { query, near, round } = ahead
  for (;;) {
    const more = gather(query)
    if (more === undefined) return { change, query, near, round }
    near = near === undefined ? more : Neighbourhood.join(near, more)
    const needed = Place.need(model, near, change, round)
    if (needed === undefined) return undefined
    query = needed.query
    if (needed.afresh) near = undefined
    round++
  }
}

/** People decide little: all of it is held. */
const loadDecisions = (cache: Cache.Cache, persons: Persons.Persons["Type"]) =>
  Pages.forEach(
    { limit: PAGE, page: (after) => persons.decisionPage({ after, limit: PAGE }), keyOf: ({ id }) => id },
    (page) =>
      Effect.sync(() => {
        for (const { id, data, revoked } of page) {
          if (revoked === undefined) cache.setDecision(id, data as Decision.Decision)
        }
      })
  )

const toFound = (found: Persons.Found): Cache.Found => ({
  ...found,
  contacts: new Map(
    [...found.contacts].map(([contact, { features, person, sure }]) => [
      contact,
      {
        features: features as Neighbourhood.Member["features"],
        ...(person === undefined ? {} : { person }),
        sure
      }
    ])
  ),
  persons: found.persons.map(({ id, createdAt, founder, mergedInto, emptied }) => ({
    id,
    since: createdAt,
    first: founder,
    ...(mergedInto === undefined ? {} : { into: mergedInto }),
    ...(emptied === undefined ? {} : { empty: emptied })
  }))
})

const toRows = (changes: Cache.Changes): Omit<Persons.Changes, "events"> => ({
  members: changes.contacts.flatMap(({ contact, member, sameFeatures }) => {
    if (member === undefined) return []
    const { person, sure = contact, features } = member
    return [{ contact, sure, ...(person === undefined ? {} : { person }), ...(sameFeatures ? {} : { features }) }]
  }),
  gone: changes.contacts.flatMap(({ contact, member }) => (member === undefined ? [contact] : [])),
  persons: changes.persons.map(({ id, since, first, into, empty }) => ({
    id,
    createdAt: since,
    founder: first,
    ...(into === undefined ? {} : { mergedInto: into }),
    ...(empty === undefined ? {} : { emptied: empty })
  })),
  refined: changes.refined,
  postings: changes.postings,
  edges: changes.edges,
  firstNames: changes.firstNames
})
