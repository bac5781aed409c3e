/** A mapping is mended: what a replay would change is shown, nothing is changed by showing it, and then it changes just that. */
import { Part } from "@interchannel/domain"
import { Connections, Inbox, Leases, Ledger } from "@interchannel/store"
import { Effect, Either, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Inquiry from "../../src/health/Inquiry.ts"
import * as Installation from "../../src/configuration/Installation.ts"
import * as Normalizer from "../../src/ledger/Normalizer.ts"
import { chat, chatWorld } from "../sampleVendors/chat.ts"
import { crm } from "../sampleVendors/crm.ts"
import { crmWorld } from "../sampleVendors/crmWorld.ts"
import { START } from "../stages.ts"
import { scenario } from "../scenario.ts"

const message = (id: string, text: unknown) => ({ id, at: START + 100, from: "ana", email: "ana@example.com", text })

const connector = chat(chatWorld())
/** Today's code: texts are told without the signature that was taken for text. */
const mended: typeof connector = {
  ...connector,
  feeds: connector.feeds.map((feed) => ({
    ...feed,
    normalize: (item, origin) =>
      feed
        .normalize(item, origin)
        .map((part) =>
          Part.isRefetch(part) || part.subject !== "interaction" || part.fields.text === undefined
            ? part
            : ({ ...part, fields: { ...part.fields, text: part.fields.text.replace(/ -- $/, "") } } as Part.Part)
        )
  }))
}

const installed = (chatConnector: typeof connector) =>
  Either.getOrThrow(
    Installation.load(
      {
        connections: {
          chat: { connector: chatConnector, credentials: { secret: "s" } },
          crm: { connector: crm(crmWorld()), credentials: { token: "t" }, destination: {} }
        }
      },
      {}
    )
  )

/** Two messages in the ledger by yesterday's code, one of them with a text that ends in a signature mark; one that is unreadable. */
const started = Effect.gen(function* () {
  yield* TestClock.setTime(START)
  const connections = yield* Connections.Connections
  for (const id of ["chat", "crm"]) yield* connections.install(id, id, START)
  const inbox = yield* Inbox.Inbox
  const bodies = [message("m1", "hello -- "), message("m2", "hello"), message("m3", 7)]
  yield* inbox.accept(
    bodies.map((body) => ({
      connection: "chat",
      source: "feed:messages",
      partition: "all",
      receivedAt: START,
      lane: 0,
      contentType: "application/json",
      body: Buffer.from(JSON.stringify(body)),
      key: body.id
    }))
  )
  const lease = (yield* (yield* Leases.Leases).take("test", "me", { now: START, forMs: 1_000_000 }))!
  const read = (installation: Installation.Installation) =>
    Normalizer.step({ installed: (id) => installation.connections.get(id), defaultRegion: undefined, lease })
  yield* read(installed(connector))
  const texts = Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = yield* ledger.interactions(yield* ledger.interactionKeys({ after: "", limit: 9 }))
    return [...rows.values()].map(({ interaction }) => interaction.text).sort()
  })
  return { inbox, read, texts }
})

describe("a rehearsal of a replay", () => {
  scenario(
    "by the same code finds nothing",
    Effect.gen(function* () {
      yield* started
      expect(yield* Inquiry.rehearse(installed(connector), "chat", "done")).toMatchObject({
        rows: 2,
        isWhole: true,
        unreadable: 0,
        interactions: { create: 0, update: 0, remove: 0 },
        contacts: { create: 0, update: 0, remove: 0 },
        samples: []
      })
    })
  )

  scenario(
    "by mended code shows what changes and where, changes nothing, and the replay then changes just that",
    Effect.gen(function* () {
      const { inbox, read, texts } = yield* started
      const before = yield* texts
      const found = yield* Inquiry.rehearse(installed(mended), "chat", "done")
      expect(found).toMatchObject({
        interactions: { create: 0, update: 1, remove: 0 },
        entries: [{ destination: "crm", update: 0, other: 1 }],
        samples: [
          {
            kind: "interaction",
            what: "update",
            ref: { connection: "chat", kind: "message", id: "m1" },
            fields: [{ name: "text", before: "hello -- ", after: "hello" }]
          }
        ]
      })
      expect(yield* texts).toEqual(before)
      expect(yield* inbox.pending(9)).toEqual([])
      yield* inbox.reopen({ connection: "chat", state: "done" })
      yield* read(installed(mended))
      expect(yield* texts).toEqual(["hello", "hello"])
      expect((yield* Inquiry.rehearse(installed(mended), "chat", "done")).interactions.update).toBe(0)
    })
  )

  scenario(
    "says what cannot be read by today's code either, and that there is no such connection",
    Effect.gen(function* () {
      yield* started
      expect(yield* Inquiry.rehearse(installed(mended), "chat", "quarantined")).toMatchObject({
        rows: 1,
        unreadable: 1
      })
      const error = yield* Effect.flip(Inquiry.rehearse(installed(mended), "nobody", "done"))
      expect(String(error)).toContain("chat, crm")
    })
  )
})
