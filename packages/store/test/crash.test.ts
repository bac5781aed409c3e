/** A process that is killed in the middle of its writes leaves a store that opens, is whole, and holds what was told. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Checkpoints, Dirty, Inbox, Store } from "../src/index.ts"
import { masterKey } from "../src/testing/index.ts"
import { ended, spawnDaemon } from "./processes.ts"

const KILLS = 5
const folder = mkdtempSync(join(tmpdir(), "interchannel-crash-"))
const file = join(folder, "store.db")
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Lets it commit `commits` times, kills it, and answers the last number it told. */
const killedAfter = async (commits: number): Promise<number> => {
  const child = spawnDaemon("sqlite", file, "victim", "0")
  let said = ""
  child.stdout?.on("data", (chunk) => {
    said += String(chunk)
    if (said.split("\n").length > commits) child.kill("SIGKILL")
  })
  const end = await ended(child)
  if (end.code !== null) throw new Error(`it ended by itself: ${end.said}`)
  // The last line may be torn off by the kill.
  return Number(said.split("\n").slice(0, -1).at(-1))
}

describe("kill -9 in the middle of writes", () => {
  it("loses nothing that was committed and keeps each write whole", { timeout: 60_000 }, async () => {
    for (let kill = 1; kill <= KILLS; kill++) {
      const told = await killedAfter(kill * 17)
      const { keys, saved, marks } = await Effect.runPromise(
        Effect.provide(
          Effect.gen(function* () {
            const inbox = yield* Inbox.Inbox
            const checkpoints = yield* Checkpoints.Checkpoints
            const dirty = yield* Dirty.Dirty
            return {
              keys: (yield* inbox.pending(100_000)).map(({ key }) => key),
              saved: Number((yield* checkpoints.load("chat", "messages")).get("victim")?.state),
              marks: yield* dirty.count
            }
          }),
          Store.layerSqlite({ file, masterKey })
        )
      )
      expect(saved).toBeGreaterThanOrEqual(told)
      expect(keys).toEqual(Array.from({ length: saved + 1 }, (_, number) => `victim-${number}`))
      expect(marks).toBe(saved + 1)
    }
  })
})
