/** Mistakes in reading pages. */
import { Feed } from "@interchannel/connector"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as P from "../parley/Parley.ts"
import { type Flaw, flaw } from "./Flaw.ts"

const everyItem = "a feed reads every item, over several pages"
const resume = "a feed goes on from every checkpoint, also when a page was read and not kept"

/** What a careless author keeps outside of the checkpoint. */
let remembered: string | undefined

const strand = P.lines.strand!

export const readingFlaws: ReadonlyArray<Flaw> = [
  flaw("loses the last item of a full page", everyItem, {
    people: {
      page: (request) => Effect.map(P.people.page(request), (page) => ({ ...page, items: page.items.slice(0, 2) }))
    }
  }),
  flaw("stops after the first page", everyItem, {
    lines: { page: (request) => Effect.map(P.lines.page(request), ({ items }) => ({ items })) }
  }),
  flaw("keeps its place in memory instead of the checkpoint", resume, {
    people: {
      page: ({ partition, token }) =>
        Effect.map(P.people.page({ partition, token: token === undefined ? undefined : remembered }), (page) => {
          remembered = page.next
          return page
        })
    }
  }),
  flaw("counts its place from the items that came", "items that come twice, or in another order, change nothing", {
    people: {
      page: ({ token = "0" }) =>
        Effect.map(
          P.call(P.Items, "people.list", { path: "/people", query: { offset: token } }),
          ({ items, total }) => {
            const next = Number(token) + items.length
            return Feed.page(items, next < total ? String(next) : undefined)
          }
        )
    }
  }),
  flaw("makes the time of the reading a part of the key", "reading again changes nothing and makes no new keys", {
    people: {
      page: (request) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const { items, ...page } = yield* P.people.page(request)
          return { ...page, items: items.map((item) => ({ ...(item as object), email: `${now}@example.com` })) }
        }),
      key: ({ id, email }) => `${id} ${email}`
    }
  }),
  flaw("never looks below a line", "a late reply is found, and belongs where it was made", {
    lines: { strand: { ...strand, of: () => undefined } }
  }),
  flaw("has a fingerprint that does not change", "a late reply is found, and belongs where it was made", {
    lines: {
      strand: { ...strand, of: ({ id, replies = 0 }) => (replies === 0 ? undefined : { id, fingerprint: "some" }) }
    }
  }),
  flaw("goes on after the time of the last item", "items of the very same instant are all read", {
    lines: {
      page: ({ token, ...request }) =>
        Effect.map(
          P.lines.page({ ...request, from: token === undefined ? request.from : Number(token), token: undefined }),
          ({ items, next }) => {
            const last = items.findLast(Schema.is(P.Line))
            return Feed.page(items, next === undefined || last === undefined ? undefined : String(last.at + 1))
          }
        )
    }
  }),
  flaw(
    "takes the vendor's last page for the last there is",
    "a vendor that stops at a number of results is read whole",
    {
      lines: {
        page: (request) =>
          Effect.map(P.lines.page(request), ({ items, next }) =>
            Feed.page(items, next?.endsWith('"offset":0}') === true ? undefined : next)
          )
      }
    }
  ),
  flaw("reads the same room for every partition", "an item is read in its own partition only", {
    lines: { page: (request) => P.lines.page({ ...request, partition: "lobby" }) }
  }),
  flaw("takes anything for an item", "a bad item is set aside and the rest of the page goes on", {
    people: { item: Schema.Any, key: (person) => String((person as { id?: string } | null)?.id), normalize: () => [] }
  }),
  flaw("goes round the Gate", "every call to the vendor goes through the Gate", {
    connector: {
      check: Effect.gen(function* () {
        const { url, token } = yield* P.Api
        yield* Effect.promise(() => fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } }))
        return [{ ok: true, what: "the token is accepted" }]
      })
    }
  })
]
