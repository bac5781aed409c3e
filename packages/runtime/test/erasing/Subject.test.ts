import { Key, Ref } from "@interchannel/domain"
import { Dirty, Erasures, Ledger } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Requests from "../../src/erasing/Requests.ts"
import * as Subject from "../../src/erasing/Subject.ts"
import { START } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { anaKey, inTouch } from "./inTouch.ts"

describe("who is meant to be erased", () => {
  scenario(
    "whoever has an address is found among the placed and those who wait for it, and nobody else is looked at",
    Effect.gen(function* () {
      yield* inTouch
      const ledger = yield* Ledger.Ledger
      const dirty = yield* Dirty.Dirty
      const looked = new Set<string>()
      const watched: typeof ledger = {
        ...ledger,
        contacts: (keys) => {
          for (const key of keys) looked.add(key)
          return ledger.contacts(keys)
        },
        contactKeys: () => Effect.dieMessage("everybody is looked at")
      }
      const handle = { kind: "email", value: "ana@example.com" } as const
      const found = Effect.map(
        Effect.provideService(Subject.find({ _tag: "Handle", handle }), Ledger.Ledger, watched),
        ({ contacts }) => contacts.map(({ key }) => key).sort()
      )
      const theirs = yield* found
      expect(theirs).toHaveLength(2)
      expect([...looked].sort()).toEqual(theirs)
      const [row] = (yield* ledger.contacts([anaKey])).values()
      const ref = Ref.local("person", "ana-new")
      const contact = { ...row!.contact, key: Key.contact("crm", ref), ref }
      const nothing = {
        parts: [],
        aliases: [],
        rekeyed: [],
        contacts: [],
        organizations: [],
        interactions: [],
        at: START
      }
      yield* ledger.save({ ...nothing, contacts: [{ ...row!, contact }] })
      yield* dirty.mark([{ kind: "contact", key: contact.key, dueAt: START, lane: 3 }])
      expect(yield* found).toEqual([...theirs, contact.key].sort())
    })
  )

  scenario(
    "a person, a record and a number can be meant; what is none of them is refused",
    Effect.gen(function* () {
      const { installation } = yield* inTouch
      const by = (who: string) =>
        Effect.map(Requests.erase(installation, who, undefined), ({ contacts }) => contacts.length)
      expect(yield* by("crm/person/ana-record")).toBe(2)
      expect(yield* by("+1 202 555 0100")).toBe(0)
      for (const [who, words] of [
        ["ana", "is no address"],
        ["crm/person/nobody", "nobody is known as"],
        ["p_AAAAAAAAAAAAAAAAAAAAAA", "nobody is known as"]
      ] as const) {
        expect((yield* Effect.flip(by(who))).message).toContain(words)
      }
      expect(yield* (yield* Erasures.Erasures).isAnybody).toBe(false)
    })
  )
})
