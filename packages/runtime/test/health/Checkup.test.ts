import { VendorError } from "@interchannel/connector"
import { Connections, Leases, type Store, Store as Stores } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Checkup from "../../src/health/Checkup.ts"
import type * as Report from "../../src/health/Report.ts"
import { START, world } from "../stages.ts"

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const message = (id: string, at: number) => ({ id, at, from: "ana", email: "ana@example.com", text: id })

/** A daemon holds its leases, and the connections are at work. */
const attended = Effect.gen(function* () {
  const leases = yield* Leases.Leases
  const connections = yield* Connections.Connections
  for (const name of ["ledger", "connection:chat", "connection:other", "connection:crm"]) {
    yield* leases.take(name, "daemon", { now: START, forMs: 1e12 })
  }
  for (const id of ["chat", "other", "crm"]) yield* connections.update(id, { health: "running", healthAt: START })
})

const examined = (promise: string, body: Effect.Effect<void, unknown, Store.Services>) =>
  it.effect(promise, () => Effect.provide(body, Stores.layerTemporary) as Effect.Effect<void>)

const of = (diagnosis: Report.Diagnosis, id: string) => diagnosis.connections.find((one) => one.id === id)!
const told = (diagnosis: Report.Diagnosis, id: string) =>
  of(diagnosis, id).findings.map(({ key, severity }) => `${severity} ${key}`)

describe("a checkup", () => {
  examined(
    "finds nothing to mend where all is well, and says how far each feed is read",
    Effect.gen(function* () {
      const { chatState, crmState, turn, installation } = yield* world()
      yield* attended
      crmState.records.push(ana)
      chatState.messages.push(message("m1", START + 100))
      yield* turn
      yield* turn
      const diagnosis = yield* Checkup.diagnose(installation)
      expect(diagnosis).toMatchObject({ healthy: true, findings: [{ key: "alarms", severity: "notice" }] })
      const [feed] = of(diagnosis, "chat").feeds
      expect(feed).toMatchObject({ feed: "messages", partitions: 1, progress: 1, gaps: [] })
      expect(diagnosis.at - feed!.readUntil!).toBeLessThan(2_000)
      expect(of(diagnosis, "crm").destination).toMatchObject({ mode: "live", delivered: 1, due: 0 })
    })
  )

  examined(
    "without a daemon that is the one problem, and what lags behind is no further one",
    Effect.gen(function* () {
      const { turn, installation } = yield* world()
      yield* turn
      yield* TestClock.adjust("3 days")
      const diagnosis = yield* Checkup.diagnose(installation)
      expect(diagnosis.healthy).toBe(false)
      expect(diagnosis.findings).toMatchObject([
        { key: "daemon", remedy: "start it: interchannel start" },
        { key: "alarms", severity: "notice" }
      ])
      expect(diagnosis.connections.flatMap(({ findings }) => findings)).toEqual([])
      expect(diagnosis.connections.map(({ health }) => health)).toEqual(["stopped", "stopped", "stopped"])
    })
  )

  examined(
    "says which connection is parked and why, which nobody works on, and which feed is not read any more",
    Effect.gen(function* () {
      const { turn, installation } = yield* world()
      const connections = yield* Connections.Connections
      const leases = yield* Leases.Leases
      yield* attended
      yield* turn
      yield* connections.update("chat", { health: "parked", detail: "chat: Unauthorized - the token was revoked" })
      yield* leases.release({ name: "connection:crm", holder: "daemon", epoch: 1 })
      yield* TestClock.adjust("20 minutes")
      const diagnosis = yield* Checkup.diagnose(installation)
      expect(diagnosis.healthy).toBe(false)
      expect(told(diagnosis, "chat")).toEqual(["problem chat parked"])
      expect(of(diagnosis, "chat").findings[0]?.what).toContain("the token was revoked")
      expect(["chat", "crm", "other"].map((id) => of(diagnosis, id).health)).toEqual(["parked", "starting", "running"])
      expect(told(diagnosis, "crm")).toEqual([
        "problem crm idle",
        "problem crm feed records",
        "problem crm feed entries"
      ])
      expect(told(diagnosis, "other")).toEqual(["problem other feed messages"])
    })
  )

  examined(
    "counts what feeds found late and no push told of, from the first push on; one that falls silent is a problem",
    Effect.gen(function* () {
      const { chatState, push, turn, pull, normalize, installation } = yield* world()
      yield* attended
      const pushed = (id: string) => Effect.flatMap(now, (at) => push("chat", id, [message(id, at)]))
      const now = Effect.clockWith((clock) => clock.currentTimeMillis)
      const late = (count: number, prefix: string) =>
        Effect.gen(function* () {
          const at = yield* now
          for (let index = 0; index < count; index++) chatState.messages.push(message(`${prefix}${index}`, at + index))
          yield* TestClock.adjust("61 minutes")
          yield* pull
          yield* normalize
        })
      yield* turn
      yield* late(2, "before anybody subscribed ")
      expect(of(yield* Checkup.diagnose(installation), "chat").pushes).toEqual({ missedLastDay: 0, newsSince: 2 })

      yield* pushed("p1")
      yield* turn
      yield* late(3, "missed ")
      const missed = yield* Checkup.diagnose(installation)
      expect(of(missed, "chat").pushes).toMatchObject({ missedLastDay: 3, newsSince: 3 })
      expect(told(missed, "chat")).toEqual(["problem chat missed"])

      yield* late(3, "silent ")
      const silent = yield* Checkup.diagnose(installation)
      expect(told(silent, "chat")).toEqual(["problem chat pushes", "problem chat missed"])
      expect(of(silent, "chat").findings[0]?.what).toContain("feeds brought 6 news since")

      yield* pushed("p2")
      yield* turn
      yield* TestClock.adjust("25 hours")
      yield* pull
      expect(told(yield* Checkup.diagnose(installation), "chat")).toEqual([])
    })
  )

  examined(
    "shows what is set aside with the vendor's words and the remedy, a place that cannot be read by its name",
    Effect.gen(function* () {
      const { chatState, turn, installation } = yield* world()
      yield* attended
      chatState.rooms.push("closed")
      chatState.closed.set("closed", new VendorError.Rejected({ code: "not_in_channel", detail: "join it" }))
      chatState.messages.push({ id: "bad", at: START + 50, from: 7 }, { id: "worse", at: START + 51, from: 8 })
      yield* turn
      const { findings, setAside } = of(yield* Checkup.diagnose(installation), "chat")
      expect(setAside).toBe(3)
      expect(findings).toMatchObject([
        {
          severity: "problem",
          what: expect.stringContaining("closed: chat messages: Rejected - not_in_channel: join it")
        },
        { severity: "problem", what: expect.stringContaining("2 set aside: Malformed, such as feed:messages") }
      ])
      expect(findings[1]?.remedy).toContain("interchannel replay")
    })
  )
})
