import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import * as Finding from "../src/Finding.ts"
import * as Setup from "../src/Setup.ts"
import * as VendorError from "../src/VendorError.ts"

/** An account where things stand and can be made, in the order in which that was asked for. */
const account = (stands: ReadonlyArray<string>, refused?: string) => {
  const there = new Set(stands)
  const made: Array<string> = []
  const wanted = (what: string): Setup.Wanted<never> => ({
    what,
    look: Effect.sync(() => (there.has(what) ? Finding.good(`${what} stands`) : undefined)),
    make: Effect.suspend(() => {
      if (what === refused) return VendorError.of("acme").rejected("make", "BAD", "no more room")
      made.push(what)
      there.add(what)
      return Effect.void
    })
  })
  return { wanted: ["a queue", "a field"].map(wanted), made }
}

it("a first look makes nothing, and says what is made on approval", async () => {
  const { wanted, made } = account(["a queue"])
  expect(await Effect.runPromise(Setup.check(wanted))).toMatchObject([
    { ok: true, what: "a queue stands" },
    { ok: false, what: "a field is missing", onApproval: true }
  ])
  expect(made).toEqual([])
})

it("what is missing is made, once", async () => {
  const { wanted, made } = account([])
  expect(await Effect.runPromise(Setup.prepare(wanted))).toMatchObject([
    { ok: true, what: "a queue is made" },
    { ok: true, what: "a field is made" }
  ])
  await Effect.runPromise(Setup.prepare(wanted))
  expect(made).toEqual(["a queue", "a field"])
})

it("what the vendor refuses is named, and the rest is made all the same", async () => {
  const { wanted, made } = account([], "a queue")
  const [queue, field] = await Effect.runPromise(Setup.prepare(wanted))
  expect(queue).toMatchObject({ ok: false, what: "a queue: acme make: Rejected - BAD: no more room" })
  expect(field?.ok).toBe(true)
  expect(made).toEqual(["a field"])
})
