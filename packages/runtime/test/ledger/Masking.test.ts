import { CardNumber, Part, Ref, Version } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import * as Masking from "../../src/ledger/Masking.ts"

const CARD = "4111 1111 1111 1111"
const part = (fields: Part.InteractionPart["fields"], ref = "1") =>
  Part.interaction({ ref: Ref.local("message", ref), version: Version.make(1), fields })

describe("card numbers in what a vendor tells", () => {
  it("are masked in every text, and nowhere else", () => {
    // A timestamp of Slack that passes the check digit, as the id of a message and in its text.
    const ts = "4111111111.111111"
    const told = part(
      {
        kind: "survey",
        subject: `Card ${CARD}`,
        text: `${CARD}, see ${ts} and https://example.com/p4111111111111111`,
        outcome: `paid with ${CARD}`,
        conversation: Ref.local("thread", "4111111111111111"),
        details: { answers: { Card: CARD } }
      },
      "4111111111111111"
    )
    expect(Masking.outcome(told)).toEqual({
      ...told,
      fields: {
        ...told.fields,
        subject: "Card •••• 1111",
        text: `•••• 1111, see ${ts} and https://example.com/p4111111111111111`,
        outcome: "paid with •••• 1111",
        details: { answers: { Card: "•••• 1111" } }
      }
    })
  })

  it("are masked in transcripts", () => {
    const told = part({ kind: "voice", details: { transcripts: [{ id: "4111111111111111", text: `It is ${CARD}` }] } })
    expect(Masking.outcome(told)).toMatchObject({
      fields: { details: { transcripts: [{ id: "4111111111111111", text: "It is •••• 1111" }] } }
    })
  })

  it("a part without any is as it was told", () => {
    const told = part({ kind: "chat", text: "hello", details: { edits: [{ id: "e", at: 1 }] } })
    expect(Masking.outcome(told)).toEqual(told)
    expect(CardNumber.isCardNumber("4111111111111111")).toBe(true)
  })

  it("a contact and a wish to read again are left alone", () => {
    const contact = Part.contact({
      ref: Ref.local("user", "1"),
      version: Version.make(1),
      fields: { custom: { number: "4111111111111111" } }
    })
    expect(Masking.outcome(contact)).toBe(contact)
    const refetch = Part.refetch("messages", "4111111111111111")
    expect(Masking.outcome(refetch)).toBe(refetch)
  })
})
