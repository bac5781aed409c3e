import { type Contact, Key } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import type { FieldRule } from "../../src/fields/FieldRule.ts"
import * as Wanted from "../../src/fields/Wanted.ts"

const rule: FieldRule = { name: "job", from: "title", at: "title", policy: "latest-wins", region: undefined }

const contact = (connection: string, id: string, more: Partial<Contact> = {}): Contact => ({
  key: Key.contact(connection, { kind: "user", id }),
  connection,
  ref: { kind: "user", id },
  kind: "record",
  handles: [],
  title: `of ${id}`,
  version: { at: 100, rank: 0 },
  ...more
})

const of = (contacts: ReadonlyArray<Contact>, more: Partial<Parameters<typeof Wanted.of>[0]> = {}) =>
  Wanted.of({ rule, contacts, before: undefined, isOurWriting: () => false, ...more })

describe("what is wanted in a field", () => {
  it("is nothing where nobody says anything", () => {
    const { title: _, ...silent } = contact("chat", "a", { createdAt: 20 })
    expect(of([silent])).toEqual({ said: { [silent.key]: { value: null, since: 20 } } })
    expect(of([])).toEqual({ said: {} })
  })

  it("is as new as the record that told it first, where there was nothing when we looked", () => {
    const { title: _, ...silent } = contact("chat", "a", { createdAt: 20 })
    const spoken = contact("chat", "a", { createdAt: 20, version: { at: 300, rank: 0 } })
    const first = of([spoken], { before: of([silent]).said })
    expect(first.wanted?.since).toBe(300)
    const again = { ...spoken, version: { at: 500, rank: 0 } }
    const { title: _title, ...fell } = { ...spoken, version: { at: 400, rank: 0 } }
    expect(of([again], { before: of([fell], { before: first.said }).said }).wanted?.since).toBe(500)
  })

  it("is as old as its record when we first look, as new as the change that we saw", () => {
    const ana = contact("chat", "a", { createdAt: 20 })
    const first = of([ana])
    expect(first.wanted).toEqual({ value: "of a", source: "chat", since: 20 })
    const heartbeat = { ...ana, version: { at: 300, rank: 0 } }
    expect(of([heartbeat], { before: first.said }).wanted?.since).toBe(20)
    expect(of([{ ...heartbeat, title: "changed" }], { before: first.said }).wanted).toEqual({
      value: "changed",
      source: "chat",
      since: 300
    })
    expect(of([contact("chat", "b")]).wanted?.since).toBe(0)
  })

  it("is what was said last; of two at once, what a record says, then by key", () => {
    const [a, b] = [contact("chat", "a", { createdAt: 5 }), contact("phone", "b", { createdAt: 9 })]
    expect(of([a, b]).wanted?.source).toBe("phone")
    const caller = contact("phone", "c", { kind: "address", createdAt: 5 })
    expect(of([caller, a]).wanted?.source).toBe("chat")
    expect(of([a, b])).toEqual(of([b, a]))
  })

  it("is asked of records first, however many addresses somebody has", () => {
    const addresses = Array.from({ length: 3 * Wanted.CONTACTS_MAX }, (_, index) =>
      contact("mail", `${index}`, { kind: "address" })
    )
    const { said, wanted } = of([...addresses, contact("crm", "a", { createdAt: 5 })])
    expect(wanted?.source).toBe("crm")
    expect(Object.keys(said)).toHaveLength(Wanted.CONTACTS_MAX)
  })

  it("is its owner's word alone where there is an owner", () => {
    const owned = { ...rule, policy: { owner: "chat" } }
    const contacts = [contact("chat", "a", { createdAt: 5 }), contact("phone", "b", { createdAt: 9 })]
    expect(of(contacts, { rule: owned }).wanted?.source).toBe("chat")
    expect(of(contacts.slice(1), { rule: owned }).wanted).toBeUndefined()
  })

  it("is nobody's switchboard", () => {
    const phone: FieldRule = { ...rule, name: "phone", from: "phone", at: "phone" }
    const handles = [
      { kind: "phone", value: "+12025550100", shared: true },
      { kind: "phone", value: "+12025550101" }
    ] as const
    expect(of([contact("chat", "a", { handles })], { rule: phone }).wanted?.value).toBe("+12025550101")
    expect(of([contact("chat", "a", { handles: handles.slice(0, 1) })], { rule: phone }).wanted).toBeUndefined()
  })

  it("is not what we wrote ourselves elsewhere", () => {
    const contacts = [contact("crm2", "a", { createdAt: 9 }), contact("chat", "b", { createdAt: 5 })]
    const isOurWriting = ({ connection }: Contact) => connection === "crm2"
    expect(of(contacts, { isOurWriting }).wanted?.source).toBe("chat")
  })
})
