import { expect, it } from "vitest"
import { Contacts, type Contact } from "../src/index.ts"

it.each<[Pick<Contact, "name" | "handles">, string | undefined]>([
  [{ name: { full: "Ana E.", given: "Ana", family: "Example" }, handles: [] }, "Ana E."],
  [{ name: { given: "Ana", family: "Example" }, handles: [] }, "Ana Example"],
  [{ name: { family: "Example" }, handles: [] }, "Example"],
  [{ name: {}, handles: [{ kind: "email", value: "ana@example.org" }] }, "ana@example.org"],
  [{ handles: [{ kind: "phone", value: "+12025550123" }] }, "+12025550123"],
  [{ handles: [] }, undefined]
])("%j is shown as %s", (contact, shown) => {
  expect(Contacts.displayName(contact)).toBe(shown)
  const isNamed = Object.keys(contact.name ?? {}).length > 0
  expect(Contacts.nameOf(contact)).toBe(isNamed ? shown : undefined)
})
