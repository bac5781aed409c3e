/** Where a command shows what it has to say. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Style, width } from "./render/Style.ts"

export class Screen extends Context.Tag("@interchannel/cli/Screen")<
  Screen,
  {
    readonly style: Style
    /** A person is watching: things may be drawn over and asked. */
    readonly interactive: boolean
    readonly say: (text: string) => Effect.Effect<void>
    readonly complain: (text: string) => Effect.Effect<void>
    /** Replaces what was drawn last; said as it is where nothing can be drawn over. */
    readonly redraw: (text: string) => Effect.Effect<void>
  }
>() {}

/** What the layer needs of a terminal's stream. */
export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  readonly write: (text: string) => unknown
}

const COLUMNS = 100
const COLUMNS_MIN = 40

/** `NO_COLOR` is heeded (no-color.org), and so is `TERM=dumb`. */
export const layer = (
  stdout: Stream,
  stderr: Stream,
  environment: Readonly<Record<string, string | undefined>>
): Layer.Layer<Screen> =>
  Layer.sync(Screen, () => {
    const interactive = stdout.isTTY === true && environment["TERM"] !== "dumb"
    const columns = interactive ? Math.max(COLUMNS_MIN, stdout.columns ?? COLUMNS) : COLUMNS
    let drawn = 0
    const write = (stream: Stream, text: string) =>
      Effect.sync(() => {
        drawn = 0
        stream.write(`${text}\n`)
      })
    return {
      style: {
        colours: interactive && (environment["NO_COLOR"] ?? "") === "",
        columns,
        timeZone: environment["TZ"] || Intl.DateTimeFormat().resolvedOptions().timeZone
      },
      interactive,
      say: (text) => write(stdout, text),
      complain: (text) => write(stderr, text),
      redraw: (text) =>
        Effect.sync(() => {
          // What has scrolled away cannot be drawn over.
          const shown = interactive ? text.split("\n").slice(-Math.max(1, (stdout.rows ?? 24) - 1)) : [text]
          if (drawn > 0) stdout.write(`\u001b[${drawn}A\u001b[J`)
          stdout.write(`${shown.join("\n")}\n`)
          drawn = interactive ? shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0) : 0
        })
    }
  })
