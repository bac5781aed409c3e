import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as EmailAddress from "../src/EmailAddress.ts"

const addressOf = (raw: string): string | undefined => {
  const parsed = EmailAddress.parse(raw)
  return parsed._tag === "Address" ? parsed.address : undefined
}
const reasonOf = (raw: string): EmailAddress.Reason | undefined => {
  const parsed = EmailAddress.parse(raw)
  return parsed._tag === "Unusable" ? parsed.reason : undefined
}

const local = FastCheck.stringMatching(/^[a-z0-9]+([.+_-][a-z0-9]+){0,3}$/).filter((text) => text.length <= 60)
const host = FastCheck.stringMatching(/^[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,5})?\.(com|example|co\.uk|de)$/)

describe("one mailbox has one form, however it is written", () => {
  it.each([
    ["ana@example.com", "ana@example.com"],
    ["  Ana@Example.COM. ", "ana@example.com"],
    ["<ana@example.com>", "ana@example.com"],
    ['"Ana Example" <ana@example.com>', "ana@example.com"],
    ["Ana Example <ana@example.com>,", "ana@example.com"],
    ["ana(work)@example.com", "ana@example.com"],
    ["ana@example.com (Ana (Annie) Example)", "ana@example.com"],
    ["mailto:ana%2Bnews@example.com?subject=Hello", "ana+news@example.com"],
    ["<mailto:ana@example.com>", "ana@example.com"],
    ["ａｎａ＠example．com", "ana@example.com"],
    ["ana\u200b@example.com", "ana@example.com"],
    ["ana@MÜNCHEN.example", "ana@xn--mnchen-3ya.example"],
    ["ana@xn--mnchen-3ya.example", "ana@xn--mnchen-3ya.example"],
    ["jose\u0301@example.com", "josé@example.com"],
    ['"ana.maria"@example.com', "ana.maria@example.com"],
    ['"Ana Maria"@example.com', '"ana maria"@example.com'],
    ["a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"]
  ])("%s", (raw, address) => {
    expect(addressOf(raw)).toBe(address)
  })
})

describe("what reaches nobody says why", () => {
  it.each<[string, EmailAddress.Reason]>([
    ["", "empty"],
    [" \u200b ", "empty"],
    ["ana", "no at sign"],
    ["/O=EXCHANGELABS/OU=GROUP/CN=ANA", "no at sign"],
    ["@example.com", "malformed"],
    ["ana@", "malformed"],
    ["a@b@example.com", "malformed"],
    ["ana..b@example.com", "malformed"],
    ["ana b@example.com", "malformed"],
    ["ana@exa_mple.com", "malformed"],
    ["ana@example..com", "malformed"],
    ["ana@example.com/path", "malformed"],
    ["ana@example.com:25", "malformed"],
    ["ana@example.com, bob@example.com", "several addresses"],
    ["ana@example.com bob@example.com", "several addresses"],
    ["ana@localhost", "host is not public"],
    ["ana@[192.0.2.1]", "host is not public"],
    ["ana@192.0.2.1", "host is not public"],
    ["anonymous@anonymous.invalid", "host is not public"],
    ["none@none", "host is not public"],
    ["none@none.com", "placeholder"],
    ["test@example.com", "placeholder"],
    ["no-email@example.com", "placeholder"],
    ["email@email.com", "placeholder"],
    [`${"a".repeat(65)}@example.com`, "too long"],
    [`ana@${`${"b".repeat(60)}.`.repeat(4)}example.com`, "too long"],
    ["x".repeat(1_001), "too long"]
  ])("%s: %s", (raw, reason) => {
    expect(reasonOf(raw)).toBe(reason)
  })
})

describe("a function's or a machine's mailbox is no person's", () => {
  it.each([
    "info@example.com",
    "INFO@example.com",
    "support+t42@example.com",
    "sales.uk@example.com",
    "customer-care@example.com",
    "kontakt@example.com",
    "no-reply@example.com",
    "noreply-orders@example.com",
    "do_not_reply@example.com",
    "mailer-daemon@example.com",
    "bounce+ana=example.com@lists.example",
    "postmaster@example.com"
  ])("%s", (raw) => {
    expect(EmailAddress.parse(raw)).toMatchObject({ _tag: "Address", role: true })
  })

  it.each(["ana@example.com", "ana+support@example.com", "it.ana@example.com", "infante@example.com", "ana@ana.dev"])(
    "%s stays a person's",
    (raw) => {
      expect(EmailAddress.parse(raw)).toMatchObject({ _tag: "Address", role: false })
    }
  )
})

