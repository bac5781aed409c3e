/** Signals that come so close together are one stroke. */
const STROKE_MS = 1_000

/**
 * What a signal does: `once` the first time, `again` when the person asks again. One Ctrl-C may come twice at once: from the
 * terminal, and from an `npx` above us that passes it on.
 */
export const askedTwice = (once: () => void, again: () => void): (() => void) => {
  let state: "not asked" | "just asked" | "asked" = "not asked"
  return () => {
    if (state === "asked") return again()
    if (state === "just asked") return
    state = "just asked"
    setTimeout(() => (state = "asked"), STROKE_MS).unref()
    once()
  }
}
