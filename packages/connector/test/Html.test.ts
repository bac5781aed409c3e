import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Html from "../src/Html.ts"

describe("bodies", () => {
  const paragraphs = FastCheck.array(FastCheck.string({ minLength: 1, maxLength: 30 }), { maxLength: 5 })

  it("read back as they were written, however they look", () => {
    FastCheck.assert(
      FastCheck.property(paragraphs, (texts) => {
        const text = texts.map((one) => one.replace(/\s/g, " ")).join("\n\n")
        const squeezed = (given: string) => given.replace(/\s+/g, " ").trim()
        expect(squeezed(Html.toText(Html.fromText(text)))).toBe(squeezed(text))
      }),
      { numRuns: 300, seed: 7 }
    )
  })

  it("are cut within the limit, and never inside a tag", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.string({ maxLength: 400 }),
        FastCheck.integer({ min: 20, max: 200 }),
        (text, max) => {
          const cut = Html.fromTextWithin(text, max)
          expect(cut.length).toBeLessThanOrEqual(max)
          expect(cut).toMatch(/^(<p>([^<]|<br>)*<\/p>)*$/)
        }
      ),
      { numRuns: 300, seed: 7 }
    )
  })

  it("of hostile markup are read in no time", () => {
    expect(Html.toText("<".repeat(60_000)).length).toBe(60_000)
    expect(Html.toText("&#x110000;&#0;&rarr;&copy;<br/>a</p>b")).toBe("&#x110000;&#0;&rarr;©\na\n\nb")
  })
})
