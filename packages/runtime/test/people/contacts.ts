/** Whom both vendors know, and what a person says of them. */
import { Key, Ref } from "@interchannel/domain"
import { Persons } from "@interchannel/store"
import { Effect } from "effect"
import { START } from "../stages.ts"

export const NUMBER = "+12025550101"
export const ana = { id: "1", name: "Ana Example", email: "ana@example.com", phone: NUMBER, updatedAt: START }
export const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
export const call = { id: "call", at: START + 100, from: NUMBER, phone: NUMBER, text: "a call" }
export const tom = { ...ana, id: "2", name: "Tom Example", email: "tom@example.com", updatedAt: START + 7_000 }
export const word = { by: "somebody", why: "they said so" }
export const chatContact = (from: string) => Key.contact("chat", Ref.local("user", from))
export const crmContact = (id: string) => Key.contact("crm", Ref.local("person", id))
export const personOf = (contact: string) =>
  Effect.flatMap(Persons.Persons, (persons) =>
    Effect.map(persons.members([contact]), (members) => members.get(contact)?.person)
  )
