import { describe, expect, it } from "vitest"
import { type Handle, Part, Ref, Version } from "../src/index.ts"
import { call, user, interactionOf, contactOf, told, profile, base, isWhole, whole } from "./parts.ts"

describe("a tombstone", () => {
  const gone = (at: number, ref = call) => Part.tombstone("interaction", ref, Version.make(at))

  it.each([
    ["beats what came before", [told(1, base), gone(2)]],
    ["beats what is as old", [told(2, base), gone(2)]],
    ["beats what is told later but happened before", [gone(2), told(1, base)]],
    ["needs nothing before it", [gone(2)]]
  ])("%s", (_, parts) => {
    expect(interactionOf(...parts)).toMatchObject({ _tag: "Deleted", version: Version.make(2) })
  })

  it("keeps what it was before, in whatever order that is told", () => {
    for (const parts of [
      [told(1, base), gone(2)],
      [gone(2), told(1, base)]
    ]) {
      expect(interactionOf(...parts)).toHaveProperty("last", expect.objectContaining(base))
    }
    expect(interactionOf(gone(2))).not.toHaveProperty("last")
  })

  it("a newer part brings the subject back, without what came before", () => {
    const parts = [told(1, { ...base, subject: "old" }), gone(2), told(3, { ...base, text: "new" }, { part: "again" })]
    const record = isWhole(interactionOf(...parts))
    expect(record).toEqual({ ...whole, text: "new", version: Version.make(3), details: {} })
  })

  it("what is as old as the tombstone stays gone", () => {
    const parts = [told(2, { ...base, subject: "old" }), gone(2), told(3, base, { part: "again" })]
    expect(isWhole(interactionOf(...parts))).not.toHaveProperty("subject")
  })

  it("a newer tombstone ends it again", () => {
    const parts = [gone(2), told(3, base), { ...gone(4), part: "second" }]
    expect(interactionOf(...parts)).toMatchObject({ _tag: "Deleted", version: Version.make(4) })
  })

  it("a newer part that makes no record by itself leaves it incomplete", () => {
    const parts = [told(1, base), gone(2), told(3, { text: "late" }, { part: "late" })]
    expect(interactionOf(...parts)._tag).toBe("Incomplete")
  })

  it("of a former record does not end the one that stays", () => {
    const other = Ref.local("call", "2")
    const parts = [told(1, base, { ref: other }), gone(5, other), told(2, base, { former: [other] })]
    expect(isWhole(interactionOf(...parts)).ref).toEqual(call)
  })

  it("of the one that stays ends the subject, whatever is heard of a former record", () => {
    const other = Ref.local("call", "2")
    for (const late of [told(9, base, { ref: other }), gone(9, other)]) {
      const parts = [told(2, base, { former: [other] }), gone(5), late]
      expect(interactionOf(...parts)).toMatchObject({ _tag: "Deleted", version: Version.make(5) })
    }
  })
})

describe("former refs are the same subject", () => {
  const other = Ref.local("user", "2")
  const third = Ref.local("user", "3")

  it("the fields of the one that stays win, also over newer ones; what only the former knows is kept", () => {
    const parts = [
      profile(9, { title: "Buyer", language: "de" }, { ref: other }),
      profile(1, { title: "Owner" }, { former: [other] })
    ]
    expect(isWhole(contactOf(...parts))).toMatchObject({ ref: user, title: "Owner", language: "de" })
  })

  it("the version is that of the record that stays", () => {
    const parts = [profile(9, {}, { ref: other }), profile(1, {}, { former: [other] })]
    expect(isWhole(contactOf(...parts)).version).toEqual(Version.make(1))
  })

  it("handles of both are kept", () => {
    const handle = (value: string): Handle.Handle => ({ kind: "email", value })
    const parts = [
      profile(1, { handles: [handle("ana@example.org")] }, { ref: other }),
      profile(2, { handles: [handle("ana@example.com")] }, { former: [other] })
    ]
    expect(isWhole(contactOf(...parts)).handles).toEqual([handle("ana@example.org"), handle("ana@example.com")])
  })

  it("a merge of merged records leads to the last", () => {
    const parts = [
      profile(1, {}, { ref: third, former: [other] }),
      profile(2, {}, { former: [third] }),
      profile(9, {}, { ref: other })
    ]
    expect(isWhole(contactOf(...parts)).ref).toEqual(user)
  })

  it("a record that calls itself former, beside another, has not ended", () => {
    const parts = [profile(9, {}, { ref: other }), profile(1, {}, { former: [user, other] })]
    expect(isWhole(contactOf(...parts)).ref).toEqual(user)
  })

  it("two that call each other former are judged by age alone", () => {
    const parts = [profile(1, {}, { former: [other] }), profile(2, {}, { ref: other, former: [user] })]
    expect(isWhole(contactOf(...parts)).ref).toEqual(other)
    const gone = Part.tombstone("contact", other, Version.make(3))
    expect(contactOf(...parts, gone)).toMatchObject({ _tag: "Deleted", version: Version.make(3) })
  })
})
