/** The examples in the README and in doc comments, run: what stands before `// =>` equals what stands behind it. */
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import * as everything from "../src/index.ts"

/** What an example may import. */
const domain: Readonly<Record<string, unknown>> = everything

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

/** Code blocks of a page. */
const ofPage = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = ""]) => code)

/** What follows `@example` in a doc comment. */
const ofComments = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/@example\n([^]*?)(?=\*\/)/g)].map(([, lines = ""]) => lines.replace(/^ *\* ?/gm, ""))

/** `expression // => value` becomes a call of `check`; the value may go on over further lines of comment. */
const toBody = (code: string): { readonly body: string; readonly checks: number } => {
  const statements = code.replace(/^import .*\n/gm, "").split(/\n(?=[^\s/)}\]])/)
  const checked = statements.map((statement) => {
    const [expression = "", value] = statement.split(/\s*\/\/ => /)
    return value === undefined ? statement : `check(${expression}, ${toValue(value)})`
  })
  return { body: checked.join("\n"), checks: checked.filter((statement) => statement.startsWith("check(")).length }
}

/** Up to the next empty line, without comment signs. */
const toValue = (comment: string): string => (comment.split(/\n\s*\n/)[0] ?? "").replace(/^\/\//gm, "")

const sources = readdirSync(new URL("../src", import.meta.url)).map((name) => `src/${name}`)
const examples = [
  ...ofPage(read("README.md")).map((code) => ["README.md", code] as const),
  ...sources.flatMap((path) => ofComments(read(path)).map((code) => [path, code] as const))
]

describe("every example says the truth", () => {
  it.each(examples)("%s", (_, code) => {
    const names = /^import \{ (.*) \} from "@interchannel\/domain"$/m.exec(code)?.[1]?.split(", ") ?? []
    expect(names).not.toEqual([])
    for (const name of names) expect(domain).toHaveProperty(name)
    const { body, checks } = toBody(code)
    expect(checks).toBe(code.split("// =>").length - 1)
    expect(checks).toBeGreaterThan(0)
    const run = new Function("check", ...names, body)
    run((actual: unknown, expected: unknown) => expect(actual).toEqual(expected), ...names.map((name) => domain[name]))
  })

  it("the README has one, and so have the modules that read what people write", () => {
    const paths = new Set(examples.map(([path]) => path))
    for (const path of [
      "README.md",
      "src/EmailAddress.ts",
      "src/PhoneNumber.ts",
      "src/PersonName.ts",
      "src/Handle.ts"
    ]) {
      expect(paths).toContain(path)
    }
  })
})
