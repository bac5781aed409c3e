import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import * as Finding from "../src/Finding.ts"
import * as VendorError from "../src/VendorError.ts"

const fail = VendorError.of("acme")
const look = (error: VendorError.VendorError) =>
  Effect.runPromise(Effect.either(Finding.unlessRefused("reading notes", error)))

it("a refusal is a finding with its remedy, an outage is a failure", async () => {
  const scope = new VendorError.Unauthorized({ detail: "no", missingScope: "notes:read" })
  expect(await look(fail.because("notes.list", scope))).toMatchObject({
    right: { ok: false, remedy: "grant the scope notes:read" }
  })
  expect(await look(fail.rejected("notes.list", "BAD", "no such field"))).toMatchObject({
    right: { ok: false, what: "reading notes: acme notes.list: Rejected - BAD: no such field" }
  })
  expect(await look(fail.unavailable("notes.list", "down"))).toMatchObject({
    left: { reason: { _tag: "Unavailable" } }
  })
})

it("many names are not all shown", () => {
  expect(Finding.listed(["a", "b"])).toBe("a, b")
  expect(Finding.listed(Array.from({ length: 23 }, (_, index) => String(index)))).toMatch(/^0, 1, .*, 19 and 3 more$/)
})
