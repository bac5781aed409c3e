/**
 * The compiler guides authors: each mistake in `fixtures/mistakes` gives one error, at the place of the mistake, that holds
 * the sentence written above it as `// error: …`, and nothing else gives one.
 */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"

const folder = fileURLToPath(new URL("./fixtures/mistakes/", import.meta.url))
const compiler = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url))

interface Line {
  readonly place: string
  readonly text: string
}

const mistakes = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    readFileSync(folder + file, "utf8")
      .split("\n")
      .flatMap((line, index): ReadonlyArray<Line> => {
        const [, text] = /^\s*\/\/ error: (.+)$/.exec(line) ?? []
        return text === undefined ? [] : [{ place: `${file}:${index + 2}`, text }]
      })
  )

/** `file(line,column): error TS1: text` and the indented lines below it. */
const errorsIn = (output: string): ReadonlyArray<Line> =>
  output.split(/\n(?=\S)/).flatMap((text) => {
    const [, file, line] = /^(?:.*[\\/])?([^\\/]+\.ts)\((\d+),\d+\): error TS\d+: /.exec(text) ?? []
    return file === undefined ? [] : [{ place: `${file}:${line}`, text }]
  })

const compile = () => {
  const args = ["-p", folder, "--pretty", "false", "--noErrorTruncation"]
  const { stdout, error } = spawnSync(compiler, args, { encoding: "utf8", shell: process.platform === "win32" })
  if (error) throw error
  return errorsIn(stdout)
}

describe("an author's mistake", () => {
  const errors = compile()

  it("there are mistakes to look at", () => {
    expect(mistakes.length).toBeGreaterThan(25)
  })

  it.each(mistakes)("at $place is told: $text", ({ place, text }) => {
    const here = errors.filter((error) => error.place === place)
    expect(here.map((error) => error.text).join("\n")).toContain(text)
    expect(here).toHaveLength(1)
  })

  it("gives one error and none elsewhere", () => {
    const places = mistakes.map(({ place }) => place)
    expect(errors.filter(({ place }) => !places.includes(place))).toEqual([])
  })
})
