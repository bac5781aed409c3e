/** Loads a module when a command turns out to need it: the others start without it. */
import * as Effect from "effect/Effect"

export const lazily = <A>(load: () => Promise<A>): Effect.Effect<A> => Effect.promise(load)
