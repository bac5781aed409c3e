import { describe, expect, it } from "vitest"
import * as Performance from "../soak/Performance.ts"
import { randomOf } from "../soak/random.ts"

const KILLS = 10
const WITHIN_MS = 300_000

describe("the daemon", () => {
  it(
    `killed ${KILLS} times at random moments of the played day, leaves both systems as if it had lived all day`,
    async () => {
      const calm = await Performance.perform({ kills: 0, random: randomOf(1) })
      expect(calm.canonical.split("\n").length).toBeGreaterThan(20)
      const killed = await Performance.perform({ kills: KILLS, random: randomOf(1) })
      expect(killed.kills).toBe(KILLS)
      expect(Performance.difference(calm.canonical, killed.canonical)).toBe("")
    },
    WITHIN_MS
  )
})
