import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as PhoneNumber from "../src/PhoneNumber.ts"

const ana = { _tag: "Number", e164: "+12025550123", valid: true, country: "US", type: "FIXED_LINE_OR_MOBILE" }

describe("one number has one form, however it is written", () => {
  it.each([
    "+12025550123",
    "+1 (202) 555-0123",
    "+1.202.555.0123",
    "(+1) 202 555 0123",
    "001 202 555 0123",
    "＋１２０２５５５０１２３",
    "+١٢٠٢٥٥٥٠١٢٣",
    "+१२०२५५५०१२३",
    "\u202a+1 202\u00a0555‑0123\u202c",
    "tel:+1-202-555-0123",
    "tel:555-0123;phone-context=+1-202",
    "sip:+12025550123@gateway.example.com;user=phone",
    "sips:+12025550123;phone-context=+1@gateway.example.com:5061",
    '"Ana Example" <sip:+12025550123@gateway.example.com>',
    "sip:12025550123@gateway.example.com;user=phone",
    "whatsapp:+12025550123",
    "Mobile: +1 202 555 0123",
    "Tel. +1 202 555 0123"
  ])("%s", (raw) => {
    expect(PhoneNumber.parse(raw, raw.startsWith("sip:1") ? { digits: "international" } : {})).toEqual(ana)
  })

  it.each(["2025550123", "(202) 555-0123", "1 202 555 0123", "202-555-0123", "+12025550123", "011 1 202 555 0123"])(
    "%s at home in the United States",
    (raw) => {
      expect(PhoneNumber.parse(raw, { defaultRegion: "us" })).toEqual(ana)
    }
  )

  it("a vendor that leaves the plus out is told so", () => {
    expect(PhoneNumber.parse("12025550123", { digits: "international" })).toEqual(ana)
    expect(PhoneNumber.parse("12025550123", { digits: "international", defaultRegion: "DE" })).toEqual(ana)
  })

  it("a forgotten plus is understood where the digits are too many for home", () => {
    expect(PhoneNumber.parse("12025550123", { defaultRegion: "FR" })).toEqual(ana)
  })

  it("a number that the plan does not know is kept as not valid", () => {
    expect(PhoneNumber.parse("+447700900123")).toMatchObject({ _tag: "Number", e164: "+447700900123", valid: false })
  })
})

describe("an extension is kept beside the number", () => {
  it.each([
    "+1 202 555 0123 x45",
    "+1 202 555 0123 ext. 45",
    "+1 202 555 0123, extension 45",
    "+1 202 555 0123 #45",
    "+12025550123,,45#",
    "tel:+1-202-555-0123;ext=45",
    "+1 202 555 0123 Durchwahl 45",
    "+1 202 555 0123 доб. 45"
  ])("%s", (raw) => {
    expect(PhoneNumber.parse(raw)).toEqual({ ...ana, extension: "45" })
  })
})

describe("a withheld caller is nobody, also when spelled on the keypad", () => {
  it.each<[string, PhoneNumber.WithheldWord]>([
    ["+266696687", "anonymous"],
    ["+7378742833", "restricted"],
    ["+2562533", "blocked"],
    ["+8656696", "unknown"],
    ["+86282452253", "unavailable"],
    ["266696687", "anonymous"],
    ["00266696687", "anonymous"],
    ["tel:+266696687", "anonymous"],
    ["whatsapp:+266696687", "anonymous"],
    ["sip:+266696687@gateway.example.com", "anonymous"],
    ["Anonymous", "anonymous"],
    ["RESTRICTED", "restricted"],
    ["<unknown>", "unknown"],
    ["Private Number", "private"],
    ["No Caller ID", "withheld"],
    ["Rufnummer unterdrückt", "withheld"],
    ["numéro inconnu", "unknown"],
    ["unavailable", "unavailable"],
    ["Blocked", "blocked"],
    ["sip:anonymous@anonymous.invalid", "anonymous"],
    ['"Anonymous" <sip:anonymous@anonymous.invalid;transport=udp>', "anonymous"],
    ["sip:c8oqz84zk7z@anonymous.invalid", "anonymous"],
    ["sip:unavailable@unknown.invalid", "unknown"],
    ["sip:restricted@gateway.example.com", "restricted"],
    ["client:Anonymous", "anonymous"],
    ["0000000000", "unknown"],
    ["+10000000000", "unknown"]
  ])("%s: %s", (raw, word) => {
    expect(PhoneNumber.parse(raw)).toEqual({ _tag: "Withheld", word })
  })

  it("a keypad spelling that rings at home is a number", () => {
    expect(PhoneNumber.parse("7378742833", { defaultRegion: "US" })).toMatchObject({ _tag: "Number", valid: true })
    expect(PhoneNumber.parse("266696687", { defaultRegion: "CZ" })).toMatchObject({ _tag: "Number", valid: true })
  })
})

