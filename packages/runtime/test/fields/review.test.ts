/** What people are asked about fields, what their answers lead to, and what they are told when they ask. */
import type { Store } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import { ControlError, Questions, Trace } from "../../src/index.ts"
import { crmWith } from "./crmWith.ts"
import { scenario } from "../scenario.ts"

const explaining = ({ installation }: Effect.Effect.Success<ReturnType<typeof crmWith>>) =>
  Effect.map(Trace.explain(installation, { connection: "crm", kind: "person", id: "1" }), ({ steps }) =>
    steps.filter(({ stage }) => stage === "field").map(({ text }) => text.replace(/, in round .*/, ""))
  )

/** Queen stands there, the chat says Director, and the policy asks. */
const asked = Effect.gen(function* () {
  const all = yield* crmWith({ job: { policy: "review" } }, { job: "Queen" })
  yield* all.say("Director")
  const [question, ...others] = yield* Questions.list({})
  expect(others).toEqual([])
  const answer = (choice: string) => Questions.decide(question!.id, { choice, by: "ada" }, all.installation)
  return { ...all, question: question!, answer, explained: explaining(all) }
})

describe("two values for one field", () => {
  scenario(
    "are shown with where they come from and what can be answered",
    Effect.gen(function* () {
      const { question } = yield* asked
      expect(question.title).toBe('crm/person/1 job: "Queen" or "Director" of chat')
      expect(question.text).toContain("asked because of: review: it is taken")
      expect(question.answers.map(({ choice }) => choice)).toEqual(["theirs", "ours", "always-theirs", "always-ours"])
      expect(yield* Questions.one(question.id)).toEqual(question)
    })
  )

  scenario(
    "stay as they are when a person keeps theirs, until something new is said",
    Effect.gen(function* () {
      const { answer, turn, say, job, explained } = yield* asked
      yield* answer("theirs")
      yield* turn
      expect(yield* Questions.list({})).toEqual([])
      expect(job()).toBe("Queen")
      expect(yield* explained).toEqual([
        'job stays: there stands "Queen", chat says "Director" (a person chose what stands there)'
      ])
      yield* say("Chair")
      expect((yield* Questions.list({})).map(({ title }) => title)).toEqual([
        'crm/person/1 job: "Queen" or "Chair" of chat'
      ])
    })
  )

  scenario(
    "are brought to ours when a person says so, once; a later correction is asked about again",
    Effect.gen(function* () {
      const { answer, turn, job, crmState, explained, byHand } = yield* asked
      expect((yield* answer("ours")).text).toBe("it is written, unless it was changed meanwhile")
      yield* turn
      expect(job()).toBe("Director")
      expect(crmState.set).toHaveLength(1)
      expect(yield* explained).toEqual([
        'job: "Queen" → "Director", from chat (a person chose this value)',
        'job stays: there stands "Director", chat says "Director" (it says so already)'
      ])
      yield* byHand({ job: "Empress" })
      yield* turn
      expect(job()).toBe("Empress")
      expect(yield* Questions.list({})).toHaveLength(1)
    })
  )

  scenario(
    "are brought to ours also when a person says so while another field is being written",
    Effect.gen(function* () {
      const { tell, turn, job, crmState, installation } = yield* crmWith(
        { job: { policy: "review" }, firm: {} },
        { job: "Queen" }
      )
      yield* tell({ title: "Director" })
      yield* turn
      const [question] = yield* Questions.list({})
      const services = yield* Effect.context<Store.Services>()
      const answer = Questions.decide(question!.id, { choice: "ours", by: "ada" }, installation)
      crmState.meanwhile = Effect.orDie(Effect.provide(answer, services))
      yield* tell({ title: "Director", company: "Example Ltd" })
      for (let round = 0; round < 3; round++) yield* turn
      expect(crmState.set).toEqual([
        { id: "1", set: { firm: "Example Ltd" } },
        { id: "1", set: { job: "Director" } }
      ])
      expect(job()).toBe("Director")
    })
  )

  scenario(
    "are not written over a third one that came meanwhile",
    Effect.gen(function* () {
      const { answer, turn, job, byHand } = yield* asked
      yield* byHand({ job: "Empress" })
      yield* answer("ours")
      yield* turn
      expect(job()).toBe("Empress")
      expect((yield* Questions.list({}))[0]?.title).toContain('"Empress" or "Director"')
    })
  )

  scenario(
    "are settled for all records when an answer is made the rule, until the configuration changes",
    Effect.gen(function* () {
      const { answer, turn, job, say, byHand, configure } = yield* asked
      yield* answer("always-ours")
      yield* turn
      expect(job()).toBe("Director")
      yield* say("Chair")
      expect(job()).toBe("Chair")
      yield* configure({ crm: { destination: { timeline: false, fields: { job: { policy: "fill-if-empty" } } } } })
      yield* byHand({ job: "Empress" })
      yield* turn
      yield* say("President")
      expect(job()).toBe("Empress")
      expect(yield* Questions.list({})).toEqual([])
    })
  )

  scenario(
    "are asked about no more when theirs is to stay for ever",
    Effect.gen(function* () {
      const { answer, say, job } = yield* asked
      yield* answer("always-theirs")
      yield* say("Chair")
      yield* say("President")
      expect(job()).toBe("Queen")
      expect(yield* Questions.list({})).toEqual([])
    })
  )

  scenario(
    "are answered once, by one of the answers, and by nothing else",
    Effect.gen(function* () {
      const { answer } = yield* asked
      const wrong = yield* Effect.flip(answer("mine"))
      expect(wrong).toBeInstanceOf(ControlError)
      expect(wrong.message).toBe("mine is no answer to it; choose of theirs, ours, always-theirs, always-ours")
      yield* answer("theirs")
      expect((yield* Effect.flip(answer("ours"))).message).toBe(
        "ada decided it already: theirs; list the open ones with: interchannel review"
      )
      expect((yield* Effect.flip(Questions.one("r_none"))).message).toContain("there is no question r_none")
    })
  )
})

describe("explaining a record", () => {
  scenario(
    "says of each field who wrote it, what was there before, and why it is as it is",
    Effect.gen(function* () {
      const all = yield* crmWith({ job: {}, plan: { from: "custom.tier" } }, { city: "Exampleton" })
      yield* all.say("Director")
      yield* all.say("Chair")
      expect(yield* explaining(all)).toEqual([
        'job: nothing → "Director", from chat (fill-if-empty: it was empty)',
        'job: "Director" → "Chair", from chat (fill-if-empty: what stood there was our own)',
        'job stays: there stands "Chair", chat says "Chair" (it says so already)',
        "plan stays: no other system says anything (fill-if-empty)"
      ])
    })
  )
})
