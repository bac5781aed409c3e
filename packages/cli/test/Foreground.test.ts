import { describe, expect, it } from "@effect/vitest"
import type { Installation } from "@interchannel/runtime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { furnish } from "../src/demo/home.ts"
import * as Stage from "../src/demo/Stage.ts"
import { CONFIG } from "../src/fileNames.ts"
import { restartFor, run } from "../src/Foreground.ts"
import { folder, surroundings } from "./commandLine.ts"

const running: Installation.Installation = {
  store: { sqlite: "interchannel.db" },
  masterKey: undefined,
  own: { domains: [], numbers: [], teams: [] },
  defaultRegion: "US",
  intake: { host: "127.0.0.1", port: 8420, publicUrl: undefined },
  alarms: [],
  identity: { hour: undefined, unasked: false },
  keep: { rawMs: 1, keysMs: 1, asidesMs: 1, revisionsMs: 1, receiptsMs: 1 },
  connections: new Map()
}

describe("a changed configuration asks for a restart", () => {
  const cases: ReadonlyArray<readonly [string, Partial<Installation.Installation>, ReadonlyArray<string>]> = [
    ["not when nothing changed", { store: { sqlite: "interchannel.db" } }, []],
    [
      "not for a public address or a region",
      { defaultRegion: "DE", intake: { ...running.intake, publicUrl: "https://hooks.example.com" } },
      []
    ],
    ["for another store", { store: { sqlite: "other.db" } }, ["store"]],
    [
      "for another port and key",
      { masterKey: "k", intake: { ...running.intake, port: 1 } },
      ["masterKey", "intake.port"]
    ]
  ]
  for (const [when, change, keys] of cases) {
    it(when, () => expect(restartFor(running, { ...running, ...change })).toEqual(keys))
  }
})

describe("a daemon that is asked to stop", () => {
  it.scopedLive("says that it stops, what it waits for, what has ended, and last that it has stopped", () =>
    Effect.gen(function* () {
      const stage = yield* Stage.set(Date.now())
      const place = yield* folder
      furnish(place, stage.addresses, { intakePort: 0, canaryRecords: 1 })
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      const daemon = yield* run(CONFIG, false).pipe(
        Effect.scoped,
        Effect.provide(surroundings(place, [])),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Effect.fork
      )
      const names = ["support", "phone", "mail", "crm"]
      const runs = (name: string) => said.some((text) => text.startsWith(`connection ${name} `))
      while (!names.every(runs)) yield* Effect.sleep("20 millis")
      said.length = 0
      yield* Fiber.interrupt(daemon)
      expect(said[0]).toBe("stopping; nothing more is taken in. Asked again, it ends at once")
      const waiting = said.find((text) => text.startsWith("waiting for what is under way with"))
      for (const name of names) {
        expect(waiting).toContain(name)
        expect(said.indexOf(`connection ${name} has stopped`)).toBeGreaterThan(said.indexOf(waiting!))
      }
      expect(said.at(-1)).toBe("stopped")
    })
  )
})
