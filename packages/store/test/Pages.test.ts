import { Pages } from "@interchannel/store"
import { it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect } from "vitest"

const table = ["a", "b", "c", "d", "e"]

const walk = (rows: ReadonlyArray<string>, limit: number, asked: Array<string> = []) => ({
  limit,
  page: (after: string) =>
    Effect.sync(() => {
      asked.push(after)
      return rows.filter((row) => row > after).slice(0, limit)
    }),
  keyOf: (row: string) => row
})

const pagesOf = (rows: ReadonlyArray<string>, limit: number, asked?: Array<string>) =>
  Effect.gen(function* () {
    const pages: Array<ReadonlyArray<string>> = []
    yield* Pages.forEach(walk(rows, limit, asked), (page) => Effect.sync(() => pages.push(page)))
    return pages
  })

describe("pages of a table", () => {
  it.effect("every row comes once, in order; a short page is the last", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      expect(yield* pagesOf(table, 2, asked)).toEqual([["a", "b"], ["c", "d"], ["e"]])
      expect(asked).toEqual(["", "b", "d"])
    })
  )

  it.effect("a full page at the end is followed by a look that finds nothing", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      expect(yield* pagesOf(table.slice(0, 4), 2, asked)).toEqual([
        ["a", "b"],
        ["c", "d"]
      ])
      expect(asked).toEqual(["", "b", "d"])
      expect(yield* pagesOf([], 2)).toEqual([])
    })
  )

  it.effect("the next page is read when the one before has been worked off", () =>
    Effect.gen(function* () {
      const steps: Array<string> = []
      const { limit, page, keyOf } = walk(table, 2)
      const read = (after: string) =>
        Effect.zipLeft(
          page(after),
          Effect.sync(() => steps.push(`read after ${after}`))
        )
      yield* Pages.forEach({ limit, page: read, keyOf }, ([first]) => Effect.sync(() => steps.push(`use ${first}`)))
      expect(steps).toEqual(["read after ", "use a", "read after b", "use c", "read after d", "use e"])
    })
  )

  it.effect("a query that passes over where to go on ends the walk instead of going in a circle", () =>
    Effect.gen(function* () {
      const stuck = { limit: 2, page: () => Effect.succeed(["a", "b"]), keyOf: (row: string) => row }
      const exit = yield* Effect.exit(Pages.forEach(stuck, () => Effect.void))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("passes over `after`")
    })
  )
})
