/** A vendor's own time of its changes: no two are alike, so that the later one is newer. */
export const make = (now: () => number): (() => number) => {
  let last = 0
  return () => {
    last = Math.max(last + 1, now())
    return last
  }
}
