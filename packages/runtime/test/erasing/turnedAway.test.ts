import { Erasures, Inbox, Ledger } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Names from "../../src/erasing/Names.ts"
import * as Requests from "../../src/erasing/Requests.ts"
import { START } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { own, ana, anaRef, said, inTouch, inTouchWith } from "./inTouch.ts"

describe("who was erased", () => {
  scenario(
    "they do not come back with the next reading or push, until they are let in again",
    Effect.gen(function* () {
      const { bodies, chatState, crmState, installation, push, run, turn } = yield* inTouch
      const inbox = yield* Inbox.Inbox
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, updatedAt: at }
      chatState.messages.push(said("m6", "ana", "me again", { at }))
      yield* push("chat", "d2", [said("m7", "ana", "and again", { at })])
      yield* push("chat", "d3", [said("m1", "ana", "my card is lost", { at, version: at })])
      yield* turn
      yield* turn
      expect(bodies()).toEqual(["good morning", "hello to you both"])
      expect(yield* (yield* Ledger.Ledger).counts).toMatchObject({ contacts: 3, interactions: 2 })
      const counts = yield* inbox.counts
      // What was turned away left no body behind.
      yield* inbox.reopen({ connection: "chat" })
      expect((yield* inbox.pending(99)).some(({ body }) => Buffer.from(body).includes("again"))).toBe(false)
      expect(counts.every(({ quarantined }) => quarantined === 0)).toBe(true)

      expect(yield* Requests.readmit(installation, "bob@example.com")).toBe(0)
      expect(yield* Requests.readmit(installation, "chat/user/ana")).toBe(4)
      expect(yield* Requests.readmit(installation, "ana@example.com")).toBe(0)
      const later = at + 60_000
      yield* TestClock.setTime(later)
      crmState.records[0] = { ...ana, updatedAt: later }
      chatState.messages.push(said("m8", "ana", "back for good", { at: later }))
      yield* turn
      yield* turn
      expect(bodies()).toContain("back for good")
      expect(bodies()).not.toContain("my card is lost")
    })
  )

  scenario(
    "a record that turns out to be theirs is turned away with what names it alone, and what it said before goes",
    Effect.gen(function* () {
      const { bodies, installation, push, run, turn } = yield* inTouch
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const ledger = yield* Ledger.Ledger
      const nameless = { at, email: undefined }
      yield* push("chat", "d2", [said("m6", "somebody", "who am I", nameless)])
      yield* turn
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const all = yield* ledger.counts

      yield* push("chat", "d3", [said("m7", "ana-at-home", "it is me", { at, email: "ana@example.com" })])
      yield* push("chat", "d4", [said("m8", "ana-at-home", "me again", nameless)])
      yield* turn
      expect(yield* ledger.counts).toEqual(all)

      // One address in common does not make a record theirs that has one of its own.
      yield* push("chat", "d5", [said("m9", "bob", "from her desk", { at, email: "ana@example.com", profile: { at } })])
      yield* push("chat", "d6", [said("m10", "bob", "from mine", { at })])
      yield* turn
      expect(yield* ledger.counts).toEqual({ ...all, interactions: all.interactions + 2 })

      yield* push("chat", "d7", [said("m11", "somebody", "I am", { at, email: "ana@example.com", profile: { at } })])
      yield* turn
      expect(yield* Requests.list).toMatchObject([{ phase: "ledger" }])
      yield* run
      yield* turn
      yield* run
      expect(yield* Requests.list).toMatchObject([{ phase: "done", interactions: 4 }])
      expect(yield* ledger.counts).toEqual({ ...all, contacts: all.contacts - 1, interactions: all.interactions + 1 })
      expect(bodies()).toEqual(["from her desk", "from mine", "good morning", "hello to you both"])

      yield* Requests.readmit(installation, "ana@example.com")
      yield* push("chat", "d8", [said("m12", "ana-at-home", "back for good", nameless)])
      yield* turn
      expect((yield* ledger.counts).interactions).toBe(all.interactions + 2)
    })
  )

  scenario(
    "a number that nobody vouches for turns nobody away who has an address of their own, however late they come",
    Effect.gen(function* () {
      const { crmState, installation, push, run, turn } = yield* inTouch
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const home = "+12025550111"
      crmState.records[0] = { ...ana, phone: home, updatedAt: at }
      yield* turn
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const ledger = yield* Ledger.Ledger
      const { contacts } = yield* ledger.counts
      crmState.records.push({ id: "cem-record", email: "cem@example.com", phone: home, updatedAt: at })
      yield* turn
      expect((yield* ledger.counts).contacts).toBe(contacts + 1)
      yield* push("chat", "d2", [said("m6", home, "from home", { at, email: undefined, phone: home })])
      yield* turn
      expect((yield* ledger.counts).contacts).toBe(contacts + 1)
    })
  )

  scenario(
    "a number of the company's own turns nobody away",
    Effect.gen(function* () {
      const office = "+12025550190"
      const { crmState, installation, turn } = yield* inTouchWith({ own: { ...own, numbers: [office] } })
      crmState.records[0] = { ...ana, phone: office, updatedAt: START + 9_000 }
      yield* turn
      yield* Requests.erase(installation, "crm/person/ana-record", "ada")
      const names = [office, "+12025550191"].flatMap((value) => Names.ofHandle({ kind: "phone", value }))
      expect((yield* (yield* Erasures.Erasures).turnedAway(names)).size).toBe(0)
      expect((yield* (yield* Erasures.Erasures).turnedAway([Names.ofRecord("crm", "contact", anaRef)])).size).toBe(1)
    })
  )
})
