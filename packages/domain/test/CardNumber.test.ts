import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as CardNumber from "../src/CardNumber.ts"

describe("CardNumber.mask", () => {
  it.each([
    ["a colon before it", "card:4111111111111111", "card:•••• 1111"],
    ["no separators", "card 4111111111111111.", "card •••• 1111."],
    ["groups", "4111 1111 1111 1111", "•••• 1111"],
    ["hyphens", "5555-5555-5555-4444 is it", "•••• 4444 is it"],
    ["no-break spaces", "3782\u00a0822463\u00a010005", "•••• 0005"],
    ["followed by its expiry", "4111 1111 1111 1111 12 29", "•••• 1111 12 29"],
    ["two in one text", "4111111111111111 or 5555555555554444", "•••• 1111 or •••• 4444"],
    ["two in one run of groups", "4111 1111 1111 1111 5555 5555 5555 4444", "•••• 1111 •••• 4444"],
    ["fourteen digits", "Diners 3056 930902 5904", "Diners •••• 5904"]
  ])("masks a number with %s", (_, text, masked) => {
    expect(CardNumber.mask(text)).toBe(masked)
  })

  it.each([
    ["a check digit that does not fit", "4111 1111 1111 1112"],
    ["a length that no issuer gives", "41111111111111111"],
    ["a time of Slack that passes the check", "1700000000.000004 and 1700000000000004"],
    ["a permanent link of Slack", "https://acme.example.com/archives/C012/p4111111111111111"],
    ["a telephone number", "+4111111111111111"],
    ["a vendor's id", "CA4111111111111111 4111111111111111abc"],
    ["an amount", "4111111111111111.25"],
    ["an address of a page", "https://shop.example.com/orders?id=4111111111111111"],
    ["an ordinary text", "We met on 2026-03-04 at 10:00 about order 12345."]
  ])("leaves %s alone", (_, text) => {
    expect(CardNumber.mask(text)).toBe(text)
  })

  it("leaves every Slack timestamp alone, also those that pass the check digit", () => {
    const timestamp = fc.tuple(
      fc.integer({ min: 1_400_000_000, max: 1_999_999_999 }),
      fc.integer({ min: 0, max: 999_999 })
    )
    fc.assert(
      fc.property(timestamp, ([seconds, micros]) => {
        const ts = `${seconds}.${String(micros).padStart(6, "0")}`
        expect(CardNumber.mask(`see ${ts} and p${ts.replace(".", "")} and ${ts.replace(".", "")}`)).toContain(ts)
        expect(CardNumber.mask(ts.replace(".", ""))).toBe(ts.replace(".", ""))
      })
    )
  })

  it("masking what is masked changes nothing", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9 a-z-]{0,60}$/), (text) => {
        expect(CardNumber.mask(CardNumber.mask(text))).toBe(CardNumber.mask(text))
      })
    )
  })
})
