/** The whole daemon with its loops and real time, on a database in memory. */
import { type Connector, VendorError } from "@interchannel/connector"
import { Inbox, Leases, Store } from "@interchannel/store"
import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { daemonOf, health, load, message, quietly, until, withDaemon, worlds } from "./runningDaemon.ts"
import { CrmWorld } from "./sampleVendors/crmWorld.ts"

describe("the daemon", () => {
  it("observes first, plans, writes to a few records when approved, then to all", async () => {
    const { chatState, crmState, connections } = worlds()
    crmState.records.push({ id: "2", email: "bob@example.com", updatedAt: 1 })
    const configuration = {
      connections: { ...connections, crm: { ...connections.crm, destination: { canaryRecords: 1 } } }
    }
    await withDaemon(configuration, ({ control }) =>
      Effect.gen(function* () {
        chatState.messages.push(message("m1", "hello"), {
          ...message("m2", "hi"),
          from: "bob",
          email: "bob@example.com"
        })
        const due = Effect.map(
          control.plan("crm"),
          ([plan]) => plan?.writes.find(({ verb }) => verb === "AppendTimeline")?.create === 2
        )
        yield* until("two entries are planned", due)
        expect(crmState.entries.size).toBe(0)
        const approval = yield* control.approve("crm", { all: false, by: "test" })
        expect(approval).toMatchObject({ mode: "canary", records: 1 })
        yield* until(
          "the canary is written",
          Effect.sync(() => crmState.entries.size === 1)
        )
        yield* Effect.sleep("100 millis")
        expect(crmState.entries.size).toBe(1)
        yield* control.approve("crm", { all: true, by: "test" })
        yield* until(
          "the rest is written",
          Effect.sync(() => crmState.entries.size === 2)
        )
      })
    )
  })

  it("a paused destination gets nothing until it is resumed", async () => {
    const { chatState, crmState, connections } = worlds()
    await withDaemon({ connections }, ({ control }) =>
      Effect.gen(function* () {
        yield* until(
          "it runs",
          Effect.map(health(control, "crm"), (is) => is === "running")
        )
        yield* control.approve("crm", { all: true, by: "test" })
        yield* control.pause("crm")
        chatState.messages.push(message("m1", "hello"))
        yield* until(
          "it is planned",
          Effect.map(control.plan("crm"), ([plan]) => plan?.writes[0]?.create === 1)
        )
        yield* Effect.sleep("100 millis")
        expect(crmState.entries.size).toBe(0)
        yield* control.resume("crm")
        yield* until(
          "it is written",
          Effect.sync(() => crmState.entries.size === 1)
        )
      })
    )
  })

  it("a connection that needs a person is parked with the remedy and stops no other; new credentials start it again", async () => {
    const { chatState, crmState, connections } = worlds()
    await withDaemon({ connections }, ({ control, configure }) =>
      Effect.gen(function* () {
        crmState.failures.push(new VendorError.Unauthorized({ detail: "the token was revoked" }))
        yield* until(
          "it is parked",
          Effect.map(health(control, "crm"), (is) => is === "parked")
        )
        const parked = (yield* control.status).connections.find(({ id }) => id === "crm")
        expect(parked?.detail).toContain("the token was revoked")
        chatState.messages.push(message("m1", "hello"))
        yield* until(
          "the chat is read",
          Effect.map(control.status, ({ interactions }) => interactions === 1)
        )
        yield* configure({
          connections: { ...connections, crm: { ...connections.crm, credentials: { token: "new" } } }
        })
        yield* until(
          "it runs again",
          Effect.map(health(control, "crm"), (is) => is === "running")
        )
      })
    )
  })

  it("a vendor that is away when its connection starts is no reason to park it", async () => {
    const { crmState, connections } = worlds()
    let tries = 0
    const connector: Connector.Any = {
      ...connections.crm.connector,
      api: () =>
        Layer.effect(
          CrmWorld,
          Effect.suspend(() =>
            ++tries === 1
              ? Effect.fail(
                  VendorError.make("crm", "login", new VendorError.Unavailable({ detail: "", uncertain: false }))
                )
              : Effect.succeed(crmState)
          )
        )
    }
    await withDaemon({ connections: { ...connections, crm: { ...connections.crm, connector } } }, ({ control }) =>
      until(
        "it runs in the end",
        Effect.map(health(control, "crm"), (is) => is === "running")
      )
    )
    expect(tries).toBe(2)
  })

  it("a parked connection is tried again when the configuration is read again", async () => {
    const { crmState, connections } = worlds()
    await withDaemon({ connections }, ({ control, configure }) =>
      Effect.gen(function* () {
        crmState.failures.push(new VendorError.Unauthorized({ detail: "a scope is missing" }))
        yield* until(
          "it is parked",
          Effect.map(health(control, "crm"), (is) => is === "parked")
        )
        yield* configure({ connections })
        yield* until(
          "it runs again",
          Effect.map(health(control, "crm"), (is) => is === "running")
        )
      })
    )
  })

  it("what arrived for a connection while it was removed is read when it is back", async () => {
    const { chatState, connections } = worlds()
    await withDaemon({ connections: { crm: connections.crm } }, ({ control, configure }) =>
      Effect.gen(function* () {
        yield* configure({ connections })
        yield* until(
          "it runs",
          Effect.map(health(control, "chat"), (is) => is === "running")
        )
        yield* configure({ connections: { crm: connections.crm } })
        const inbox = yield* Inbox.Inbox
        const body = Buffer.from(JSON.stringify({ delivery: "late", messages: [message("m1", "late")] }))
        const place = { connection: "chat", source: "webhook:pushed", partition: "all", lane: 0 } as const
        yield* inbox.accept([{ ...place, receivedAt: 1, contentType: "application/json", body, key: "late" }])
        yield* until(
          "it is set aside",
          Effect.map(control.status, ({ quarantine }) => quarantine.length === 1)
        )
        yield* configure({ connections })
        yield* until(
          "it is read",
          Effect.map(control.status, ({ interactions, quarantine }) => interactions === 1 && quarantine.length === 0)
        )
        expect(chatState.messages).toEqual([])
      })
    )
  })

  it("a connection is added, paused and removed without a restart", async () => {
    const { chatState, crmState, connections } = worlds()
    await withDaemon({ connections: { chat: connections.chat } }, ({ control, configure }) =>
      Effect.gen(function* () {
        chatState.messages.push(message("m1", "hello"))
        yield* until(
          "the chat is read",
          Effect.map(control.status, ({ interactions }) => interactions === 1)
        )
        expect(yield* configure({ connections })).toEqual([])
        yield* until(
          "the CRM runs",
          Effect.map(health(control, "crm"), (is) => is === "running")
        )
        yield* control.approve("crm", { all: true, by: "test" })
        chatState.messages.push(message("m2", "again"))
        yield* until(
          "an entry stands there",
          Effect.sync(() => crmState.entries.size > 0)
        )
        yield* configure({ connections: { ...connections, chat: { ...connections.chat, paused: true } } })
        yield* until(
          "the chat is parked",
          Effect.map(health(control, "chat"), (is) => is === "parked")
        )
        yield* configure({ connections: { crm: connections.crm } })
        yield* until(
          "the chat is gone",
          Effect.map(health(control, "chat"), (is) => is === undefined)
        )
      })
    )
  })

  it("a configuration with a problem changes nothing", async () => {
    const { connections } = worlds()
    await withDaemon({ connections }, ({ control, configure }) =>
      Effect.gen(function* () {
        yield* until(
          "it runs",
          Effect.map(health(control, "crm"), (is) => is === "running")
        )
        const problems = yield* configure({
          connections: { ...connections, crm: { ...connections.crm, credentials: {} } }
        })
        expect(problems).toEqual([expect.objectContaining({ key: "connections.crm.credentials.token" })])
        expect(yield* health(control, "crm")).toBe("running")
      })
    )
  })

  it("a vendor that is down for a while holds nothing else up, and misses nothing afterwards", async () => {
    const { chatState, crmState, connections } = worlds()
    await withDaemon({ connections }, ({ control }) =>
      Effect.gen(function* () {
        yield* until(
          "it runs",
          Effect.map(health(control, "crm"), (is) => is === "running")
        )
        yield* control.approve("crm", { all: true, by: "test" })
        crmState.failures.push(new VendorError.Unavailable({ detail: "down", uncertain: true, retryAfterMs: 50 }))
        chatState.messages.push(message("m1", "hello"))
        yield* until(
          "it is written in the end",
          Effect.sync(() => crmState.entries.size === 1)
        )
        expect([...crmState.entries.values()][0]?.writes).toBe(1)
      })
    )
  })

  it("closing it gives the leases back at once", async () => {
    const { connections } = worlds()
    const held = await Effect.runPromise(
      Effect.gen(function* () {
        const leases = yield* Leases.Leases
        const during = yield* Effect.scoped(
          Effect.gen(function* () {
            yield* Layer.build(daemonOf({ connections }, Effect.succeed(load({ connections }))))
            const names = Effect.map(leases.holders, (all) => all.map(({ name }) => name).sort())
            yield* until(
              "all leases are held",
              Effect.map(names, (all) => all.length === 5)
            )
            return yield* names
          })
        )
        return { during, after: yield* leases.holders }
      }).pipe(Effect.provide(Store.layerTemporary), quietly)
    )
    expect(held.during).toEqual(["connection:chat", "connection:crm", "estimator", "ledger", "resolver"])
    expect(held.after).toEqual([])
  })
})
