import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { Handle, PhoneNumber } from "../src/index.ts"

// Numbers that the regulators of the United States, Australia and Britain keep for fiction.
describe("a phone handle keeps what identity needs", () => {
  it.each<[string, Partial<Handle.Handle>]>([
    ["+1 202 555 0123", { numberType: "mobile or landline" }],
    ["+61 491 570 156", { numberType: "mobile" }],
    ["+61 2 5550 0100", { numberType: "landline" }],
    ["+1 800 555 0199", { numberType: "toll-free", shared: true }],
    ["+44 7700 900123", { valid: false }]
  ])("%s", (raw, kept) => {
    const value = raw.replaceAll(" ", "")
    expect(Handle.phone(raw)).toEqual({ kind: "phone", value, ...kept })
  })

  it("the claim comes along, and a toll-free number is shared whatever is claimed", () => {
    expect(Handle.phone("+18005550199", { verified: true, label: "work" })).toMatchObject({
      verified: true,
      label: "work",
      shared: true
    })
  })

  it("what digits without a plus are can be said", () => {
    expect(Handle.phone("2025550123", { defaultRegion: "US" })?.value).toBe("+12025550123")
    expect(Handle.phone("12025550123", { digits: "international" })?.value).toBe("+12025550123")
    expect(Handle.phone("2025550123")).toBeUndefined()
  })

  it.each([
    ["82300", { kind: "short-code", value: "82300", shared: true }],
    ["Acme Shop", { kind: "sender-name", value: "Acme Shop", shared: true }],
    ["sip:Ana@PBX.example.com:5060", { kind: "sip", value: "Ana@pbx.example.com" }],
    ["client:ana", { kind: "sip", value: "ana@client" }],
    ["anonymous", undefined],
    ["+266696687", undefined],
    ["n/a", undefined],
    ["", undefined]
  ])("%j", (raw, handle) => {
    expect(Handle.phone(raw)).toEqual(handle)
  })
})

describe("two desks behind one switchboard are two handles", () => {
  const ana = Handle.phone("+1 202 555 0100 ext. 12")!
  const ben = Handle.phone("tel:+1-202-555-0100;ext=34")!
  const reception = Handle.phone("+1 202 555 0100")!

  it("the extension is part of the value, as RFC 3966 writes it", () => {
    expect(ana.value).toBe("+12025550100;ext=12")
    expect(new Set([ana, ben, reception].map(Handle.keyOf)).size).toBe(3)
  })

  it("however it was written, and read again, the value is the same", () => {
    for (const raw of ["+1 202 555 0100 x12", "+12025550100,,12#", "(202) 555-0100 extension 12", ana.value]) {
      expect(Handle.phone(raw, { defaultRegion: "US" })).toEqual(ana)
    }
  })

  it("the switchboard is where both may be found, and shared", () => {
    const switchboard = { kind: "phone", value: "+12025550100", shared: true }
    expect(Handle.weakAliases(ana)).toEqual([switchboard])
    expect(Handle.weakAliases(ben)).toEqual([switchboard])
    expect(Handle.weakAliases(reception)).toEqual([])
  })

  it("the number to dial is at hand", () => {
    expect([ana, reception].map(({ value }) => Handle.numberOf(value))).toEqual(["+12025550100", "+12025550100"])
  })
})

describe("an e-mail handle", () => {
  it.each([
    ["Ana <Ana@Example.COM>", { kind: "email", value: "ana@example.com" }],
    ["info@example.com", { kind: "email", value: "info@example.com", shared: true }],
    ["not an address", undefined]
  ])("%s", (raw, handle) => {
    expect(Handle.email(raw)).toEqual(handle)
  })

  it.each([
    ["ana.example+news@gmail.com", ["ana.example@gmail.com", "anaexample@gmail.com"]],
    ["ana+news@example.com", ["ana@example.com"]],
    ["ana@example.com", []]
  ])("%s may also be reached as %j", (value, aliases) => {
    expect(Handle.weakAliases({ kind: "email", value })).toEqual(
      aliases.map((alias) => ({ kind: "email", value: alias }))
    )
  })

  it("other kinds have no other spelling", () => {
    expect(Handle.weakAliases(Handle.vendorUser("slack:T1", "U1"))).toEqual([])
    expect(Handle.weakAliases(Handle.external("shop", "ana+1@example.com"))).toEqual([])
  })
})

it("of several claims those that are known stay, each once", () => {
  const [work, home] = [Handle.email("ana@example.com"), Handle.email("ANA@example.com", { verified: true })]
  const phone = Handle.phone("+12025550100")
  expect(Handle.distinct([work, Handle.phone("anonymous"), phone, home])).toEqual([home, phone])
})

it("ids say where they are unique", () => {
  expect(Handle.vendorUser("slack:T1", "U1", { verified: true })).toEqual({
    kind: "vendor-user",
    value: "slack:T1:U1",
    verified: true
  })
  expect(Handle.keyOf(Handle.external("shop", "42"))).toBe("external:shop:42")
})

it("every phone handle fits the schema, and its value reads as the same handle", () => {
  const digits = FastCheck.string({ unit: FastCheck.constantFrom(..."0123456789"), minLength: 6, maxLength: 14 })
  const extension = FastCheck.option(FastCheck.integer({ min: 0, max: 99_999 }), { nil: undefined })
  FastCheck.assert(
    FastCheck.property(digits, extension, (number, ext) => {
      const handle = Handle.phone(`+${number}${ext === undefined ? "" : ` ext ${ext}`}`)
      if (handle === undefined) return
      expect(Schema.is(Handle.Handle)(handle)).toBe(true)
      expect(Handle.phone(handle.value)).toEqual(handle)
      expect(PhoneNumber.parse(Handle.numberOf(handle.value))._tag).not.toBe("Unusable")
    }),
    { numRuns: 1_000 }
  )
})
