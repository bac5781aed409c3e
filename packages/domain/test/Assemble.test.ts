import { describe, expect, it } from "vitest"
import {
  Assemble,
  type Handle,
  type InteractionFields,
  Key,
  type OrganizationFields,
  Part,
  Ref,
  Version
} from "../src/index.ts"
import { connection, call, user, interactionOf, contactOf, told, profile, base, whole, isWhole } from "./parts.ts"

describe("a record is made of what its parts tell", () => {
  it("a call, its queue task and its recording come from three feeds", () => {
    const assembled = interactionOf(
      told(3, { details: { recordings: [{ id: "R1" }] } }, { part: "recording" }),
      told(2, { details: { queue: "sales", waitSeconds: 12 } }, { part: "task" }),
      told(1, { ...base, details: { talkSeconds: 60 } })
    )
    expect(assembled).toEqual({
      _tag: "Whole",
      record: {
        ...whole,
        version: Version.make(3),
        details: { talkSeconds: 60, queue: "sales", waitSeconds: 12, recordings: [{ id: "R1" }] }
      }
    })
  })

  it("the newer part wins where two tell the same field, whichever came first", () => {
    const older = told(1, { ...base, outcome: "ringing" })
    const newer = told(2, { outcome: "answered" }, { part: "end" })
    expect(isWhole(interactionOf(older, newer)).outcome).toBe("answered")
    expect(isWhole(interactionOf(newer, older)).outcome).toBe("answered")
  })

  it("going back to an earlier text is a newer version like any other", () => {
    const texts = ["A", "B", "A"].map((text, index) => told(index + 1, { ...base, text }, { part: `edit ${index}` }))
    expect(isWhole(interactionOf(...texts)).text).toBe("A")
    expect(isWhole(interactionOf(...texts.toReversed())).text).toBe("A")
  })

  it("in the same instant the higher rank is newer", () => {
    const ringing = Part.interaction({
      ref: call,
      part: "b",
      version: Version.make(1, 1),
      fields: { outcome: "ringing" }
    })
    const ended = Part.interaction({ ref: call, part: "a", version: Version.make(1, 9), fields: { outcome: "ended" } })
    expect(isWhole(interactionOf(told(1, base), ended, ringing)).outcome).toBe("ended")
  })

  it("a field that a part leaves out, or sets to undefined, keeps its value", () => {
    const record = isWhole(
      interactionOf(told(1, { ...base, text: "hello" }), told(2, { text: undefined }, { part: "b" }))
    )
    expect(record.text).toBe("hello")
  })

  it("fields that no release knows are left out", () => {
    const fields = { ...base, invented: true } as InteractionFields
    expect(isWhole(interactionOf(told(1, fields)))).not.toHaveProperty("invented")
  })

  it("an organization", () => {
    const ref = Ref.local("company", "1")
    const of = (at: number, part: string, fields: OrganizationFields) =>
      Part.organization({ ref, part, version: Version.make(at), fields })
    const phone = (value: string): Handle.Handle => ({ kind: "phone", value })
    const parts = [
      of(1, "profile", { name: "Example Ltd", phones: [phone("+12025550100")] }),
      of(2, "phones", { phones: [phone("+12025550101")] })
    ]
    const assembled = Assemble.organization({ key: Key.organization(connection, ref), connection, parts })
    expect(isWhole(assembled)).toMatchObject({
      name: "Example Ltd",
      phones: [phone("+12025550100"), phone("+12025550101")]
    })
  })
})

