/** What the page of an entry shows of before and after it. */
import { describe, expect } from "@effect/vitest"
import { EntryLink } from "@interchannel/runtime"
import { Placements, Projections, Signature } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { ana, caller, delivered, entryOf, eve, scenario, stand, stranger } from "./entryPageWorld.ts"

/** The rows of the section, without the times in them. */
const rowsIn = (html: string): ReadonlyArray<string> =>
  [...html.matchAll(/<li([^>]*)><time[^>]*>[^<]*<\/time><br>(.*)<\/li>/g)].map(([, attributes, title]) =>
    `${title}${attributes}`.trim()
  )

describe("what came before and after", () => {
  scenario("is shown across channels, oldest first, with the entry itself among it", ({ get, link }) =>
    Effect.gen(function* () {
      yield* delivered
      yield* stand(
        { id: "after", minutes: 90 },
        { id: "before", minutes: -60, by: caller, url: "https://crm.example.com/1?a=1&b=2" }
      )
      const { text } = yield* get()
      expect(text).toContain('<section aria-labelledby="around"><h2 id="around">Before and after</h2>')
      expect(rowsIn(text)).toEqual([
        '<a href="https://crm.example.com/1?a=1&#38;b=2" rel="noreferrer">Call from Ana, Phone</a>',
        'Chat from Ana &#60;Example&#62;, Chat aria-current="true"',
        "Chat from Ana, Chat"
      ])
      expect(text).toContain('<li><time datetime="2026-03-04T08:00:00.000Z">2026-03-04 08:00 UTC</time>')
      expect(text).not.toMatch(/and (earlier|later) ones/)
      const german = yield* get(link, { "accept-language": "de" })
      expect(german.text).toContain("Davor und danach")
    })
  )

  scenario("names nothing that does not stand on the same records there", ({ get }) =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const placements = yield* Placements.Placements
      yield* delivered
      yield* stand(
        { id: "of another person", minutes: 1, by: stranger, on: [eve] },
        { id: "elsewhere", minutes: 2, destination: "helpdesk" },
        { id: "on another record", minutes: 3, on: [eve] },
        { id: "taken out", minutes: 4 },
        { id: "about to be taken out", minutes: 5 },
        { id: "deleted by hand", minutes: 6 },
        { id: "held off", minutes: 7 }
      )
      yield* projections.finish([{ _tag: "Delivered", key: entryOf({ id: "taken out" }), records: [] }], 2)
      yield* projections.finish([{ _tag: "Held", key: entryOf({ id: "deleted by hand" }), why: "deleted by hand" }], 2)
      const [soon] = (yield* projections.get([entryOf({ id: "about to be taken out" })])).values()
      const { desired: _, ...unwanted } = soon!
      yield* projections.desire([{ ...unwanted, state: "due" }])
      yield* placements.hold(entryOf({ id: "held off" }), [ana!.key], { by: "Olga", at: 1 })
      const { status, text } = yield* get()
      expect(status).toBe(200)
      expect(text).not.toContain("<section")
      yield* stand({ id: "edited by hand", minutes: 8 })
      yield* projections.finish([{ _tag: "Held", key: entryOf({ id: "edited by hand" }), why: "edited by hand" }], 2)
      expect(rowsIn((yield* get()).text)).toHaveLength(2)
    })
  )

  scenario("says where there is more than is shown", ({ get }) =>
    Effect.gen(function* () {
      yield* delivered
      const ten = Array.from({ length: 10 }, (_, index) => index + 1)
      yield* stand(
        ...ten.flatMap((n) => [-n, n].map((minutes) => ({ id: `${minutes}`, minutes, about: `${minutes}` })))
      )
      const { text: all } = yield* get()
      expect(rowsIn(all)).toHaveLength(21)
      expect(all).not.toMatch(/and (earlier|later) ones/)
      yield* stand({ id: "-11", minutes: -11, about: "too early" })
      const { text: cut } = yield* get()
      expect(rowsIn(cut)).toEqual(rowsIn(all))
      expect(cut).toMatch(/<p>… and earlier ones<\/p>\n<ol/)
      expect(cut).not.toContain("and later ones")
      yield* stand({ id: "11", minutes: 11, about: "too late" })
      expect((yield* get()).text).toMatch(/<\/ol>\n<p>… and later ones<\/p>/)
    })
  )

  scenario("is titled as the destination is told it, and nothing in it becomes a tag or a script", ({ get, link }) =>
    Effect.gen(function* () {
      yield* delivered
      yield* stand({
        id: "sly",
        minutes: 1,
        about: "<script>alert(1)</script> IBAN 1234",
        url: "javascript:alert(1)"
      })
      const { text } = yield* get()
      expect(rowsIn(text)[1]).toBe("Chat from Ana: &#60;script&#62;alert(1)&#60;/script&#62; [removed], Chat")
      expect(text).not.toMatch(/<script|javascript:/)
      const signer = yield* Signature.Signature
      const own = yield* get(EntryLink.link(signer, new URL(link).origin, entryOf({ id: "sly" })))
      expect(own.text).toContain('<p class="entry">Chat from Ana: &#60;script')
      expect(own.text).not.toContain("IBAN 1234")
    })
  )
})
