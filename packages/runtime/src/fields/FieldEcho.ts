/** The last of three ways in which our own writing is known again: a field that shows what we wrote there last. */
import { type ConnectionId, FieldPath, Key } from "@interchannel/domain"
import { type Echoes, Fields, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Told } from "../ledger/Fold.ts"
import * as FieldDecision from "./FieldDecision.ts"
import type { FieldRule } from "./FieldRule.ts"
import { keyOf } from "./FieldSubject.ts"

/**
 * Of records whose fields we keep: those that show what we wrote, and those that show something else by now. They are news
 * all the same, since the mirror follows them; but what we wrote ourselves is no source for others.
 */
export const count = (
  told: ReadonlyArray<Told>,
  rulesOf: (connection: ConnectionId) => ReadonlyArray<FieldRule>
): Effect.Effect<ReadonlyArray<Echoes.EchoCount>, StoreError, Fields.Fields> =>
  Effect.gen(function* () {
    const records = told.flatMap(({ connection, part }) => {
      if (part.subject !== "contact" || part.deleted === true || rulesOf(connection).length === 0) return []
      const key = keyOf(connection, Key.contact(connection, part.ref))
      return [{ connection, key, contact: part.fields, rules: rulesOf(connection) }]
    })
    if (records.length === 0) return []
    const states = yield* (yield* Fields.Fields).get(records.map(({ key }) => key))
    return records.flatMap(({ connection, key, contact, rules }) =>
      rules.flatMap((rule): ReadonlyArray<Echoes.EchoCount> => {
        const state = states.get(key)?.[rule.name]
        const value = FieldPath.valueAt(contact, rule.at)
        if (state?.written === undefined || value === undefined) return []
        const isOurs = FieldDecision.isOurs(rule, value, state)
        return [{ connection, by: "content", hits: isOurs ? 1 : 0, nearMisses: isOurs ? 0 : 1 }]
      })
    )
  })
