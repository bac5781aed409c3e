import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Screen from "../src/Screen.ts"

type Use = (screen: typeof Screen.Screen.Service) => Effect.Effect<void>

const written = (
  stream: Partial<Screen.Stream>,
  environment: Readonly<Record<string, string>>,
  use: Use
): Effect.Effect<string> =>
  Effect.gen(function* () {
    const texts: Array<string> = []
    const out = { ...stream, write: (text: string) => texts.push(text) }
    yield* Effect.flatMap(Screen.Screen, use).pipe(Effect.provide(Layer.fresh(Screen.layer(out, out, environment))))
    return texts.join("")
  })

describe("colours", () => {
  const cases: ReadonlyArray<readonly [string, boolean, Readonly<Record<string, string>>, boolean]> = [
    ["are there at a terminal", true, {}, true],
    ["are not in a file or pipe", false, {}, false],
    ["are not where NO_COLOR is set", true, { NO_COLOR: "1" }, false],
    ["are where NO_COLOR is empty", true, { NO_COLOR: "" }, true],
    ["are not at a dumb terminal", true, { TERM: "dumb" }, false]
  ]
  for (const [promise, isTTY, environment, colours] of cases) {
    it.effect(promise, () =>
      Effect.asVoid(
        written({ isTTY, columns: 80 }, environment, ({ style }) =>
          Effect.sync(() => expect(style.colours).toBe(colours))
        )
      )
    )
  }
})

describe("what is drawn again", () => {
  const twice: Use = ({ redraw, say }) =>
    redraw("one\ntwo").pipe(
      Effect.zipRight(redraw("three")),
      Effect.zipRight(say("said")),
      Effect.zipRight(redraw("four"))
    )

  it.effect("replaces what was drawn, and never what was said", () =>
    Effect.gen(function* () {
      const text = yield* written({ isTTY: true, columns: 80, rows: 24 }, {}, twice)
      expect(text).toBe("one\ntwo\n\u001b[2A\u001b[Jthree\nsaid\nfour\n")
    })
  )

  it.effect("counts lines that the terminal breaks, and shows the end of what is too long for it", () =>
    Effect.gen(function* () {
      const long: Use = ({ redraw }) => Effect.zipRight(redraw(`a\nb\n${"c".repeat(81)}`), redraw("d"))
      const text = yield* written({ isTTY: true, columns: 80, rows: 3 }, {}, long)
      expect(text).toBe(`b\n${"c".repeat(81)}\n\u001b[3A\u001b[Jd\n`)
    })
  )

  it.effect("is plain lines where no terminal is", () =>
    Effect.gen(function* () {
      expect(yield* written({ isTTY: false }, {}, twice)).toBe("one\ntwo\nthree\nsaid\nfour\n")
    })
  )
})
