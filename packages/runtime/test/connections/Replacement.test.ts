/** An account is exchanged for another while a daemon runs: what is known stays, and nothing is there twice. */
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import type { Control } from "../../src/index.ts"
import { ana, health, message, until, withDaemon, worlds } from "../runningDaemon.ts"
import { chat, chatWorld } from "../sampleVendors/chat.ts"
import { crm } from "../sampleVendors/crm.ts"
import { crmWorld } from "../sampleVendors/crmWorld.ts"

const bodies = (world: ReturnType<typeof crmWorld>) =>
  [...world.entries.values()].map(({ body, records, writes }) => [body, [...records], writes])

const running = (control: Control["Type"]) =>
  until(
    "the CRM is read",
    Effect.map(health(control, "crm"), (is) => is === "running")
  )
const live = (control: Control["Type"]) =>
  Effect.zipRight(running(control), control.approve("crm", { all: true, by: "test" }))

describe("another portal takes a CRM's place", () => {
  it("and has the same persons and keys, keeps what people said, and finds the entries that moved along", async () => {
    const { chatState, crmState, connections } = worlds()
    await withDaemon({ connections }, ({ control, configure }) =>
      Effect.gen(function* () {
        yield* live(control)
        chatState.messages.push(message("m1", "hello"), message("m2", "oh no"), message("m3", "thanks"))
        yield* until(
          "three entries stand",
          Effect.sync(() => crmState.entries.size === 3)
        )
        const [hello, regretted] = [...crmState.entries.values()]
        const removed = regretted!.body
        crmState.observed.push({ id: regretted!.ref, at: 1, key: regretted!.key, body: removed, deleted: true })
        yield* until(
          "it is held",
          Effect.map(control.status, (status) => status.connections.some(({ destination }) => destination?.held === 1))
        )
        const persons = (yield* control.status).persons

        // Somebody moved records and entries: they have new ids, and our key with them.
        const portal2 = crmWorld()
        portal2.records.push({ ...ana, id: "77" })
        portal2.entries.set("moved", { ...hello!, ref: "moved", records: new Set(["77"]), writes: 0 })
        portal2.observed.push({ id: "moved", at: 2, key: hello!.key, body: hello!.body })
        const crm2 = {
          connector: crm(portal2),
          credentials: { token: "t" },
          settings: { portal: "portal 2" },
          replaces: "crm",
          destination: { since: "1 days" }
        }
        expect(yield* configure({ connections: { chat: connections.chat, "crm-2": crm2 } })).toEqual([])
        yield* until(
          "what is to be written is planned",
          Effect.map(control.plan("crm-2"), ([plan]) => plan?.writes[0]?.create === 2)
        )
        expect(bodies(portal2)).toEqual([[hello!.body, ["77"], 0]])

        yield* control.approve("crm-2", { all: true, by: "test" })
        yield* until(
          "they stand in the new portal",
          Effect.map(control.plan("crm-2"), ([plan]) => plan?.writes.length === 0)
        )
        const texts = ["hello", "oh no", "thanks"].filter((text) => text !== removed)
        expect(bodies(portal2).sort()).toEqual(texts.map((text) => [text, ["77"], 1]).sort())
        expect((yield* control.status).persons).toBe(persons)
        expect(crmState.entries.size).toBe(3)
        const held = (yield* control.status).connections.find(({ id }) => id === "crm-2")?.destination?.held
        expect(held).toBe(1)
      })
    )
  })

  it("under its own name only: ids of another account would mean other records", async () => {
    const { connections } = worlds()
    await withDaemon({ connections }, ({ control, configure }) =>
      Effect.gen(function* () {
        yield* running(control)
        const other = { ...connections.crm, settings: { portal: "portal 2" } }
        yield* configure({ connections: { ...connections, crm: other } })
        yield* until(
          "it is parked",
          Effect.map(health(control, "crm"), (is) => is === "parked")
        )
        const row = (yield* control.status).connections.find(({ id }) => id === "crm")
        expect(row?.detail).toContain("crm was portal 1 and is portal 2 now")
        expect(row?.detail).toContain('replaces: "crm"')
      })
    )
  })
})

describe("a mailbox moves to another host", () => {
  it("under the name it has, is read anew, and each mail is the one it was", async () => {
    const { chatState, crmState, connections } = worlds()
    await withDaemon({ connections }, ({ control, configure }) =>
      Effect.gen(function* () {
        yield* live(control)
        chatState.messages.push(message("m1", "hello"), message("m2", "thanks"))
        yield* until(
          "both stand",
          Effect.sync(() => crmState.entries.size === 2)
        )
        const { persons, interactions } = yield* control.status
        const moved = chatWorld()
        moved.messages.push(...chatState.messages, message("m3", "am I heard?"))
        const chat2 = { connector: chat(moved), credentials: { secret: "s" }, settings: { host: "two" } }
        expect(yield* configure({ connections: { ...connections, chat: chat2 } })).toEqual([])
        yield* until(
          "the new one is read",
          Effect.map(control.status, (status) => status.interactions === interactions + 1)
        )
        yield* until(
          "it stands",
          Effect.sync(() => crmState.entries.size === 3)
        )
        expect(bodies(crmState).map(([, , writes]) => writes)).toEqual([1, 1, 1])
        expect((yield* control.status).persons).toBe(persons)
        expect(moved.reads[0]?.from).toBeLessThan(Date.now() - 10)
      })
    )
  })
})
