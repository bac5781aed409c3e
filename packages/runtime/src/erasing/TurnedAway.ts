/** What vendors tell again of people who were erased goes no further, and its raw body goes at once. */
import { Erasures, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Told } from "../ledger/Fold.ts"
import * as Names from "./Names.ts"

export interface Sorted {
  readonly welcome: ReadonlyArray<Told>
  /** Inbox rows that spoke of somebody erased. */
  readonly rows: ReadonlyArray<string>
}

export const sort = (told: ReadonlyArray<Told>): Effect.Effect<Sorted, StoreError, Erasures.Erasures> =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    if (told.length === 0 || !(yield* erasures.isAnybody)) return { welcome: told, rows: [] }
    const named = told.map((one) => ({ one, names: Names.mentionedIn(one.connection, one.part) }))
    const away = yield* erasures.turnedAway([...new Set(named.flatMap(({ names }) => names))])
    const isAway = ({ names }: (typeof named)[number]) => names.some((name) => away.has(name))
    return {
      welcome: named.filter((one) => !isAway(one)).map(({ one }) => one),
      rows: [...new Set(named.filter(isAway).map(({ one }) => one.inboxId))]
    }
  })
