/** What a projection is about, and how it is looked at again. */
import { Key } from "@interchannel/domain"
import { type Dirty, Ledger, Persons, type Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"

/** The mark by which its desired state is computed again; none when its subject is not known any more, or was never computed. */
export const markOf = (
  { verb, subject }: Pick<Projections.Projection, "verb" | "subject">,
  dueAt: number
): Effect.Effect<ReadonlyArray<Dirty.Mark>, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const marked = (kind: Dirty.Mark["kind"], key: string | undefined): ReadonlyArray<Dirty.Mark> =>
      key === undefined ? [] : [{ kind, key, dueAt, lane: 0 }]
    switch (verb) {
      case "AppendTimeline":
        return marked("interaction", (yield* firstOf(subject))?.interaction.key)
      case "ShowContext":
        return marked("card", subject)
      case "UpsertContact":
        return marked("person", subject)
      case "SetFields": {
        const persons = yield* Persons.Persons
        return marked("record", (yield* persons.members([subject])).get(subject)?.person)
      }
      case "SendMessage":
        return []
    }
  })

/** One interaction that an entry tells: of a conversation the latest one. */
export const firstOf = (subject: string): Effect.Effect<Ledger.InteractionRow | undefined, StoreError, Ledger.Ledger> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    if (Key.isConversation(subject)) return (yield* ledger.interactionsOfConversation(subject, 1))[0]
    const resolved = (yield* ledger.resolve([subject])).get(subject) ?? subject
    return (yield* ledger.interactions([resolved])).get(resolved)
  })