describe("lists of things with an identity are joined, other lists are replaced", () => {
  const email = (value: string, about: Partial<Handle.Handle> = {}): Handle.Handle => ({
    kind: "email",
    value,
    ...about
  })

  it("handles, by kind and value; the newer part adds to what is known of one", () => {
    const parts = [
      profile(1, { handles: [email("ana@example.org"), email("ana@example.com", { label: "work" })] }),
      profile(2, { handles: [email("ana@example.com", { verified: true }), email("a@example.com")] }, { part: "login" })
    ]
    expect(isWhole(contactOf(...parts)).handles).toEqual([
      email("ana@example.org"),
      email("ana@example.com", { label: "work", verified: true }),
      email("a@example.com")
    ])
  })

  it("participants, by record, else address, else name", () => {
    const ana = { handle: email("ana@example.org") }
    const ben = { contact: Ref.local("agent", "7") }
    const parts = [
      told(1, { ...base, participants: [ana, { name: "Eve" }] }),
      told(2, { participants: [{ ...ana, name: "Ana" }, ben, { name: "Eve", role: "bot" }] }, { part: "task" }),
      told(3, { participants: [{ ...ben, role: "agent" }] }, { part: "end" })
    ]
    expect(isWhole(interactionOf(...parts)).participants).toEqual([
      { ...ana, name: "Ana" },
      { name: "Eve", role: "bot" },
      { ...ben, role: "agent" }
    ])
  })

  it("the newer part wins in what both tell of one", () => {
    const agent = (about: object) => ({ contact: Ref.local("agent", "7"), ...about })
    const parts = [
      told(1, { ...base, participants: [agent({ name: "ben", handle: email("ben@example.com") })] }),
      told(2, { participants: [agent({ name: "Ben", handle: email("b@example.com") })] }, { part: "task" })
    ]
    expect(isWhole(interactionOf(...parts)).participants).toEqual([
      agent({ name: "Ben", handle: email("b@example.com") })
    ])
  })

  it("recordings and legs, by id", () => {
    const parts = [
      told(1, { ...base, details: { legs: [{ id: "L1", startedAt: 1 }] } }, { part: "leg 1" }),
      told(2, { details: { legs: [{ id: "L2" }], recordings: [{ id: "R1" }] } }, { part: "leg 2" }),
      told(3, { details: { legs: [{ id: "L1", endedAt: 9 }], recordings: [] } }, { part: "leg 1 ended" })
    ]
    expect(isWhole(interactionOf(...parts)).details).toEqual({
      legs: [{ id: "L1", startedAt: 1, endedAt: 9 }, { id: "L2" }],
      recordings: [{ id: "R1" }]
    })
  })

  it("custom fields and headers, one by one", () => {
    const parts = [
      profile(1, { custom: { plan: "basic", seats: 2 } }),
      profile(2, { custom: { plan: "pro" } }, { part: "billing" })
    ]
    expect(isWhole(contactOf(...parts)).custom).toEqual({ plan: "pro", seats: 2 })
  })

  it("a path through a menu, or links, as a whole", () => {
    const link = (label: string) => ({ label, url: "https://example.com/" })
    const parts = [
      told(1, { ...base, links: [link("a"), link("b")], details: { ivrPath: ["1", "2"] } }),
      told(2, { links: [link("c")], details: { ivrPath: ["1"] } }, { part: "end" })
    ]
    expect(isWhole(interactionOf(...parts))).toMatchObject({ links: [link("c")], details: { ivrPath: ["1"] } })
  })

  it("a name as a whole: a given name of one reading is not put before a family name of another", () => {
    const parts = [
      profile(1, { name: { given: "Ana", family: "Example" } }),
      profile(2, { name: { full: "Ana Sample" } }, { part: "login" })
    ]
    expect(isWhole(contactOf(...parts)).name).toEqual({ full: "Ana Sample" })
  })
})

describe("a contact is a record when any live part says so", () => {
  const mention = profile(1, {}, { part: "mention", kind: "address" })
  const gone = Part.tombstone("contact", user, Version.make(3))

  it.each([
    ["an address only", [mention], "address"],
    ["an address and a profile", [mention, profile(2, {})], "record"],
    [
      "an address again after its record was deleted",
      [profile(2, {}), gone, { ...mention, version: Version.make(4) }],
      "address"
    ]
  ])("%s", (_, parts, kind) => {
    expect(isWhole(contactOf(...parts)).kind).toBe(kind)
  })
})

describe("what is no record yet says what is missing", () => {
  it.each<[string, InteractionFields, string]>([
    ["its kind", { direction: "inbound", startedAt: 1 }, "kind: is missing"],
    [
      "two fields",
      { kind: "voice", details: { recordings: [{ id: "R1" }] } },
      "direction: is missing; startedAt: is missing"
    ],
    [
      "a field deep inside",
      { ...base, details: { legs: [{} as { id: string }], talkSeconds: -1 } },
      "details.legs.0.id: is missing; details.talkSeconds: Expected a non-negative number, actual -1"
    ]
  ])("%s", (_, fields, detail) => {
    expect(interactionOf(told(1, fields))).toEqual({ _tag: "Incomplete", detail })
  })

  it("in a few words, however much is wrong", () => {
    const legs = Array.from({ length: 50 }, (_, id) => ({ id: `${id}`, status: "x".repeat(1_000), startedAt: 0.5 }))
    const assembled = interactionOf(told(1, { ...base, details: { legs } }))
    expect(assembled._tag === "Incomplete" && assembled.detail.length < 700).toBe(true)
  })
})
