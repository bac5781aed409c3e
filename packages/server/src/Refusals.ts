/** What was turned away, told to the log once in a while: a flood of bad requests must not become a flood of lines. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

const LOG_EVERY_MS = 10_000
/** More kinds than this in one line are counted together. */
const KINDS_MAX = 20

export interface Refusals {
  readonly note: (status: number, why: string) => void
}

/** Logs until the scope closes, and what is left then. */
export const make = (everyMs = LOG_EVERY_MS): Effect.Effect<Refusals, never, Scope.Scope> =>
  Effect.gen(function* () {
    const counts = new Map<string, number>()
    const log = Effect.suspend(() => {
      if (counts.size === 0) return Effect.void
      const text = describe(counts)
      counts.clear()
      return Effect.logWarning(text)
    })
    yield* Effect.addFinalizer(() => log)
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Clock.sleep(everyMs), log)))
    return {
      note: (status, why) => {
        const kind = `${status} ${why}`
        const counted = counts.has(kind) || counts.size < KINDS_MAX ? kind : "others"
        counts.set(counted, (counts.get(counted) ?? 0) + 1)
      }
    }
  })

/** `intake refused 43: 40 × 401 the signature does not fit the body, 3 × 404 no connection has a webhook here` */
export const describe = (counts: ReadonlyMap<string, number>): string => {
  const kinds = [...counts].sort(([, a], [, b]) => b - a)
  const total = kinds.reduce((sum, [, count]) => sum + count, 0)
  return `intake refused ${total}: ${kinds.map(([kind, count]) => `${count} × ${kind}`).join(", ")}`
}
