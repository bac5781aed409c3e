import { ConnectionId, Key, Ref } from "@interchannel/domain"
import { Erasures, Inbox, Ledger } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Requests from "../../src/erasing/Requests.ts"
import { scenario } from "../scenario.ts"
import { anaKey, said, inTouch, ana, bob } from "./inTouch.ts"

describe("erasing one of a household", () => {
  scenario(
    "of one of a household nobody else is turned away for the number that they share",
    Effect.gen(function* () {
      const { bodies, chatState, crmState, installation, run, turn } = yield* inTouch
      const home = "+12025550120"
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, name: "Ana Abbott", phone: home, updatedAt: at }
      crmState.records[1] = { ...bob, name: "Bob Abbott", phone: home, updatedAt: at }
      yield* turn
      const refused = yield* Effect.flip(Requests.erase(installation, home, "ada"))
      expect(refused.message).toContain(`${home} is the address of 2 people; see \`interchannel who ${home}\``)
      expect(yield* (yield* Erasures.Erasures).isAnybody).toBe(false)

      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      for (const index of [0, 1]) crmState.records[index] = { ...(crmState.records[index] as object), updatedAt: later }
      chatState.messages.push(said("m6", "bob", "still here", { at: later, phone: home }))
      chatState.messages.push(said("m7", "ana", "me too", { at: later, phone: home }))
      yield* turn
      yield* turn
      expect(bodies()).toEqual(["good morning", "hello to you both", "still here"])
      const ledger = yield* Ledger.Ledger
      const bobKey = Key.contact("crm", Ref.local("person", "bob-record"))
      const contacts = yield* ledger.contacts([anaKey, bobKey])
      expect([...contacts.values()].map(({ contact }) => [contact.key, contact.version.at])).toEqual([[bobKey, later]])
      // Her record and her message; each look at the chat shows what she had said before once more.
      expect((yield* Requests.list)[0]?.turnedAway).toBeGreaterThanOrEqual(2)
    })
  )

  scenario(
    "a call from the number of a household leaves the record of who is erased, and stands on the one of who is left",
    Effect.gen(function* () {
      const { bodies, crmState, entries, installation, push, run, turn } = yield* inTouch
      const home = "+12025550120"
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, name: "Ana Abbott", phone: home, updatedAt: at }
      yield* turn
      yield* push("chat", "d9", [{ id: "call", at, from: home, phone: home, text: "a call" }])
      yield* turn
      expect(entries()).toContainEqual({ body: "a call", records: ["ana-record"] })
      const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[1] = { ...bob, name: "Bob Abbott", phone: home, updatedAt: later }
      yield* turn
      yield* Requests.erase(installation, "ana@example.com", "ada")
      for (let times = 0; times < 4; times++) yield* Effect.zipRight(run, turn)
      expect(bodies()).toContain("a call")
      expect(entries()).toContainEqual({ body: "a call", records: ["bob-record"] })
      expect(entries().flatMap(({ records }) => records)).not.toContain("ana-record")
      expect((yield* Requests.list)[0]).toMatchObject({ phase: "done" })
    })
  )

  scenario(
    "what came of a relative and was not placed yet stays in the Inbox, with the number that they share",
    Effect.gen(function* () {
      const { crmState, installation, normalize, pull, run, turn } = yield* inTouch
      const home = "+12025550120"
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, name: "Ana Abbott", phone: home, updatedAt: at }
      yield* turn
      const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const cem = { id: "cem-record", email: "cem@example.com", name: "Cem Abbott", phone: home, updatedAt: later }
      crmState.records.push(cem)
      yield* Effect.zipRight(pull, normalize)
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* Effect.repeatN(Effect.zipRight(turn, run), 1)
      const kept = yield* (yield* Inbox.Inbox).settled({
        connection: ConnectionId.make("crm"),
        state: "done",
        after: "",
        limit: 10
      })
      expect(kept.map(({ key }) => key)).toContain("cem-record")
      expect(kept.map(({ key }) => key)).not.toContain("ana-record")
    })
  )
})
