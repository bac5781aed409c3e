/** Stands in for the guest book: two sites with a token each, pages of three entries. */
import { Emulator, EmulatorClock, type Subject } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Entry {
  readonly id: string
  readonly site: number
  readonly signed_at: number
  changed_at: number
  name: string | number
  readonly email: string
  message: string
}

const PAGE = 3
const START = 1_750_000_000_000

export const startGuestbook: Effect.Effect<Subject, never, Scope.Scope> = Effect.gen(function* () {
  const clock = EmulatorClock.manual(START)
  const book: Array<Entry> = []
  const expired = new Set<string>()
  const tokens = ["token-of-site-0", "token-of-site-1"]
  const siteOf = (call: Emulator.Call) =>
    tokens.findIndex((token) => call.headers["authorization"] === `Bearer ${token}`)

  const list = (call: Emulator.Call): Emulator.Reply => {
    const [from, to] = [Number(call.query.get("from")), Number(call.query.get("to"))]
    const site = siteOf(call)
    const found = book
      .filter((entry) => entry.site === site && entry.changed_at >= from && entry.changed_at < to)
      .sort((a, b) => a.changed_at - b.changed_at || Number(a.id) - Number(b.id))
    const start = Number(call.query.get("after") ?? "0")
    const next = start + PAGE < found.length ? { next: String(start + PAGE) } : {}
    return {
      status: 200,
      body: { entries: found.slice(start, start + PAGE).map(({ site: _, ...entry }) => entry), ...next }
    }
  }

  const emulator = yield* Emulator.start({
    name: "guestbook",
    clock,
    routes: [{ method: "GET", path: "/entries", operation: "entries", handle: list }],
    refuse: (call) => {
      const site = siteOf(call)
      return site < 0 || expired.has(tokens[site]!) ? { status: 401, body: { error: "who are you?" } } : undefined
    }
  })

  const sign = (site: 0 | 1, name: string | number, at: number): string => {
    const id = String(book.length + 1)
    const email = `guest${id}@example.com`
    book.push({ id, site, signed_at: at, changed_at: at, name, email, message: `Lovely place, number ${id}!` })
    return id
  }
  const tick = () => {
    clock.advance(1_000)
    return clock.now()
  }

  return {
    emulator,
    accounts: [0, 1].map((site) => ({
      credentials: { token: tokens[site] },
      settings: { apiUrl: emulator.url },
      expireToken: () => void expired.add(tokens[site]!)
    })) as unknown as Subject["accounts"],
    play: {
      item: async (feed, account = 0) => ({ feed, account, key: sign(account, "Ana Guest", tick()) }),
      edit: async ({ key }) => {
        const entry = book.find(({ id }) => id === key)!
        entry.message += " (thank you)"
        entry.changed_at = tick()
      },
      badItem: async () => void sign(0, 7, tick()),
      manyAtOneInstant: async (_, count) => {
        const at = tick()
        for (let made = 0; made < count; made++) sign(0, "Ana Guest", at)
      }
    }
  }
})