describe("short codes, senders and softphones are told from numbers", () => {
  it.each<[string, PhoneNumber.Options, PhoneNumber.Parsed]>([
    ["82300", { defaultRegion: "de" }, { _tag: "ShortCode", code: "82300", region: "DE" }],
    ["911", {}, { _tag: "ShortCode", code: "911" }],
    ["tel:32665", { defaultRegion: "US" }, { _tag: "ShortCode", code: "32665", region: "US" }],
    ["Acme Shop", {}, { _tag: "Alphanumeric", name: "Acme Shop" }],
    ["4Finance", { defaultRegion: "US" }, { _tag: "Alphanumeric", name: "4Finance" }],
    ["H&M", {}, { _tag: "Alphanumeric", name: "H&M" }],
    ["sip:Ana@PBX.Example.com:5060;transport=tls", {}, { _tag: "SipUser", user: "Ana", host: "pbx.example.com" }],
    ["sip:1001@pbx.example.com", { defaultRegion: "US" }, { _tag: "SipUser", user: "1001", host: "pbx.example.com" }],
    ["tel:7042;phone-context=example.com", {}, { _tag: "SipUser", user: "7042", host: "example.com" }],
    ["client:ana", {}, { _tag: "SipUser", user: "ana", host: "client" }]
  ])("%s", (raw, options, parsed) => {
    expect(PhoneNumber.parse(raw, options)).toEqual(parsed)
  })

  it("letters that spell a number are that number", () => {
    expect(PhoneNumber.parse("1-800-FLOWERS")).toMatchObject({ e164: "+18003569377", type: "TOLL_FREE" })
    expect(PhoneNumber.parse("1-800-CONTACTS")).toMatchObject({ e164: "+18002668228" })
    expect(PhoneNumber.parse("(800) FLOWERS", { defaultRegion: "US" })).toMatchObject({ e164: "+18003569377" })
  })
})

describe("what reaches nobody says why", () => {
  it.each<[string, PhoneNumber.Options, PhoneNumber.Reason]>([
    ["", {}, "empty"],
    ["-", {}, "placeholder"],
    ["n/a", {}, "placeholder"],
    ["1234567890", { defaultRegion: "US" }, "placeholder"],
    ["5555555555", { defaultRegion: "US" }, "placeholder"],
    ["+1 555 555 5555", {}, "placeholder"],
    ["555-0123", { defaultRegion: "US" }, "placeholder"],
    ["202 555 0123", {}, "needs a default region"],
    ["0612345678", { defaultRegion: "XX" }, "needs a default region"],
    ["765-4321", { defaultRegion: "US" }, "too short"],
    ["+1234567890123456", {}, "too long"],
    ["1".padEnd(300, "2"), {}, "too long"],
    ["+999123456789", {}, "not a phone number"],
    ["ext. 7", {}, "extension without a number"],
    ["ana@example.com", {}, "not a phone number"],
    ["whatsapp:US.13491208655302741918", {}, "not a phone number"],
    ["messenger:108234", {}, "not a phone number"],
    ["please call me back", {}, "not a phone number"]
  ])("%s: %s", (raw, options, reason) => {
    expect(PhoneNumber.parse(raw, options)).toEqual({ _tag: "Unusable", reason })
  })
})

describe("for every text", () => {
  const regions = FastCheck.constantFrom("US", "DE", "GB", "IT", "DK", "JP", "BR", "LK", "AU", "XX")
  const options = FastCheck.oneof(
    FastCheck.constant<PhoneNumber.Options>({}),
    FastCheck.record({ defaultRegion: regions }),
    FastCheck.record({
      defaultRegion: regions,
      digits: FastCheck.constantFrom("national" as const, "international" as const)
    })
  )
  const texts = FastCheck.oneof(
    FastCheck.string({ unit: "binary", maxLength: 60 }),
    FastCheck.string({ unit: FastCheck.constantFrom(...Array.from("0123456789+-() x")), maxLength: 18 }),
    FastCheck.string({
      unit: FastCheck.constantFrom(...Array.from("00112233445566778899")),
      minLength: 5,
      maxLength: 13
    }),
    FastCheck.tuple(
      FastCheck.constantFrom("sip:", "sips:", "tel:", "client:", "whatsapp:", '"A" <', "+", "Tel "),
      FastCheck.string({
        unit: FastCheck.constantFrom(...Array.from('0123456789+@:;=?%/.<>"aAé -client')),
        maxLength: 20
      })
    ).map(([scheme, rest]) => scheme + rest)
  )

  it("parsing is total, and the canonical text parses to the same", () => {
    FastCheck.assert(
      FastCheck.property(texts, options, (raw, given) => {
        const parsed = PhoneNumber.parse(raw, given)
        const text = PhoneNumber.format(parsed)
        expect(text === undefined ? parsed : PhoneNumber.parse(text, given)).toEqual(parsed)
      }),
      { numRuns: 5_000 }
    )
  })

  it.each<[string, PhoneNumber.Options]>([
    ["sip:% @pbx.example.com", {}],
    ["00000005", { defaultRegion: "AU" }]
  ])("found once: the canonical text of %j parses to the same", (raw, given) => {
    const parsed = PhoneNumber.parse(raw, given)
    expect(PhoneNumber.parse(PhoneNumber.format(parsed)!, given)).toEqual(parsed)
  })

  it("punctuation and spacing change nothing", () => {
    const separator = FastCheck.constantFrom("", " ", "-", ".", "\u00a0", "–", " - ")
    const subscriber = FastCheck.integer({ min: 100, max: 199 }).map((last) => `0${last}`)
    FastCheck.assert(
      FastCheck.property(subscriber, FastCheck.tuple(separator, separator, separator), (last, [a, b, c]) => {
        expect(PhoneNumber.parse(`+1${a}202${b}555${c}${last}`)).toEqual({ ...ana, e164: `+1202555${last}` })
      })
    )
  })
})
