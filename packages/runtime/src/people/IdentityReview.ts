/** What people look at before history is written on it: pairs that may be one person. */
import { Explain } from "@interchannel/identity"
import { type Ledger, Persons, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Identities from "./Identities.ts"
import * as Models from "./Models.ts"
import * as Placer from "./Placer.ts"

export interface Page {
  /** Likeliest first; those that a person decided about are left out. */
  readonly pairs: ReadonlyArray<Identities.PairView>
  /** Give it back for the next page; absent at the end. */
  readonly next?: Persons.Pair
}

export const PAGE_MAX = 50

/** Pairs that nobody decided about and that are neither beyond doubt nor out of the question. */
export const page = (options: {
  readonly after?: Persons.Pair
  readonly limit: number
}): Effect.Effect<Page, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const model = yield* Models.inUse
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
      const near = yield* placer.near({ keys: [], reach: [a, b], handles: [], bits: Number.POSITIVE_INFINITY })
      const [one, other] = [known.get(a), known.get(b)]
      const explained = Explain.pair(model, near, a, b)
      if (one === undefined || other === undefined || explained === undefined) continue
      if (explained.decisions.some(({ _tag }) => _tag !== "HandleRule")) continue
      pairs.push({ a: one, b: other, explained, sure: false })
    }
    const last = found.at(-1)
    return { pairs, ...(last === undefined || found.length < limit ? {} : { next: last }) }
  })
