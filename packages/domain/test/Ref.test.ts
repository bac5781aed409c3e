import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { ConnectionId, LocalRef, Ref, VendorRef } from "../src/index.ts"

describe("a vendor ref is written so that people can read it and give it back", () => {
  it.each([
    "support-eu/message/T1/C1/17.1",
    "crm/contact/42",
    "mail/message/<1@example.com>",
    "desk/ticket/line\nbreak"
  ])("%s", (text) => {
    const ref = Ref.parse(text)
    expect(ref && Ref.format(ref)).toBe(text)
  })

  it("every ref comes back as it was", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(VendorRef), (ref) => {
        expect(Ref.parse(Ref.format(ref))).toEqual(ref)
      })
    )
  })

  it("what is read is a ref by its schema", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: FastCheck.constantFrom(..."aZ0-/ \n.ü"), maxLength: 12 }), (text) => {
        const ref = Ref.parse(text)
        expect(ref === undefined || (Schema.is(VendorRef)(ref) && Ref.format(ref) === text)).toBe(true)
      })
    )
  })

  it.each(["", "crm", "crm/contact", "crm/contact/", "crm//1", "CRM/contact/1", "-crm/contact/1", "/contact/1"])(
    "%j is no ref",
    (text) => {
      expect(Ref.parse(text)).toBeUndefined()
    }
  )
})

describe("limits", () => {
  it.each([
    ["", false],
    ["a", true],
    ["support-eu-2", true],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    ["-a", false],
    ["Support", false],
    ["a/b", false]
  ])("connection id %j: %s", (id, good) => {
    expect(Schema.is(ConnectionId)(id)).toBe(good)
  })

  it.each([
    ["message", "1", true],
    ["channel/message", "1", false],
    ["", "1", false],
    ["message", "", false],
    ["message", "x".repeat(512), true],
    ["message", "x".repeat(513), false]
  ])("kind %j with its id: %#", (kind, id, good) => {
    expect(Schema.is(LocalRef)({ kind, id })).toBe(good)
  })
})

it("two refs are the same when kind and id are", () => {
  expect(Ref.same(Ref.local("a", "1"), { kind: "a", id: "1" })).toBe(true)
  expect(Ref.same(Ref.local("a", "1"), Ref.local("b", "1"))).toBe(false)
  expect(Ref.same(Ref.local("a", "1"), Ref.local("a", "2"))).toBe(false)
  expect(Ref.at("crm", Ref.local("a", "1"))).toEqual({ connection: "crm", kind: "a", id: "1" })
})