describe("weak aliases name the other spellings and never the address itself", () => {
  it.each([
    ["ana@example.com", []],
    ["ana.example+news@example.com", ["ana.example@example.com"]],
    ["Ana.Example+news@GMail.com", ["ana.example@gmail.com", "anaexample@gmail.com"]],
    ["a.n.a@googlemail.com", ["ana@gmail.com"]],
    ["ana@googlemail.com", ["ana@gmail.com"]],
    ["ana@gmail.com", []],
    ["+ana@example.com", []]
  ])("%s", (raw, weakAliases) => {
    expect(EmailAddress.parse(raw)).toMatchObject({ weakAliases })
  })
})

describe("a display name is kept unless it claims another address", () => {
  it.each([
    ['"Example, Ana" <ana@example.com>', "Example, Ana"],
    ["'Ana Example' <ana@example.com>", "Ana Example"],
    ['"Ana \\"Annie\\" Example" <ana@example.com>', 'Ana "Annie" Example'],
    ["ana@example.com (Ana Example)", "Ana Example"],
    ["ana(work)@example.com", undefined],
    ['"bob@example.net" <ana@example.com>', undefined],
    ["ana@example.com", undefined]
  ])("%s", (raw, displayName) => {
    const parsed = EmailAddress.parse(raw)
    expect(parsed._tag === "Address" ? parsed.displayName : "unusable").toBe(displayName)
  })
})

describe("for every text", () => {
  const texts = FastCheck.oneof(
    FastCheck.string({ unit: "binary", maxLength: 80 }),
    FastCheck.tuple(FastCheck.string({ unit: "grapheme" }), FastCheck.webUrl(), FastCheck.string()).map(
      ([a, b, c]) => `${a}@${b}${c}`
    ),
    FastCheck.string({ unit: FastCheck.constantFrom(...Array.from('a@."\\()<>+ ,;:ü%ß-_[]İ＠')), maxLength: 20 }).map(
      (text) => `${text}.com`
    ),
    FastCheck.emailAddress()
  )

  it("parsing is total, and an address parses to itself", () => {
    FastCheck.assert(
      FastCheck.property(texts, (raw) => {
        const parsed = EmailAddress.parse(raw)
        if (parsed._tag === "Unusable") return
        const { displayName: _, ...rest } = parsed
        expect(EmailAddress.parse(parsed.address)).toEqual(rest)
      }),
      { numRuns: 2_000 }
    )
  })

  it("no alias is the address itself, and aliases of aliases were named already", () => {
    const hosts = FastCheck.oneof(host, FastCheck.constantFrom("gmail.com", "googlemail.com"))
    FastCheck.assert(
      FastCheck.property(local, hosts, (name, at) => {
        const parsed = EmailAddress.parse(`${name}@${at}`)
        const aliases = parsed._tag === "Address" ? parsed.weakAliases : []
        const further = aliases
          .map((alias) => EmailAddress.parse(alias))
          .flatMap((again) => (again._tag === "Address" ? again.weakAliases : []))
        expect(aliases).not.toContain(`${name}@${at}`)
        expect(aliases).toEqual(expect.arrayContaining(further))
      })
    )
  })

  it("case, surrounding space, brackets and a display name change nothing", () => {
    const wrap = FastCheck.constantFrom<(text: string) => string>(
      (text) => text.toUpperCase(),
      (text) => `  ${text}\t`,
      (text) => `<${text}>`,
      (text) => `"Ana, Example" <${text}>`,
      (text) => `mailto:${encodeURIComponent(text)}`,
      (text) => `${text}.`
    )
    FastCheck.assert(
      FastCheck.property(local, host, wrap, (name, at, wrapped) => {
        expect(addressOf(wrapped(`${name}@${at}`))).toBe(addressOf(`${name}@${at}`))
      })
    )
  })
})
