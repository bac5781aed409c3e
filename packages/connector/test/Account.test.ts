import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Connector, Credentials, Limits } from "../src/index.ts"

const Acme = Connector.make("acme", {
  title: "Acme",
  credentials: Schema.Struct({
    botToken: Credentials.secret({ from: "the app's page, under Install", prefix: "xb-" }),
    password: Schema.optional(Schema.Redacted(Schema.NonEmptyString)),
    account: Schema.NonEmptyString.pipe(Credentials.remedy("enter the number at the top of the account page"))
  }),
  settings: Schema.Struct({
    tier: Schema.optionalWith(Schema.Literal("free", "paid"), { default: () => "free" as const }),
    folders: Schema.optional(Schema.Array(Schema.NonEmptyString))
  }),
  api: () => Layer.empty,
  limits: Limits.cautious,
  check: Effect.succeed([])
})

const good = { connection: "acme-eu", credentials: { botToken: " xb-12345\n", account: "A1" }, settings: {} }
const problems = (given: { connection?: string; credentials?: unknown; settings?: unknown }) =>
  Either.match(Connector.decodeAccount(Acme, { ...good, ...given }), {
    onLeft: (all) => all.map(({ path, what, remedy }) => `${path}: ${what}; ${remedy}`),
    onRight: () => []
  })

describe("Connector.decodeAccount", () => {
  it("gives the account, its secrets redacted and free of the white space that came with copying", () => {
    const account = Either.getOrThrow(Connector.decodeAccount(Acme, good))
    expect(account).toMatchObject({ connection: "acme-eu", settings: { tier: "free" } })
    expect(Redacted.value(account.credentials.botToken)).toBe("xb-12345")
    expect(JSON.stringify(account)).not.toContain("12345")
  })

  it.each<[string, Parameters<typeof problems>[0], ReadonlyArray<string>]>([
    [
      "a missing field",
      { credentials: { botToken: "xb-1" } },
      ["credentials.account: is missing; enter the number at the top of the account page"]
    ],
    [
      "a misspelt field",
      { credentials: { botTokn: "xb-secret", botToken: "xb-1", account: "A" } },
      ["credentials.botTokn: is not known here; remove it or correct its name; known are botToken, password, account"]
    ],
    [
      "another kind of token",
      { credentials: { botToken: "xp-secret", account: "A" } },
      ["credentials.botToken: expected a text that begins with xb-; copy it from the app's page, under Install"]
    ],
    [
      "a token with something missing",
      { credentials: { botToken: "xb-", account: "A" } },
      ["credentials.botToken: expected a text that begins with xb-; copy it from the app's page, under Install"]
    ],
    [
      "no text",
      { credentials: { botToken: 987654, account: "A" } },
      ["credentials.botToken: expected a text that begins with xb-; copy it from the app's page, under Install"]
    ],
    ["an unknown choice", { settings: { tier: "gold" } }, ['settings.tier: expected "free" or "paid"; correct it']],
    [
      "a wrong item",
      { settings: { folders: ["a", ""] } },
      ["settings.folders.1: expected a non empty string; correct it"]
    ],
    [
      "a connection id with capitals",
      { connection: "Acme EU" },
      [
        "connection: a Connection id has 1-63 lower-case letters, digits and hyphens, and starts with a letter or digit; correct it"
      ]
    ],
    [
      "nothing at all",
      { credentials: undefined, settings: undefined },
      [
        "credentials.botToken: is missing; copy it from the app's page, under Install",
        "credentials.account: is missing; enter the number at the top of the account page"
      ]
    ]
  ])("names place, fault and remedy of %s", (_, given, expected) => {
    expect(problems(given)).toEqual(expected)
  })

  it("reports all problems at once", () => {
    expect(problems({ connection: "", credentials: {}, settings: { tier: 1 } })).toHaveLength(4)
  })

  it("never shows a value, whatever its kind", () => {
    const secrets = ["xp-hidden-value", "hunter2hunter2", ["hunter2hunter2"], { a: "hunter2hunter2" }, 4_711_4711]
    for (const secret of secrets) {
      for (const credentials of [{ botToken: secret }, { password: secret }, { account: [secret] }, secret]) {
        expect(problems({ credentials }).join()).not.toMatch(/hidden|hunter2|4711/)
      }
    }
  })
})
