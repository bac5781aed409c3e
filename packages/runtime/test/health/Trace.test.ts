/** What people are told: where a message is, how far things are. */
import { Key, Own } from "@interchannel/domain"
import { Connections, Placements, Projections } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Inquiry from "../../src/health/Inquiry.ts"
import * as Trace from "../../src/health/Trace.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
const message = (id: string) => ({ connection: "chat", kind: "message", id })

describe("Trace.explain", () => {
  scenario(
    "tells the way of a message: what was told, who takes part, which entry stands where, with its receipt",
    Effect.gen(function* () {
      const { chatState, crmState, turn, installation } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const { steps } = yield* Trace.explain(installation, message("m1"))
      expect(steps.map(({ stage }) => stage)).toEqual(["part", "interaction", "people", "entry", "receipt"])
      expect(steps[2]?.text).toMatch(/crm\/person\/1/)
      expect(steps[3]?.text).toBe("AppendTimeline in CRM (crm): settled as entry e1")
      const written = yield* Trace.explain(installation, { connection: "crm", kind: "entry", id: "e1" })
      expect(written.steps[0]?.text).toContain("we wrote this record")
      const [entry] = yield* (yield* Projections.Projections).byRef("crm", [{ kind: "entry", id: "e1" }])
      yield* (yield* Placements.Placements).hold(entry!.key, [Key.contact("crm", { kind: "person", id: "1" })], {
        by: "Olga",
        at: START
      })
      const off = yield* Trace.explain(installation, message("m1"))
      expect(off.steps).toContainEqual({ stage: "not here", text: "kept off crm/person/1, said Olga", at: START })
      const person = yield* Trace.explain(installation, { connection: "crm", kind: "person", id: "1" })
      expect(person.steps.map(({ text }) => text).join()).toContain("recognised by ana@example.com")
    })
  )

  scenario(
    "says what it waits for, or why it is written nowhere",
    Effect.gen(function* () {
      const { chatState, turn, installation } = yield* world({ own: { ...Own.none, domains: ["example.org"] } })
      chatState.messages.push(hello, { ...hello, id: "m2", from: "sam", email: "sam@example.org" })
      yield* turn
      const last = (id: string) =>
        Effect.map(Trace.explain(installation, message(id)), ({ steps }) => steps.at(-1)?.text ?? "")
      expect(yield* last("m1")).toBe("AppendTimeline in CRM (crm): waiting: no record")
      expect(yield* last("m2")).toContain("no customer takes part")
      expect(yield* last("never")).toContain("nothing was told about chat/message/never yet")
      const elsewhere = yield* Trace.explain(installation, { ...message("m1"), connection: "nowhere" })
      expect(elsewhere.steps[0]?.text).toContain("there is no connection nowhere")
    })
  )
})

describe("Inquiry", () => {
  scenario(
    "shows examples of what would be written in the order of time",
    Effect.gen(function* () {
      const { chatState, crmState, turn, installation } = yield* world({ mode: "observe" })
      crmState.records.push(ana)
      const at = [300, 100, 500, 200, 400].map((after) => START + after)
      chatState.messages.push(...at.map((when, index) => ({ ...hello, id: `m${index}`, at: when })))
      yield* turn
      const [plan] = yield* Inquiry.plan(installation)
      expect(plan?.samples.map((sample) => sample.at)).toEqual([...at].sort((a, b) => a - b))
    })
  )

  scenario(
    "plans what would be written, and counts what was",
    Effect.gen(function* () {
      const { chatState, crmState, turn, installation } = yield* world({ mode: "observe" })
      crmState.records.push(ana)
      chatState.messages.push(hello, { ...hello, id: "m2", from: "bob", email: "bob@example.com" })
      yield* turn
      const [plan] = yield* Inquiry.plan(installation)
      expect(plan).toMatchObject({
        destination: "crm",
        mode: "observe",
        writes: [{ verb: "AppendTimeline", create: 1, update: 0, remove: 0 }],
        records: 1,
        waiting: 1,
        samples: [{ what: "new", title: "Chat from ana, Chat (chat)", at: START + 100, records: ["ana@example.com"] }]
      })
      expect(yield* Inquiry.plan(installation, "chat")).toEqual([])
      yield* (yield* Connections.Connections).update("crm", { mode: "live" })
      yield* turn
      const status = yield* Inquiry.status(installation)
      expect(status).toMatchObject({ interactions: 2, persons: 2, toPlan: 0, quarantine: [] })
      const crm = status.connections.find(({ id }) => id === "crm")
      expect(crm?.destination).toMatchObject({ delivered: 1, due: 0, waiting: 1, writesLastHour: 1 })
      chatState.messages.splice(0, 1, { ...hello, at: START + 4_100, version: START + 4_100, deleted: true })
      yield* turn
      yield* turn
      const after = (yield* Inquiry.status(installation)).connections.find(({ id }) => id === "crm")
      expect([crmState.entries.size, after?.destination]).toMatchObject([
        0,
        { delivered: 0, due: 0, writesLastHour: 2 }
      ])
      expect(crm?.feeds.find(({ feed }) => feed === "records")).toMatchObject({ partitions: 1, progress: 1 })
    })
  )
})
