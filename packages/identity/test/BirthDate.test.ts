import { expect, it } from "vitest"
import * as BirthDate from "../src/features/BirthDate.ts"

it.each([
  ["1980-02-29", "1980-02-29"],
  ["19800229", "1980-02-29"],
  ["29/2/1980", "1980-02-29"],
  ["2/29/80", "1980-02-29"],
  ["29-Feb-80", "1980-02-29"],
  ["Feb 29 1980", "1980-02-29"],
  ["February 29, 1980", "1980-02-29"],
  ["1980", "1980"],
  ["02/1980", "1980-02"],
  ["soon", undefined],
  ["", undefined]
])("%s is %s", (text, iso) => {
  expect(BirthDate.toIso(text)).toBe(iso)
})

it.each(["1900-01-01", "1970-01-01", "0000-02-03", "1980-2-3"])("%s tells nothing", (iso) => {
  expect(BirthDate.parse(iso)).toBeUndefined()
})
