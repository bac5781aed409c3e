/** What a projection is about, and how it is looked at again. */
import { type Interaction, Key } from "@interchannel/domain"
import { type Dirty, Ledger, Persons, type Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"

/** The marks by which their desired state is computed again; none of a subject that is not known any more, or was never computed. */
export const marksOf = (
  projections: ReadonlyArray<Pick<Projections.Projection, "verb" | "subject">>,
  dueAt: number
): Effect.Effect<ReadonlyArray<Dirty.Mark>, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const subjectsOf = (wanted: Projections.Verb) =>
      projections.flatMap(({ verb, subject }) => (verb === wanted ? [subject] : []))
    const told = yield* firstOfEach(subjectsOf("AppendTimeline"))
    const members = yield* persons.members(subjectsOf("SetFields"))
    const marked = (kind: Dirty.Mark["kind"], key: string | undefined): ReadonlyArray<Dirty.Mark> =>
      key === undefined ? [] : [{ kind, key, dueAt, lane: 0 }]
    return projections.flatMap(({ verb, subject }) => {
      switch (verb) {
        case "AppendTimeline":
          return marked("interaction", told.get(subject)?.interaction.key)
        case "ShowContext":
          return marked("card", subject)
        case "UpsertContact":
          return marked("person", subject)
        case "SetFields":
          return marked("record", members.get(subject)?.person)
        case "SendMessage":
          return []
      }
    })
  })

/** One interaction that an entry tells: of a conversation the latest one. */
export const firstOf = (subject: string): Effect.Effect<Ledger.InteractionRow | undefined, StoreError, Ledger.Ledger> =>
  Effect.map(firstOfEach([subject]), (told) => told.get(subject))

/** By subject; one of which nothing is known any more is absent. */
export const firstOfEach = (
  subjects: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, Ledger.InteractionRow>, StoreError, Ledger.Ledger> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const distinct = [...new Set(subjects)]
    const latest = yield* ledger.latestOfConversations(distinct.filter(Key.isConversation))
    const resolved = yield* ledger.resolve(distinct.filter((subject) => !Key.isConversation(subject)))
    const single = yield* ledger.interactions([...new Set(resolved.values())])
    return new Map(
      distinct.flatMap((subject) => {
        const row = latest.get(subject) ?? single.get(resolved.get(subject) ?? subject)
        return row === undefined ? [] : [[subject, row]]
      })
    )
  })

/**
 * By key of projection, the interaction that its entry is titled by: of a conversation the one that it began with when it was
 * planned. One that was deleted since is absent.
 */
export const beginningOfEach = (
  projections: ReadonlyArray<Pick<Projections.Projection, "key" | "subject" | "at">>
): Effect.Effect<ReadonlyMap<string, Interaction>, StoreError, Ledger.Ledger> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const conversations = projections.filter(({ subject }) => Key.isConversation(subject))
    const begun = yield* Effect.forEach(conversations, ({ key, subject, at }) =>
      Effect.map(
        ledger.momentsOfConversations([subject], { side: "after", from: { at, interaction: "" }, limit: 1 }),
        (moments) => moments.filter((first) => first.at === at).map(({ interaction }) => [key, interaction] as const)
      )
    )
    const single = projections.filter(({ subject }) => !Key.isConversation(subject))
    const resolved = yield* ledger.resolve(single.map(({ subject }) => subject))
    const beginnings = new Map([
      ...begun.flat(),
      ...single.map(({ key, subject }) => [key, resolved.get(subject) ?? subject] as const)
    ])
    const rows = yield* ledger.interactions([...new Set(beginnings.values())])
    return new Map(
      [...beginnings].flatMap(([key, beginning]) => {
        const row = rows.get(beginning)
        return row === undefined || row.deleted ? [] : [[key, row.interaction]]
      })
    )
  })
