/** The README's example is the file beside this test, and it works. */
import { readFileSync } from "node:fs"
import { Effect, Logger } from "effect"
import { describe, expect, it } from "vitest"
import { beside } from "./readme/embed.ts"
import { chat, chatWorld } from "./sampleVendors/chat.ts"
import { crm } from "./sampleVendors/crm.ts"
import { crmWorld } from "./sampleVendors/crmWorld.ts"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

describe("the README's example", () => {
  it("is in the README word for word", () => {
    expect(read("../README.md")).toContain(`\`\`\`ts\n${read("readme/embed.ts")}\`\`\``)
  })

  it("runs a daemon that can be asked", async () => {
    const connections = {
      chat: { connector: chat(chatWorld()), credentials: { secret: "s" } },
      crm: { connector: crm(crmWorld()), credentials: { token: "t" }, destination: {} }
    }
    const status = beside({ connections }, (control) => control.status).pipe(
      Effect.provide(Logger.remove(Logger.defaultLogger))
    )
    const { connections: told } = await Effect.runPromise(status)
    expect(told.map(({ id }) => id)).toEqual(["chat", "crm"])
    expect(told[1]?.destination).toMatchObject({ mode: "observe", delivered: 0 })
  })
})
