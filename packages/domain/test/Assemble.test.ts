import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import {
  Assemble,
  type ContactFields,
  type Handle,
  type InteractionFields,
  Key,
  type LocalRef,
  type OrganizationFields,
  Part,
  Ref,
  Version
} from "../src/index.ts"

const connection = "phone"
const call = Ref.local("call", "1")
const user = Ref.local("user", "1")
const key = Key.interaction(connection, call)

const interactionOf = (...parts: ReadonlyArray<Part.Part>) => Assemble.interaction({ key, connection, parts })
const contactOf = (...parts: ReadonlyArray<Part.Part>) =>
  Assemble.contact({ key: Key.contact(connection, user), connection, parts })

interface Said {
  readonly part?: string
  readonly ref?: LocalRef
  readonly former?: ReadonlyArray<LocalRef>
}
const told = (at: number, fields: InteractionFields, { ref = call, ...said }: Said = {}) =>
  Part.interaction({ ref, version: Version.make(at), fields, ...said })
const profile = (at: number, fields: ContactFields, { ref = user, ...said }: Said & { kind?: "address" } = {}) =>
  Part.contact({ ref, version: Version.make(at), fields, ...said })

const base: InteractionFields = { kind: "voice", direction: "inbound", startedAt: 100 }
const whole = { key, connection, ref: call, kind: "voice", direction: "inbound", startedAt: 100, participants: [] }

const isWhole = <A>(assembled: Assemble.Assembled<A>): A => {
  if (assembled._tag !== "Whole") throw new Error(`expected a whole record, got ${JSON.stringify(assembled)}`)
  return assembled.record
}

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

describe("the order in which parts arrive leaves no trace", () => {
  const ids = FastCheck.constantFrom("1", "2", "3")
  const id = ids.map((value) => Ref.local("call", value))
  const word = FastCheck.constantFrom("a", "b", "c")
  const optional = <A>(any: FastCheck.Arbitrary<A>) => FastCheck.option(any, { nil: undefined })
  const named = FastCheck.array(FastCheck.record({ id: ids, name: word }), { maxLength: 3 })
  const someone = FastCheck.oneof(
    FastCheck.record({ contact: id, name: word }),
    FastCheck.record({ handle: FastCheck.record({ kind: FastCheck.constant("email" as const), value: word }) })
  )
  const fields = FastCheck.record({
    kind: FastCheck.constant("voice" as const),
    direction: FastCheck.constantFrom("inbound" as const, "outbound" as const),
    startedAt: optional(FastCheck.nat(3)),
    text: optional(word),
    participants: optional(FastCheck.array(someone, { maxLength: 3 })),
    details: optional(FastCheck.record({ queue: optional(word), recordings: optional(named) }))
  })
  const part: FastCheck.Arbitrary<Part.Part> = FastCheck.record({
    ref: id,
    part: word,
    version: FastCheck.record({ at: FastCheck.nat(4), rank: FastCheck.nat(1) }),
    fields,
    former: FastCheck.oneof(
      { weight: 4, arbitrary: FastCheck.constant([]) },
      { weight: 1, arbitrary: FastCheck.tuple(id) }
    ),
    deleted: FastCheck.oneof({ weight: 4, arbitrary: FastCheck.constant(false) }, FastCheck.boolean())
  }).map((given) => Part.interaction(given))
  // The ledger keeps one part for each (ref, part).
  const parts = FastCheck.uniqueArray(part, {
    minLength: 1,
    maxLength: 8,
    selector: (given) => `${given.ref.id} ${given.part}`
  })
  const shuffled = parts.chain((all) =>
    FastCheck.tuple(
      FastCheck.constant(all),
      FastCheck.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
    )
  )

  it("any order gives the same interaction", () => {
    const seen = new Set<string>()
    FastCheck.assert(
      FastCheck.property(shuffled, ([one, other]) => {
        const assembled = interactionOf(...one)
        seen.add(assembled._tag)
        expect(interactionOf(...other)).toEqual(assembled)
      }),
      { numRuns: 1_000 }
    )
    expect(seen).toEqual(new Set(["Whole", "Deleted", "Incomplete"]))
  })

  it("a thousand parts of a long call are joined in a moment", () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      told(
        index,
        { ...base, details: { queue: `${index}` } },
        { part: `${index}`, former: [Ref.local("call", `f${index}`)] }
      )
    )
    expect(isWhole(interactionOf(...many)).details).toEqual({ queue: "999" })
  })
})
