import { type Feed, FeedWalk } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import type { HubSpotApi } from "../src/api.ts"
import { contactChanges, engagements } from "../src/feeds.ts"
import { JOURNAL_MEMORY_MS, journal } from "../src/journal.ts"
import { CrmRecord } from "../src/wire.ts"
import { type App, callsSince, withApp } from "./app.ts"
import { START } from "./subject.ts"

const PAGES_MAX = 200

/** All items that a window gives. */
const readWindow = (
  feed: { readonly page: (request: Feed.WindowRequest) => Effect.Effect<Feed.Page, unknown, HubSpotApi> },
  request: Omit<Feed.WindowRequest, "token">
) =>
  Effect.gen(function* () {
    const items: Array<unknown> = []
    let token: string | undefined
    for (let pages = 1; pages <= PAGES_MAX; pages++) {
      const page: Feed.Page = yield* feed.page({ ...request, token })
      items.push(...page.items)
      token = page.next
      if (token === undefined) return { items, pages }
    }
    return yield* Effect.dieMessage("the window does not end")
  })

const now = { partition: "all", from: START, to: START + 1 }

describe("searching for changes", () => {
  it(
    "reads 10,500 contacts that were changed at the very same time, beyond what one search shows",
    withApp(
      async ({ world, portal, use }) => {
        for (let n = 0; n < 10_500; n++) world.create(portal, "contacts", { email: `person${n}@example.com` })
        const { items, pages } = await use(readWindow(contactChanges, now))
        expect(new Set(items.map((item) => (item as { readonly id: string }).id)).size).toBe(10_500)
        expect(items.length).toBe(10_500)
        expect(pages).toBe(Math.ceil(10_500 / 200))
      },
      { bare: true }
    )
  )

  it(
    "drops hits that lie outside the window, and does not go in circles when the filter is passed over",
    withApp(
      async ({ emulator, world, portal, use }) => {
        for (let n = 0; n < 5; n++) world.create(portal, "contacts", { email: `old${n}@example.com` })
        emulator.clock.advance(1_000)
        world.create(portal, "contacts", { email: "new@example.com" })
        const window = { ...now, from: START + 1_000, to: START + 1_001 }
        const end = emulator.faults.during("contacts.search", Faults.unfiltered())
        const first = await use(contactChanges.page({ ...window, token: undefined }))
        expect(first.items).toEqual([])
        const reason = await use(Effect.flip(readWindow(contactChanges, window)))
        expect(reason).toMatchObject({ reason: { _tag: "Unavailable", uncertain: false } })
        end()
        expect((await use(readWindow(contactChanges, window))).items.length).toBe(1)
      },
      { bare: true, pageItems: 3 }
    )
  )

  it(
    "shows an entry with the contacts it stands on, and knows our own by its mark",
    withApp(async ({ world, portal, use }) => {
      const contact = world.create(portal, "contacts", { email: "carl@example.org" })
      world.log(portal, "notes", { hs_note_body: "<div>Rang <b>twice</b></div>" }, [contact.id])
      world.log(portal, "notes", { hs_note_body: "<p>Ours</p>", interchannel_id: "w_1" }, [contact.id])
      const { items } = await use(readWindow(engagements, { ...now, partition: "notes" }))
      const parts = items.flatMap((item) =>
        engagements.normalize(Schema.decodeUnknownSync(CrmRecord)(item), {
          connection: "crm",
          partition: "notes",
          acceptedAt: START
        })
      )
      expect(parts).toMatchObject([
        {
          subject: "interaction",
          fields: {
            kind: "note",
            text: "Rang twice",
            participants: [{ role: "customer", contact: { id: contact.id } }]
          }
        },
        { marker: "w_1", written: expect.any(String) }
      ])
      expect(parts[0]).not.toHaveProperty("marker")
    })
  )
})

