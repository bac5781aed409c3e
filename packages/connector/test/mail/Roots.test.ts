import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { Headers, Mail } from "../../src/mail/Mail.ts"
import * as Roots from "../../src/mail/Roots.ts"
import { RECEIVED } from "./letter.ts"

const mail = (id: string, headers: Readonly<Record<string, string>>, receivedAt = RECEIVED): Mail => ({
  receivedAt,
  bytes: 1,
  headers: [["message-id", `<${id}>`], ["from", "Ana <ana@example.org>"], ...Object.entries(headers)],
  enclosed: [],
  attachments: []
})
const answerTo = (id: string, to: string): Mail => mail(id, { "in-reply-to": `<${to}>` })

/** Roots of mails whose mailbox holds these others; and how often it was looked into. */
const rootsOf = async (mails: ReadonlyArray<Mail>, others: ReadonlyArray<Mail>) => {
  let looks = 0
  const look = (questions: ReadonlyArray<Roots.Question>) =>
    Effect.sync(() => {
      looks += 1
      return new Map(
        questions.flatMap((question): ReadonlyArray<readonly [Roots.Question, Headers]> => {
          const hit = others.find((other) => other !== question.mail && Roots.isAnswer(other, question))
          return hit === undefined ? [] : [[question, hit.headers]]
        })
      )
    })
  const found = await Effect.runPromise(Roots.find(mails, "desk@example.com", look))
  return { roots: found.map(({ root }) => root), looks }
}

describe("the beginning of a thread", () => {
  it("is followed from answer to answered, for many mails at a time", async () => {
    const [first, second, third] = [mail("a@x", {}), answerTo("b@x", "a@x"), answerTo("c@x", "b@x")]
    const other = answerTo("e@x", "d@x")
    const { roots, looks } = await rootsOf([third, other], [first, second])
    expect(roots).toEqual(["a@x", "d@x"])
    expect(looks).toBe(2)
  })

  it("is one of them where mails answer each other in a ring", async () => {
    const ring = [answerTo("a@x", "b@x"), answerTo("b@x", "a@x")]
    expect((await rootsOf(ring, ring)).roots).toEqual(["a@x", "a@x"])
  })

  it("is not looked for where the headers tell it", async () => {
    const told = mail("c@x", { references: "<a@x> <b@x>" })
    expect(await rootsOf([told], [])).toEqual({ roots: [undefined], looks: 0 })
  })

  it("is an earlier mail of the same sender about the same subject, if it is not too old", async () => {
    const answer = mail("b@x", { subject: "Re: Broken chair again" })
    const before = mail("a@x", { subject: "Broken chair again" }, RECEIVED - 1)
    expect((await rootsOf([answer], [before])).roots).toEqual(["a@x"])
    expect((await rootsOf([answer], [mail("a@x", { subject: "Broken table" }, RECEIVED - 1)])).roots).toEqual([
      undefined
    ])
    expect((await rootsOf([answer], [mail("a@x", { subject: "Broken chair again" }, RECEIVED + 1)])).roots).toEqual([
      undefined
    ])
    const clue = { _tag: "Subject", subject: "Broken chair again", from: "ana@example.org", isWhole: true } as const
    expect(Roots.earliest({ mail: answer, clue })).toBe(RECEIVED - 30 * 86_400_000)
    expect(Roots.earliest({ mail: answer, clue: { _tag: "Id", id: "a@x" } })).toBeUndefined()
  })
})
