import { Handle, Ref } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import * as Draft from "../../src/mail/Draft.ts"
import * as Thread from "../../src/mail/Thread.ts"

const NOW = Date.UTC(2026, 4, 4, 9) + 987
const sender = { address: "desk@example.com", own: ["desk@example.com"], plusAddresses: false }
const to = Handle.email("anna@example.org")!
const thread = Ref.local("thread", "m1@example.org")
const answered = (...headers: ReadonlyArray<readonly [string, string]>) => ({
  headers: [["message-id", "<m2@example.org>"], ["subject", "AW: Order"], ...headers] as const
})

describe("a draft", () => {
  it("that begins a thread says who it is for, and carries its key in its Message-ID", () => {
    const draft = Draft.make({ key: "k", to, subject: "News", text: "Hello" }, sender, undefined, NOW)!
    expect(draft).toMatchObject({ to: ["anna@example.org"], subject: "News", references: [], at: NOW - 987 })
    expect(Thread.isOwn(draft.messageId, "k")).toBe(true)
    expect(draft.returnPath).toBe("desk@example.com")
  })

  it("that answers goes to who wrote from outside, with the thread before it", () => {
    const mail = answered(
      ["from", "Anna <anna@example.org>"],
      ["to", "desk@example.com"],
      ["references", "<m1@example.org>"]
    )
    const draft = Draft.make({ key: "k", conversation: thread, text: "Hello" }, sender, mail, NOW)!
    expect(draft).toMatchObject({
      to: ["anna@example.org"],
      subject: "Re: Order",
      references: ["m1@example.org", "m2@example.org"]
    })
  })

  it("keeps the beginning and the end of a long thread", () => {
    const references = Array.from({ length: 30 }, (_, index) => `<r${index}@example.org>`).join(" ")
    const mail = answered(["from", "anna@example.org"], ["references", references])
    const draft = Draft.make({ key: "k", conversation: thread, text: "Hello" }, sender, mail, NOW)!
    expect(draft.references).toHaveLength(20)
    expect([draft.references[0], draft.references.at(-1)]).toEqual(["r0@example.org", "m2@example.org"])
  })

  it("has replies and bounces come to addresses of its own where the mailbox takes them", () => {
    const plus = { ...sender, plusAddresses: true }
    const draft = Draft.make({ key: "k", to, text: "Hello" }, plus, undefined, NOW)!
    expect(draft.replyTo).toMatch(/^desk\+ic\.[\w-]{16}@example\.com$/)
    expect(draft.returnPath).toMatch(/^desk\+ib\.[\w-]{22}@example\.com$/)
  })

  it("for nobody, for a machine or for ourselves alone is none", () => {
    const ask = { key: "k", conversation: thread, text: "Hello" }
    expect(Draft.make(ask, sender, undefined, NOW)).toBeUndefined()
    expect(
      Draft.make(ask, sender, answered(["from", "no-reply@example.net"], ["to", "desk@example.com"]), NOW)
    ).toBeUndefined()
  })
})
