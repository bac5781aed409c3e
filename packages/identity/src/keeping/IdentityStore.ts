/**
 * Where who-is-who is kept. Two operations: answer one bounded question, save one placement. Every driver gives the same
 * answers; a driver on a database needs a handful of statements for each, whatever the number of keys.
 *
 * ```
 * contact(key, features, person?)      posting(key, contact)    refined_key(key)
 * edge(a, b, bits)                     person(id, since, first, into?, empty?)
 * handle_names(handle, names)          decision(id, …)          event log: the placements themselves
 * ```
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Neighbourhood from "../placing/Neighbourhood.ts"
import * as Place from "../placing/Place.ts"

/** The store could not answer or save. Nothing was saved; the change can be placed again. */
export class IdentityStoreError extends Data.TaggedError("IdentityStoreError")<{
  readonly operation: "load" | "save"
  readonly cause: unknown
}> {
  override get message(): string {
    return `identity.${this.operation}: the store failed - nothing was saved, the change will be placed again`
  }
}

export class IdentityStore extends Context.Tag("@interchannel/identity/IdentityStore")<
  IdentityStore,
  {
    readonly load: (query: Neighbourhood.Query) => Effect.Effect<Neighbourhood.Neighbourhood, IdentityStoreError>
    /** All rows of the placement or none. */
    readonly save: (placement: Place.Placement) => Effect.Effect<void, IdentityStoreError>
  }
>() {}

/**
 * Places one change: loads, decides, saves. Changes of one installation are placed one after another; two at a time would
 * decide on what the other is about to change.
 */
export const apply = (context: Place.Context, change: Place.Change) =>
  Effect.gen(function* () {
    const store = yield* IdentityStore
    let near = yield* store.load(Place.firstQuery(context.model, change))
    for (let round = 1; ; round++) {
      const answer = Place.place(context, near, change, round)
      if (answer._tag === "Placement") {
        yield* store.save(answer)
        return answer
      }
      const more = yield* store.load(answer.query)
      near = answer.afresh ? more : Neighbourhood.join(near, more)
    }
  })
