import { describe, expect, it } from "@effect/vitest"
import type { Installation } from "@interchannel/runtime"
import { restartFor } from "../src/Foreground.ts"

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
