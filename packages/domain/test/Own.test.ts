import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import {
  type Contact,
  type Handle,
  type Interaction,
  Key,
  Own,
  type Participant,
  Ref,
  type Role,
  Version
} from "../src/index.ts"

const own = Schema.decodeUnknownSync(Own.Own)({
  domains: ["example.com"],
  numbers: ["+1 202 555 0100", "82300", "Acme"],
  teams: ["T-ours"]
})

const contactOf = (id: string, about: Partial<Contact> = {}): Contact => ({
  key: Key.contact("chat", Ref.local("user", id)),
  connection: "chat",
  ref: Ref.local("user", id),
  kind: "record",
  handles: [],
  version: Version.make(1),
  ...about
})
const mail = (address: string): Handle.Handle => ({ kind: "email", value: address })
const number = (value: string): Handle.Handle => ({ kind: "phone", value })

describe("the configuration is read as people write it", () => {
  it.each([
    ["example.com", "example.com"],
    ["Example.COM", "example.com"],
    ["@example.com", "example.com"],
    ["*.example.com", "example.com"],
    [" bücher.example.com ", "xn--bcher-kva.example.com"]
  ])("domain %j", (written, domain) => {
    expect(Schema.decodeUnknownSync(Own.Own)({ domains: [written] }).domains).toEqual([domain])
  })

  it.each([
    ["+1 (202) 555-0100", "+12025550100"],
    ["tel:+1-202-555-0100;ext=12", "+12025550100"],
    ["82300", "82300"],
    ["Acme", "Acme"]
  ])("number %j", (written, value) => {
    expect(Schema.decodeUnknownSync(Own.Own)({ numbers: [written] }).numbers).toEqual([value])
  })

  it.each([
    [{ domains: ["example"] }, "example is no domain; write it as example.org"],
    [{ numbers: ["202 555 0100"] }, "202 555 0100 is no number; write it with its country, as +12025550100"],
    [{ numbers: ["5550100"] }, "5550100 is no number; write it with its country, as +12025550100"]
  ])("a mistake in %j names the remedy", (written, message) => {
    const error = Either.getOrThrow(Either.flip(Schema.decodeUnknownEither(Own.Own)(written)))
    expect(ParseResult.ArrayFormatter.formatErrorSync(error).map((issue) => issue.message)).toContain(message)
  })

  it("nothing configured owns nothing", () => {
    expect(Schema.decodeUnknownSync(Own.Own)({})).toEqual(Own.none)
    expect(Own.ownsHandle(Own.none, mail("ana@example.com"))).toBe(false)
  })
})

describe("a handle is ours", () => {
  it.each<[Handle.Handle, boolean]>([
    [mail("ben@example.com"), true],
    [mail("ben@eu.example.com"), true],
    [mail("ana@example.org"), false],
    [mail("ana@notexample.com"), false],
    [mail("ana@example.com.example.org"), false],
    [number("+12025550100"), true],
    [number("+12025550100;ext=12"), true],
    [number("+12025550101"), false],
    [{ kind: "short-code", value: "82300" }, true],
    [{ kind: "sender-name", value: "Acme" }, true],
    [{ kind: "sender-name", value: "Other" }, false],
    [{ kind: "external", value: "ben@example.com" }, false]
  ])("%j: %s", (handle, ours) => {
    expect(Own.ownsHandle(own, handle)).toBe(ours)
  })
})

describe("who takes part in which role", () => {
  it.each<[string, Participant, Contact | undefined, Role]>([
    ["staff by team", { team: "T-ours" }, undefined, "agent"],
    ["staff by the team of their record", {}, contactOf("1", { team: "T-ours" }), "agent"],
    ["staff by address", { handle: mail("ben@example.com") }, undefined, "agent"],
    ["staff by an address of their record", {}, contactOf("1", { handles: [mail("ben@eu.example.com")] }), "agent"],
    ["staff by number", { handle: number("+12025550100;ext=12") }, undefined, "agent"],
    ["a customer from a shared channel", { team: "T-theirs" }, undefined, "customer"],
    ["a guest, who has no team", {}, contactOf("1", { handles: [mail("ana@example.org")] }), "customer"],
    ["a stranger", { name: "Ana" }, undefined, "customer"],
    ["nobody known", {}, undefined, "customer"],
    ["a bot by its record", {}, contactOf("1", { bot: true }), "bot"],
    ["our own bot", { team: "T-ours" }, contactOf("1", { bot: true, team: "T-ours" }), "bot"],
    ["a bot as the vendor says", { role: "bot" }, undefined, "bot"],
    ["an agent as the vendor says", { role: "agent", handle: mail("eve@example.org") }, undefined, "agent"],
    ["the system", { role: "system" }, undefined, "system"],
    ["a requester from our own staff", { role: "customer", handle: mail("ben@example.com") }, undefined, "agent"],
    ["a requester from outside", { role: "customer", handle: mail("ana@example.org") }, undefined, "customer"]
  ])("%s", (_, participant, contact, role) => {
    expect(Own.roleOf(own, participant, contact)).toBe(role)
  })
})

describe("the customers in an interaction", () => {
  const common = {
    key: Key.interaction("chat", Ref.local("message", "1")),
    connection: "chat",
    ref: Ref.local("message", "1"),
    direction: "inbound",
    startedAt: 0,
    version: Version.make(1)
  } as const
  const ana: Participant = { handle: mail("ana@example.org"), place: "from" }
  const ben: Participant = { handle: mail("ben@example.com"), place: "to" }
  const chat = (...participants: ReadonlyArray<Participant>): Interaction => ({
    ...common,
    kind: "chat",
    participants,
    details: {}
  })
  const email = (details: Extract<Interaction, { kind: "email" }>["details"]): Interaction => ({
    ...common,
    kind: "email",
    participants: [ana, ben],
    details
  })
  const nobody = () => undefined

  it.each<[string, Interaction, ReadonlyArray<Participant>]>([
    ["a customer writes", chat(ana, ben), [ana]],
    ["several customers", chat(ana, { name: "Eve" }, ben), [ana, { name: "Eve" }]],
    ["staff among themselves", chat(ben, { team: "T-ours" }), []],
    ["a bot and staff", chat({ role: "bot" }, ben), []],
    ["a mail", email({ sort: "message" }), [ana]],
    ["a newsletter, by its list id", email({ listId: "news.example.org" }), []],
    ["a newsletter, by its sort", email({ sort: "list" }), []],
    ["nobody at all", chat(), []]
  ])("%s", (_, interaction, customers) => {
    expect(Own.customersOf(own, interaction, nobody)).toEqual(customers)
  })

  it("are judged by their records, where these are known", () => {
    const records = new Map([
      ["1", contactOf("1", { team: "T-ours" })],
      ["2", contactOf("2", { team: "T-theirs" })]
    ])
    const [staff, customer] = ["1", "2"].map((id) => ({ contact: Ref.local("user", id) }))
    expect(Own.customersOf(own, chat(staff!, customer!), ({ id }) => records.get(id))).toEqual([customer])
  })
})
