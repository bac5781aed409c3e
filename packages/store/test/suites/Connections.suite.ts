import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Connections, Quarantine } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const aside = (subject: string, more: Partial<Quarantine.Aside> = {}): Quarantine.Aside => ({
  connection: "crm",
  kind: "item",
  subject,
  reason: "Malformed",
  detail: "no time",
  remedy: "look at the item",
  at: 1,
  ...more
})

export const connections: Suite = ({ holds }) => {
  holds("a connection begins in observe, and what is known of it stays when it is seen again", () =>
    Effect.gen(function* () {
      const connections = yield* Connections.Connections
      const first = yield* connections.install("crm", "hubspot", 5)
      expect(first).toEqual({
        id: "crm",
        connector: "hubspot",
        installedAt: 5,
        mode: "observe",
        paused: false,
        canary: [],
        health: "starting",
        healthAt: 5
      })
      const approved = { mode: "canary", canary: ["c1", "c2"], approvedAt: 6, approvedBy: "ada" } as const
      const known = { account: "portal 1", replaces: "old-crm" } as const
      yield* connections.update("crm", {
        ...approved,
        ...known,
        paused: true,
        detail: "waits",
        health: "parked",
        healthAt: 7
      })
      expect(yield* connections.install("crm", "hubspot", 99)).toEqual({
        ...first,
        ...approved,
        ...known,
        paused: true,
        detail: "waits",
        health: "parked",
        healthAt: 7
      })
      yield* connections.update("crm", { detail: undefined, health: "running" })
      const [row] = yield* connections.all
      expect(row).not.toHaveProperty("detail")
      expect(row).toMatchObject({ ...approved, paused: true, health: "running", healthAt: 7 })
    })
  )

  holds("a change to a connection that is not there is refused", () =>
    Effect.gen(function* () {
      const connections = yield* Connections.Connections
      const error = yield* Effect.flip(connections.update("nobody", { paused: true }))
      expect(error.message).toContain('"nobody" is not installed')
    })
  )

  holds("what is set aside has one row a subject, the last reason, and can be let go", () =>
    Effect.gen(function* () {
      const quarantine = yield* Quarantine.Quarantine
      yield* quarantine.add([
        aside("1"),
        aside("2"),
        aside("3", { connection: "chat" }),
        aside("2", { reason: "Gone" })
      ])
      yield* quarantine.add([aside("1", { reason: "Rejected", at: 2 })])
      expect((yield* quarantine.list({ after: "", limit: 2 })).map(({ subject, reason }) => [subject, reason])).toEqual(
        [
          ["1", "Rejected"],
          ["2", "Gone"]
        ]
      )
      expect(yield* quarantine.list({ connection: "chat", after: "", limit: 9 })).toEqual([
        aside("3", { connection: "chat" })
      ])
      yield* quarantine.remove(["2", "3"])
      expect(yield* quarantine.tally).toEqual([{ connection: "crm", reason: "Rejected", count: 1, example: "no time" }])
      expect(yield* quarantine.get(["1", "none"])).toMatchObject([{ subject: "1", detail: "no time" }])
    })
  )
}
