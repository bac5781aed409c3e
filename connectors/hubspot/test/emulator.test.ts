import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Gate, type Limits } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { startHubSpot } from "../src/emulator.ts"
import { contacts } from "../src/feeds.ts"
import { HubSpot } from "../src/index.ts"
import { webhooks } from "../src/webhooks.ts"
import { withApp } from "./app.ts"
import { credentialsOf, START, settingsOf } from "./subject.ts"

/** Takes pushes; the first `refusals` are answered 500. */
const receive = async (refusals: number) => {
  const taken: Array<{ readonly headers: Record<string, string>; readonly body: Buffer; readonly url: string }> = []
  let refused = 0
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (refused++ < refusals) return void response.writeHead(500).end()
    taken.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks),
      url: request.url ?? ""
    })
    response.end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, close: () => server.close() }
}

describe("the stand-in", () => {
  it(
    "pushes what happens, signed, and again when it is not taken",
    withApp(async ({ emulator, world, portal }) => {
      const receiver = await receive(1)
      world.create(portal, "contacts", { email: "carl@example.org" })
      const pushing = emulator.push(receiver.url, { portalId: portal.portalId, retryAfterMs: [0] })
      world.create(world.portal(1), "contacts", { email: "other@example.org" })
      world.create(portal, "contacts", { email: "olga@example.org" })
      await pushing.settled()
      pushing.stop()
      receiver.close()
      const mine = receiver.taken.filter(({ body }) => body.includes("contact.creation"))
      expect(mine.length).toBe(2)
      for (const { headers, body } of receiver.taken) {
        const delivery = { method: "POST", url: receiver.url, headers, body, receivedAt: START }
        const credentials = Schema.decodeUnknownSync(HubSpot.credentials)(credentialsOf(portal))
        expect(webhooks.verifier(delivery, credentials, START)).toEqual({ genuine: true })
      }
    })
  )

  it(
    "goes on in another process from what was saved",
    withApp(async ({ emulator, world, portal }) => {
      world.create(portal, "contacts", { email: "carl@example.org", interchannel_id: "c1" })
      const before = emulator.canonical()
      expect(before).toMatchObject([{ key: "c1", type: "contacts", properties: { email: "carl@example.org" } }])
      const saved = emulator.snapshot()
      const later = await Effect.runPromise(
        Effect.scoped(
          Effect.map(startHubSpot({ clock: EmulatorClock.manual(START), saved }), (second) => {
            const again = second.world.portal(0)
            expect(second.world.findBy(again, "contacts", "email", "carl@example.org")).toBeDefined()
            expect(() => second.world.create(again, "contacts", { email: "CARL@example.org" })).toThrow(
              "already exists"
            )
            return second.canonical()
          })
        )
      )
      expect(later).toEqual(before)
      world.archive(portal, "contacts", world.all(portal, "contacts")[0]!.id)
      expect(emulator.canonical()).toEqual([])
      emulator.restore(saved)
      expect(emulator.canonical()).toEqual(before)
    })
  )

  it("counts as HubSpot does, and what it says is left reaches the Gate", async () => {
    const told: Array<Limits.Usage> = []
    const gate = Layer.succeed(Gate.Gate, {
      call: (_, effect, options) =>
        Effect.tap(effect, (answer) => Effect.sync(() => told.push(...(options?.usage?.(answer) ?? []))))
    })
    const program = Effect.gen(function* () {
      const clock = EmulatorClock.manual(START)
      const emulator = yield* startHubSpot({ clock, allowance: { tenSeconds: 3, day: 5 } })
      const portal = emulator.world.portal(0)
      const api = HubSpot.api({
        connection: "crm",
        credentials: Schema.decodeUnknownSync(HubSpot.credentials)(credentialsOf(portal)),
        settings: Schema.decodeUnknownSync(HubSpot.settings)(settingsOf(emulator, portal))
      })
      const read = Effect.either(
        EmulatorClock.within(clock)(
          Effect.provide(contacts.page({ partition: "all", token: undefined }), Layer.provide(api, gate))
        )
      )
      const reasons = Effect.map(Effect.replicateEffect(read, 4), (all) =>
        all.map((one) => (one._tag === "Left" ? one.left.reason : undefined))
      )
      expect(yield* reasons).toEqual([
        undefined,
        undefined,
        undefined,
        expect.objectContaining({ _tag: "RateLimited", bucket: "burst", retryAfterMs: 10_000 })
      ])
      clock.advance(10_000)
      expect((yield* reasons).at(-1)).toMatchObject({ _tag: "RateLimited", bucket: "daily" })
      expect(told.slice(0, 2)).toEqual([
        { bucket: "burst", remaining: 2 },
        { bucket: "daily", remaining: 4 }
      ])
    })
    await Effect.runPromise(Effect.scoped(program))
  })
})
