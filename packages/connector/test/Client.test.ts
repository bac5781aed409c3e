import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import * as Client from "../src/Client.ts"
import * as Gate from "../src/Gate.ts"
import * as VendorError from "../src/VendorError.ts"

it("a vendor's library is called in turn, and what it throws is a reason without secrets", async () => {
  const operations: Array<string> = []
  const gate: typeof Gate.Gate.Service = {
    call: (operation, effect) =>
      Effect.zipRight(
        Effect.sync(() => operations.push(operation)),
        effect
      )
  }
  const program = Effect.gen(function* () {
    const call = yield* Client.make({
      vendor: "acme",
      secrets: ["s3cret-token"],
      reasonOf: (error, operation) => new VendorError.Malformed({ detail: `${operation}: ${String(error)}` })
    })
    const answer = yield* call("notes.get", () => Promise.resolve(7))
    const error = yield* Effect.flip(call("notes.make", () => Promise.reject(new Error("token s3cret-token is bad"))))
    return { answer, error }
  })
  const { answer, error } = await Effect.runPromise(Effect.provideService(program, Gate.Gate, gate))
  expect(answer).toBe(7)
  expect(operations).toEqual(["notes.get", "notes.make"])
  expect(error.message).toBe("acme notes.make: Malformed - notes.make: Error: token <redacted> is bad")
})
