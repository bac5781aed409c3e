/** Who is in an interaction, as those who read of it know them. */
import { type Contact, Handle, Key, type Participant, Own, Ref } from "@interchannel/domain"
import { Ledger, Persons } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Render from "../../src/entries/Render.ts"
import * as People from "../../src/people/People.ts"
import { scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { NUMBER, ana, call, chatContact } from "./contacts.ts"

const caller: Participant = {
  role: "customer",
  contact: Ref.local("user", NUMBER),
  handle: Handle.phone(NUMBER)!,
  place: "from"
}

/** A telephone system knows numbers only. */
const withoutName = Effect.gen(function* () {
  const ledger = yield* Ledger.Ledger
  const [row] = (yield* ledger.contacts([chatContact(NUMBER)])).values()
  const { name: _, ...contact } = row!.contact
  const nothing = { parts: [], aliases: [], rekeyed: [], organizations: [], interactions: [], at: START }
  yield* ledger.save({ ...nothing, contacts: [{ ...row!, contact }] })
})

const titleOfCall = Effect.gen(function* () {
  const ledger = yield* Ledger.Ledger
  const [key] = yield* ledger.interactionKeys({ after: "", limit: 1 })
  const [row] = (yield* ledger.interactions([key!])).values()
  const told = { ...row!.interaction, kind: "voice" as const, details: {}, participants: [caller] }
  const { contactOf } = yield* People.load([told], Own.none)
  return Render.titleOf(told, { own: Own.none, contactOf, titleOf: () => "Phone (hotline)" })
})

describe("a caller of whom the telephone knows a number only", () => {
  scenario(
    "is called by the number as long as it is nobody's, and by their name once it is one person's",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      chatState.messages.push(call)
      yield* turn
      yield* withoutName
      expect(yield* titleOfCall).toBe(`Call from ${NUMBER}, Phone (hotline)`)
      crmState.records.push({ ...ana, updatedAt: START + 3_000 })
      yield* turn
      yield* turn
      expect(yield* titleOfCall).toBe("Call from Ana Example, Phone (hotline)")
    })
  )
})

const contactOf = (connection: string, id: string, kind: Contact["kind"], createdAt?: number): Contact => {
  const ref = Ref.local("contact", id)
  const created = createdAt === undefined ? {} : { createdAt }
  return {
    key: Key.contact(connection, ref),
    connection,
    ref,
    kind,
    handles: [],
    version: { at: 1, rank: 0 },
    ...created
  }
}

describe("the contacts of a customer", () => {
  scenario(
    "are told records first, whatever ids the vendors gave them",
    Effect.gen(function* () {
      const others = [contactOf("chat", "sender", "address"), contactOf("helpdesk", "requester", "record")]
      const ids = Array.from({ length: 8 }, (_, index) => `${index}`)
      const records = ids.map((id, index) => contactOf("crm", id, "record", 8 - index))
      const nothing = { parts: [], aliases: [], rekeyed: [], organizations: [], interactions: [], at: START }
      const nobody = { gone: [], refined: [], postings: [], edges: [], firstNames: [], events: [] }
      yield* (yield* Ledger.Ledger).save({
        ...nothing,
        contacts: [...others, ...records].map((contact) => ({ contact, hash: "h", deleted: false }))
      })
      yield* (yield* Persons.Persons).save({
        ...nobody,
        members: [...others, ...records].map(({ key }) => ({ contact: key, person: "p", sure: "s" })),
        persons: [{ id: "p", founder: others[0]!.key, createdAt: START }]
      })
      const [customer] = yield* People.ofPersons(["p"])
      expect(customer!.contacts.map(({ ref }) => ref.id)).toEqual([...ids.toReversed(), "requester", "sender"])
    })
  )
})
