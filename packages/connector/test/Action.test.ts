import { expect, it } from "vitest"
import * as Action from "../src/Action.ts"

it("an action that needs a setting says how to set it, until it is set", () => {
  const lacks = Action.needs("channel", "set settings.channel to the id of a channel")
  expect(lacks({ url: "https://example.com" })).toBe("set settings.channel to the id of a channel")
  expect(lacks({ channel: "C1" })).toBeUndefined()
})
