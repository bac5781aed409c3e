import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Feed from "../src/Feed.ts"
import * as Pages from "../src/Pages.ts"

const Numbered = Schema.Struct({ id: Schema.Int })

/** Three pages of two, with something else among them. */
const listOf = (pagesMax: number) => {
  const asked: Array<string | undefined> = []
  const list: Pages.List<never> = {
    vendor: "acme",
    operation: "things.list",
    pagesMax,
    page: (token) => {
      asked.push(token)
      const page = Number(token ?? 1)
      return Effect.succeed(Feed.page([{ id: page * 10 }, "odd"], page < 3 ? String(page + 1) : null))
    }
  }
  return { asked, list }
}

describe("a list", () => {
  it("is read whole", async () => {
    const { asked, list } = listOf(3)
    expect(await Effect.runPromise(Pages.all(list))).toEqual([{ id: 10 }, "odd", { id: 20 }, "odd", { id: 30 }, "odd"])
    expect(asked).toEqual([undefined, "2", "3"])
  })

  it("is looked through as far as what is wanted", async () => {
    const { asked, list } = listOf(3)
    expect(await Effect.runPromise(Pages.find(list, Numbered, ({ id }) => id === 20))).toEqual({ id: 20 })
    expect(asked).toEqual([undefined, "2"])
    expect(await Effect.runPromise(Pages.find(list, Numbered, () => false))).toBeUndefined()
  })

  it("that is too long is refused: a part would be taken for the whole", async () => {
    const error = await Effect.runPromise(Effect.flip(Pages.all(listOf(2).list)))
    expect(error).toMatchObject({ vendor: "acme", operation: "things.list", reason: { code: "too_many" } })
    // What is found on the last page that is looked at is found.
    expect(await Effect.runPromise(Pages.find(listOf(2).list, Numbered, ({ id }) => id === 20))).toEqual({ id: 20 })
  })
})
