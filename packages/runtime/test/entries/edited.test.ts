/** Entries that somebody edited in the destination, and what is made of that. */
import { Key, Ref } from "@interchannel/domain"
import { Projections } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const hello = { id: "m1", at: START + 100, from: "Ana", email: "ana@example.com", text: "hello" }

const written = Effect.gen(function* () {
  const sample = yield* world()
  const { chatState, crmState, turn } = sample
  crmState.records.push({ id: "1", name: "Ana Example", email: "ana@example.com", updatedAt: START })
  chatState.messages.push(hello)
  yield* turn
  yield* turn
  const [entry] = [...crmState.entries.values()]
  /** Somebody writes into the entry, and the CRM's feed shows it. */
  const edit = (body: string, at: number) =>
    Effect.suspend(() => {
      entry!.body = body
      crmState.observed.splice(0, 1, { id: entry!.ref, at, key: entry!.key, body })
      return turn
    })
  const bodies = () => sample.entries().map(({ body }) => body)
  const later = (text: string) =>
    Effect.suspend(() => {
      chatState.messages.splice(0, 1, { ...hello, version: START + 100 + text.length, text })
      return turn
    })
  return { ...sample, edit, bodies, later }
})

describe("an entry that was edited by hand", () => {
  scenario(
    "is a question, and stays theirs when a person says so, whatever becomes known",
    Effect.gen(function* () {
      const { control, edit, bodies, later } = yield* written
      yield* edit("hello, called back", START + 5_000)
      const [question, ...others] = yield* control.questions({})
      expect([others, question?.kind]).toEqual([[], "entry"])
      expect(question!.title).toMatch(
        /^crm: the entry of chat of [\d-]{10} [\d:]{5} UTC on Ana Example was edited by hand$/
      )
      expect(question!.text).toContain("It stands at crm/entry/e1.")
      expect(yield* control.questions({ kind: "person" })).toEqual([])
      expect(yield* control.questions({ after: question!.id })).toEqual([])
      expect((yield* control.status).reviews).toEqual([{ kind: "entry", destination: "crm", count: 1 }])
      yield* control.decide(question!.id, { choice: "theirs", by: "ada" })
      yield* later("hello, in other words")
      yield* edit("hello, called back twice", START + 9_000)
      expect([bodies(), yield* control.questions({})]).toEqual([["hello, called back twice"], []])
      expect((yield* Effect.flip(control.question(question!.id))).message).toContain("ada decided it already: theirs")
    })
  )

  scenario(
    "is written again when a person says so; edited once more, it is asked about once more",
    Effect.gen(function* () {
      const { control, edit, bodies, turn } = yield* written
      const answered = Effect.gen(function* () {
        const [question] = yield* control.questions({ kind: "entry" })
        expect((yield* control.decide(question!.id, { choice: "ours", by: "ada" })).text).toBe("it is written again")
        yield* turn
        yield* turn
      })
      yield* edit("hello!", START + 5_000)
      yield* answered
      expect(bodies()).toEqual(["hello"])
      yield* edit("hello!!", START + 20_000)
      expect(bodies()).toEqual(["hello!!"])
      yield* answered
      expect(bodies()).toEqual(["hello"])
    })
  )

  scenario(
    "is no question any more once it was taken back",
    Effect.gen(function* () {
      const { control, edit } = yield* written
      yield* edit("hello!", START + 5_000)
      const [question] = yield* control.questions({})
      const projections = yield* Projections.Projections
      const key = Key.derive("w", "crm", "AppendTimeline", Key.interaction("chat", Ref.local("message", "m1")))
      yield* projections.finish([{ _tag: "Held", key, why: "undone" }], START)
      expect(yield* control.questions({})).toEqual([])
      expect((yield* Effect.flip(control.question(question!.id))).message).toContain("there is no open question")
    })
  )
})
