/** Asks a person at a terminal; whatever is not a yes is a no. */
import * as Effect from "effect/Effect"

export const confirmed = (message: string): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const { confirm } = await import("@clack/prompts")
    // Ctrl-C answers with a symbol.
    return (await confirm({ message, initialValue: false })) === true
  })
