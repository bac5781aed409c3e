import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Delivery } from "../src/index.ts"

const bytes = (text: string) => Buffer.from(text)

describe("Delivery.bodyData", () => {
  it.prop("reads any JSON", [FastCheck.jsonValue()], ([data]) => {
    const text = JSON.stringify(data)
    expect(Delivery.bodyData("application/json", bytes(text))).toEqual(JSON.parse(text))
    expect(Delivery.bodyData(undefined, bytes(text))).toEqual(JSON.parse(text))
  })

  it.each([
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "APPLICATION/X-WWW-FORM-URLENCODED"
  ])("reads form fields of type %s", (type) => {
    expect(Delivery.bodyData(type, bytes("From=%2B12025550100&Body=a+b%26c"))).toEqual({
      From: "+12025550100",
      Body: "a b&c"
    })
  })

  it("a field named like a part of every object is a field and nothing else", () => {
    const data = Delivery.bodyData("application/x-www-form-urlencoded", bytes("__proto__=x&constructor=y"))
    expect(Object.entries(data as object)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"]
    ])
    expect({}).not.toHaveProperty("x")
  })

  it.each(["", "<xml/>", "{", "\u0000"])("gives nothing for %j", (text) => {
    expect(Delivery.bodyData("application/json", bytes(text))).toBeUndefined()
  })

  it.prop("never throws, whatever comes", [FastCheck.uint8Array()], ([body]) => {
    expect(() => Delivery.bodyData("text/plain", body)).not.toThrow()
    expect(Delivery.bodyText({ method: "POST", url: "", headers: {}, body, receivedAt: 0 })).toBeTypeOf("string")
  })
})
