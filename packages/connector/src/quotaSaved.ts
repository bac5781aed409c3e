/** A quota's state as text, for the time between two runs: what was spent, and nobody who waits. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { State } from "./QuotaLedger.ts"

const Spent = Schema.Struct({
  spends: Schema.Array(Schema.Struct({ at: Schema.Number, units: Schema.Number })),
  pending: Schema.Number,
  today: Schema.Number,
  day: Schema.Number,
  pausedUntil: Schema.Number,
  strikes: Schema.Number,
  struckAt: Schema.Number
})

const Saved = Schema.parseJson(
  Schema.Struct({
    spent: Schema.Record({ key: Schema.String, value: Schema.Record({ key: Schema.String, value: Spent }) }),
    tickets: Schema.Number,
    callMs: Schema.Number
  })
)

const decodeSaved = Schema.decodeUnknownEither(Saved)

/** Calls under way are counted as answered by `QuotaLedger.resume` beforehand. */
export const encode = ({ spent, tickets, callMs }: State): string => JSON.stringify({ spent, tickets, callMs })

/** `undefined` where the text is not what today's version writes: then counting begins anew. */
export const decode = (text: string): State | undefined => {
  const decoded = decodeSaved(text)
  return Either.isRight(decoded) ? { ...decoded.right, line: [], underWay: {} } : undefined
}
