import { describe, expect, it } from "vitest"
import * as Key from "../src/Key.ts"
import type { Interaction } from "../src/Interaction.ts"
import * as Ref from "../src/Ref.ts"
import * as SameAs from "../src/SameAs.ts"

const told = (connection: string, id: string, more: object): Interaction =>
  ({
    key: Key.interaction(connection, Ref.local("thing", id)),
    connection,
    ref: Ref.local("thing", id),
    direction: "inbound",
    startedAt: 0,
    participants: [],
    version: { at: 0, rank: 0 },
    ...more
  }) as unknown as Interaction
const mail = (connection: string, messageId?: string, more: object = {}) =>
  told(connection, "1", { kind: "email", details: messageId === undefined ? {} : { messageId }, ...more })
const call = (connection: string, id: string, legs: ReadonlyArray<string> = []) =>
  told(connection, id, { kind: "voice", details: { legs: legs.map((leg) => ({ id: leg })) } })

describe("SameAs.same", () => {
  it.each([
    [
      "mails with one Message-ID, in brackets or not",
      mail("box", "<a@example.com>"),
      mail("crm", "a@example.com"),
      true
    ],
    ["mails without one", mail("box"), mail("crm"), false],
    ["mails with an empty one", mail("box", "<>"), mail("crm", "<>"), false],
    [
      "mails that are days apart",
      mail("box", "a@example.com"),
      mail("crm", "a@example.com", { startedAt: 2e8 }),
      false
    ],
    [
      "a call, and its copy that names a leg",
      call("phone", "CA-root-1", ["CA-leg-22"]),
      call("crm", "7", ["CA-leg-22"]),
      true
    ],
    ["a call, and its copy that names the call", call("phone", "CA-root-1"), call("crm", "7", ["CA-root-1"]), true],
    ["two calls of two systems that count from one", call("phone", "17"), call("crm", "17"), false],
    ["a mail and a call of one id", mail("box", "CA-root-1"), call("phone", "CA-root-1"), false]
  ])("%s", (_, a, b, expected) => {
    expect(SameAs.same(a, b)).toBe(expected)
    expect(SameAs.same(b, a)).toBe(expected)
  })

  it("nothing is the same as itself", () => {
    const one = mail("box", "a@example.com")
    expect(SameAs.same(one, one)).toBe(false)
  })

  it("names tell nothing of what they are made of", () => {
    expect(JSON.stringify(SameAs.namesOf(mail("box", "ana@example.com")))).not.toContain("ana")
  })
})
