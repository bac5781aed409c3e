import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { Key, Ref } from "../src/index.ts"

const text = FastCheck.string({ unit: "binary", minLength: 1, maxLength: 4 })
const pieces = FastCheck.array(text, { minLength: 1, maxLength: 4 })

describe("a key is derived", () => {
  it("the same address gives the same key, in every process and release", () => {
    // Pinned: a ledger written by one release is found again by the next.
    expect(Key.contact("support", Ref.local("user", "U1"))).toBe("c_c_qaFzjpmvYk3rYrSco1Sw")
    expect(Key.interaction("support", Ref.local("user", "U1"))).toBe("i_c_qaFzjpmvYk3rYrSco1Sw")
  })

  it("the same address in two roles, kinds or connections gives different keys", () => {
    const ref = Ref.local("ticket", "7")
    const keys = [
      Key.contact("support", ref),
      Key.organization("support", ref),
      Key.interaction("support", ref),
      Key.conversation("support", ref),
      Key.interaction("support-eu", ref),
      Key.interaction("support", Ref.local("comment", "7")),
      Key.interaction("support", Ref.local("ticket", "8"))
    ]
    expect(new Set(keys.map((key) => key.slice(2))).size).toBe(4)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it.each([
    [
      ["a", "bc"],
      ["ab", "c"]
    ],
    [
      ["a\0b", "c"],
      ["a", "b\0c"]
    ],
    [["a", ""], ["a"]],
    [
      ['a","b', "c"],
      ["a", 'b","c']
    ],
    [["\ud800"], ["\udbff"]]
  ])("%j and %j are not run together", (one, other) => {
    expect(Key.derive("x", ...one)).not.toBe(Key.derive("x", ...other))
  })

  it("two lists of pieces share a key only when they are equal", () => {
    FastCheck.assert(
      FastCheck.property(pieces, pieces, (one, other) => {
        const equal = one.length === other.length && one.every((piece, index) => piece === other[index])
        expect(Key.derive("x", ...one) === Key.derive("x", ...other)).toBe(equal)
      })
    )
  })
})

describe("a key tells what it names, and nothing else", () => {
  const ref = Ref.local("user", "U1")
  const keys = {
    contact: Key.contact("support", ref),
    organization: Key.organization("support", ref),
    interaction: Key.interaction("support", ref),
    conversation: Key.conversation("support", ref),
    "a key of another kind": Key.derive("p", "support", "user", "U1")
  }
  it.each([
    ["contact", Key.isContact],
    ["organization", Key.isOrganization],
    ["interaction", Key.isInteraction],
    ["conversation", Key.isConversation]
  ] as const)("%s", (kind, is) => {
    expect(Object.entries(keys).flatMap(([name, key]) => (is(key) ? [name] : []))).toEqual([kind])
  })
})

describe("a content hash tells whether data changed", () => {
  const shuffled = (data: unknown): unknown => {
    if (Array.isArray(data)) return data.map(shuffled)
    if (data === null || typeof data !== "object") return data
    const reversed = Object.entries(data)
      .reverse()
      .map(([name, value]) => [name, shuffled(value)])
    return { notThere: undefined, ...Object.fromEntries(reversed) }
  }

  it("the order of fields and absent fields do not count", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue({ noUnicodeString: false }), (data) => {
        expect(Key.contentHash(shuffled(data))).toBe(Key.contentHash(data))
      })
    )
  })

  it("any other difference counts", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), FastCheck.jsonValue(), (one, other) => {
        const equal = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
        expect(Key.contentHash(one) === Key.contentHash(other)).toBe(equal)
      })
    )
  })

  it.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: {} }, { a: [] }],
    [{ a: "1" }, { a: 1 }],
    [{ a: null }, {}],
    [{ a: { b: 1 } }, { a: {}, b: 1 }]
  ])("%j is not %j", (one, other) => {
    expect(Key.contentHash(one)).not.toBe(Key.contentHash(other))
  })
})

const sorted = (data: unknown): unknown => {
  if (Array.isArray(data)) return data.map(sorted)
  if (data === null || typeof data !== "object") return data
  const names = Object.keys(data).sort()
  return names.map((name) => [name, sorted((data as Record<string, unknown>)[name])]).concat([["object"]])
}
