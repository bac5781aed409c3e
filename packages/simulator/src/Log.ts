/** What happened in a run, to be read by whoever has to find out why it ended wrong. */

/** The log keeps the latest so many lines. */
const LINES_MAX = 20_000

export interface Log {
  readonly say: (who: string, what: () => string) => void
  readonly lines: () => ReadonlyArray<string>
}

/** `isKept` false: nothing is written down, and nobody need find words. */
export const make = (now: () => number, isKept: boolean): Log => {
  const lines: Array<string> = []
  const start = now()
  return {
    say: (who, what) => {
      if (!isKept) return
      const seconds = ((now() - start) / 1_000).toFixed(3).padStart(9)
      lines.push(`${seconds}  ${who.padEnd(9)} ${what()}`)
      if (lines.length > LINES_MAX) lines.shift()
    },
    lines: () => lines
  }
}