describe("the webhooks journal", () => {
  const pull = ({ use }: App, cursor: string | undefined, change = {}) =>
    use(journal.page({ partition: "all", cursor, since: START }), change)
  const played = (app: App) => app.world.create(app.portal, "contacts", { email: "carl@example.org" })

  it(
    "is caught up with when there is nothing newer, and goes on from there",
    withApp(async (app) => {
      const empty = await pull(app, undefined)
      expect(empty).toMatchObject({ more: false })
      played(app)
      const page = await pull(app, empty.next)
      expect(page).toMatchObject({ more: true, items: [{ action: "CREATE", objectTypeId: "0-1" }] })
      expect(await pull(app, page.next)).toMatchObject({ items: [], more: false })
    })
  )

  it(
    "gives a fresh URL when the first one ended on the way",
    withApp(async (app) => {
      played(app)
      app.emulator.faults.next("journal.file", 1, Faults.status(403, "<Error/>"))
      expect((await pull(app, undefined)).items.length).toBeGreaterThan(0)
      app.emulator.faults.during("journal.file", Faults.status(403, "<Error/>"))
      const error = await app.use(Effect.flip(journal.page({ partition: "all", cursor: undefined, since: START })))
      expect(error).toMatchObject({ operation: "journal.file", reason: { _tag: "Unavailable" } })
    })
  )

  it(
    "is lost after three days without a reading, by our own clock or by HubSpot's word",
    withApp(async (app) => {
      played(app)
      const { next } = await pull(app, undefined)
      app.emulator.faults.next("journal.next", 1, Faults.expireCursor())
      const forgotten = await app.use(Effect.flip(journal.page({ partition: "all", cursor: next, since: START })))
      expect(forgotten.reason._tag).toBe("CursorExpired")
      app.emulator.clock.advance(JOURNAL_MEMORY_MS + 1)
      const before = app.emulator.log.length
      const late = await app.use(Effect.flip(journal.page({ partition: "all", cursor: next, since: START })))
      expect(late.reason._tag).toBe("CursorExpired")
      expect(callsSince(app.emulator, before)).toEqual({})
    })
  )

  it(
    "is not fetched from a host that is not HubSpot's",
    withApp(async (app) => {
      const body = {
        url: "https://files.example.com/journal.json",
        expiresAt: "2026-05-04T09:00:00Z",
        currentOffset: "x"
      }
      played(app)
      await pull(app, undefined)
      const file = app.emulator.log.find(({ operation }) => operation === "journal.file")
      expect(file?.query).toContain("signature=")
      app.emulator.faults.next("journal.next", 1, Faults.status(200, body))
      const error = await app.use(Effect.flip(journal.page({ partition: "all", cursor: undefined, since: START })))
      expect(error).toMatchObject({ operation: "journal.file", reason: { _tag: "Rejected", code: "host" } })
      expect(error.message).not.toContain("journal.json")
    })
  )

  it(
    "shows no secret that HubSpot quotes when it gives the app no token",
    withApp(async (app) => {
      const { clientSecret } = app.portal
      app.emulator.faults.next("oauth.token", 1, Faults.status(400, { message: `no client has ${clientSecret}` }))
      const error = await app.use(Effect.flip(journal.page({ partition: "all", cursor: undefined, since: START })))
      expect(error).toMatchObject({ operation: "oauth.token" })
      expect(error.message).toContain("no client has <redacted>")
    })
  )

  it(
    "is left alone without the app's id and secret",
    withApp(async (app) => {
      const before = app.emulator.log.length
      const page = await pull(app, undefined, { credentials: { clientId: undefined, clientSecret: undefined } })
      expect(page).toMatchObject({ items: [], more: false })
      expect(callsSince(app.emulator, before)).toEqual({})
      expect(FeedWalk.begin(journal).shape).toBe("changes")
    })
  )

  it(
    "tells of a merge by the new record alone, and of a deletion by itself",
    withApp(async (app) => {
      const [one, two] = [played(app), app.world.create(app.portal, "contacts", { email: "olga@example.org" })]
      const { next } = await pull(app, undefined)
      const survivor = app.world.merge(app.portal, "contacts", one.id, two.id)
      app.world.archive(app.portal, "contacts", survivor.id)
      const { items } = await pull(app, next)
      const told = items.flatMap((item) =>
        journal.normalize(Schema.decodeUnknownSync(journal.item)(item), {
          connection: "crm",
          partition: "all",
          acceptedAt: START
        })
      )
      expect(told).toEqual([
        expect.objectContaining({
          subject: "contact",
          ref: { kind: "contact", id: survivor.id },
          former: [one, two].map(({ id }) => ({ kind: "contact", id }))
        }),
        Part.refetch("contacts", survivor.id),
        expect.objectContaining({ deleted: true, ref: { kind: "contact", id: survivor.id } })
      ])
    })
  )
})
