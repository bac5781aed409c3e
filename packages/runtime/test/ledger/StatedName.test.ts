import { Handle, Part, Ref, Version } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import * as StatedName from "../../src/ledger/StatedName.ts"

const ADDRESS = "ana@example.com"
const mailbox = Ref.local("mailbox", ADDRESS)
const version = Version.make(1)
const contact = (ref = mailbox, full?: string) =>
  Part.contact({
    kind: "address",
    ref,
    version,
    fields: { handles: [Handle.email(ADDRESS)!], ...(full === undefined ? {} : { name: { full } }) }
  })
const said = (kind: "email" | "voice", ...names: ReadonlyArray<string | undefined>) =>
  Part.interaction({
    ref: Ref.local("item", "1"),
    version,
    fields: {
      kind,
      participants: names.map((name) => ({ contact: mailbox, ...(name === undefined ? {} : { name }) }))
    }
  })
const refsIn = (outcomes: ReadonlyArray<Part.Outcome>) =>
  outcomes.flatMap((outcome) =>
    Part.isRefetch(outcome)
      ? []
      : outcome.subject === "interaction"
        ? (outcome.fields.participants ?? []).map((one) => `in ${one.contact?.id}`)
        : [outcome.ref.id]
  )

describe("who writes from an address", () => {
  it.each([
    ["without a name is the address", [contact(), said("email", undefined)], [ADDRESS, `in ${ADDRESS}`]],
    [
      "under a name is a contact of that name",
      [contact(mailbox, "Ana Éxample"), said("email", "Ana Éxample")],
      [`${ADDRESS} (ana example)`, `in ${ADDRESS} (ana example)`]
    ],
    [
      "under what is no person's name is the address",
      [contact(mailbox, ADDRESS), said("email", ADDRESS)],
      [ADDRESS, `in ${ADDRESS}`]
    ],
    [
      "beside somebody without a name is apart from them",
      [contact(), said("email", "Ana Example", undefined)],
      [ADDRESS, `${ADDRESS} (ana example)`, `in ${ADDRESS} (ana example)`, `in ${ADDRESS}`]
    ],
    [
      "in a call is the number: its pieces name her or not",
      [contact(), said("voice", "Ana")],
      [ADDRESS, `in ${ADDRESS}`]
    ]
  ])("%s", (_, outcomes, expected) => {
    expect(refsIn(StatedName.apart(outcomes))).toEqual(expected)
  })

  it("is not asked of an account that a vendor keeps, a record, or what was deleted", () => {
    const account = [contact(Ref.local("user", "U1"), "Ana Example"), said("email", "Ana Example")]
    const { kind: _, ...record } = contact(mailbox, "Ana Example")
    const gone = [Part.tombstone("contact", mailbox, version), said("email", "Ana Example")]
    for (const outcomes of [account, [record, said("email", "Ana Example")], gone]) {
      expect(StatedName.apart(outcomes)).toEqual(outcomes)
    }
  })

  it("keeps the verified mark of each, and the name without which nothing was said", () => {
    const verified = { ...contact(mailbox, "Ana Example"), part: "verified" }
    const [one] = StatedName.apart([verified, said("email", "Ana Example")]) as ReadonlyArray<Part.ContactPart>
    expect([one?.part, one?.fields.name]).toEqual(["verified", { full: "Ana Example" }])
    const alone = [contact(mailbox, "Ana Example")]
    expect(StatedName.apart(alone)).toEqual(alone)
  })
})
