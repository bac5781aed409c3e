/** The page behind the link under an entry, asked over HTTP as a browser does. */
import { describe, expect } from "@effect/vitest"
import { Key } from "@interchannel/domain"
import { EntryLink } from "@interchannel/runtime"
import { Dirty, Persons, Signature } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { ENTRY, ana, bob, interaction, nobody, scenario, sender } from "./entryPageWorld.ts"

const tokenIn = (html: string): string => /name="token" value="([^"]+)"/.exec(html)?.[1] ?? ""

describe("the page of an entry", () => {
  scenario("shows whose records it stands on, and looking changes nothing", ({ get, held, link }) =>
    Effect.gen(function* () {
      const page = yield* get()
      expect(page.status).toBe(200)
      expect(page.text).toContain("Chat from Ana &#60;Example&#62;, Chat")
      expect(page.text).toContain(`value="${ana!.key}"> Ana &#60;Example&#62;</label>`)
      expect(page.text).toContain("Bob Example")
      expect(page.text).toMatch(/<html lang="en">[\s\S]*<legend>On whose record/)
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
      expect(page.headers.get("cache-control")).toBe("no-store")
      yield* get(link)
      yield* Effect.promise(() => fetch(link, { method: "HEAD" }))
      expect(yield* held).toEqual(new Map())
    })
  )

  scenario("speaks the reader's language where it can", ({ get, link }) =>
    Effect.gen(function* () {
      const german = yield* get(link, { "accept-language": "fr, de-AT;q=0.8, en;q=0.5" })
      expect(german.text).toMatch(/<html lang="de">[\s\S]*Falsche Person\?/)
      const none = yield* get(link, { "accept-language": "xx, de;q=0" })
      expect(none.text).toContain('<html lang="en">')
    })
  )

  scenario("takes the entry off the records that were ticked, and says so", ({ get, post, held }) =>
    Effect.gen(function* () {
      const token = tokenIn((yield* get()).text)
      const sent = yield* post([
        ["token", token],
        ["contact", bob!.key],
        ["by", "Olga"]
      ])
      expect(sent).toMatchObject({ status: 200, text: expect.stringContaining("Thank you.") })
      expect(yield* held).toEqual(new Map([[ENTRY, new Map([[bob!.key, { by: "Olga", at: expect.any(Number) }]])]]))
      expect((yield* (yield* Dirty.Dirty).due(Date.now() + 1_000, 9)).map(({ key }) => key)).toEqual([interaction])
      const after = yield* get()
      expect(after.text).not.toContain("Bob Example")
      expect(after.text).toContain("checked")
    })
  )

  scenario("who comes second, when nothing is left to tick, is not told of a mistake", ({ get, post }) =>
    Effect.gen(function* () {
      const token = tokenIn((yield* get()).text)
      const all = [
        ["token", token],
        ["contact", ana!.key],
        ["contact", bob!.key]
      ] as const
      yield* post(all)
      const second = yield* post(all)
      expect(second).toMatchObject({ status: 200, text: expect.stringContaining("stands on no record any more") })
      expect(second.text).not.toContain('role="alert"')
    })
  )

  scenario("keeps two apart who were taken for one, where that is said", ({ get, post }) =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const member = { person: "p", sure: "s" }
      yield* persons.save({
        ...nobody,
        members: [
          { contact: sender, ...member },
          { contact: ana!.key, ...member }
        ],
        persons: [{ id: "p", founder: sender, createdAt: 1 }]
      })
      const decisions = Effect.map(persons.decisionPage({ after: "", limit: 9 }), (all) => all.map(({ data }) => data))
      const page = yield* get()
      expect(page.text).toContain('name="apart" value="yes"')
      yield* post([
        ["token", tokenIn(page.text)],
        ["contact", bob!.key]
      ])
      expect(yield* decisions).toEqual([])
      yield* post([
        ["token", tokenIn(page.text)],
        ["contact", ana!.key],
        ["apart", "yes"],
        ["by", "Olga"]
      ])
      expect(yield* decisions).toEqual([expect.objectContaining({ _tag: "CannotLink", by: "Olga" })])
    })
  )

  scenario("asks again when nothing is ticked, or what does not stand there", ({ get, post, held }) =>
    Effect.gen(function* () {
      const token = tokenIn((yield* get()).text)
      expect(yield* post([["token", token]])).toMatchObject({
        status: 422,
        text: expect.stringContaining('role="alert"')
      })
      expect(
        (yield* post([
          ["token", token],
          ["contact", "c_of somebody else"]
        ])).status
      ).toBe(422)
      expect(yield* held).toEqual(new Map())
    })
  )

  scenario("changes nothing for a form that is forged, of another entry, or too old", ({ post, held }) =>
    Effect.gen(function* () {
      const signer = yield* Signature.Signature
      const tokens = [
        "",
        "9999999999999.AAAAAAAAAAAAAAAAAAAAAA",
        EntryLink.form(signer, Key.derive("w", "another"), Date.now()),
        EntryLink.form(signer, ENTRY, Date.now() - EntryLink.FORM_MS - 1_000)
      ]
      for (const token of tokens) {
        const answer = yield* post([
          ["token", token],
          ["contact", bob!.key]
        ])
        expect(answer).toMatchObject({ status: 403, text: expect.stringContaining("Look at the entry again") })
      }
      expect(yield* held).toEqual(new Map())
    })
  )

  scenario("is not there for a link that nobody signed, or of an entry that is none", ({ get, post, link }) =>
    Effect.gen(function* () {
      const signer = yield* Signature.Signature
      const origin = link.slice(0, link.indexOf("/entries/"))
      const nowhere = EntryLink.link(signer, origin, Key.derive("w", "never"))
      for (const address of [`${link}x`, link.replace(/.{22}$/, "A".repeat(22)), nowhere, `${origin}/entries/`]) {
        expect((yield* get(address)).status).toBe(404)
        expect((yield* post([], address)).status).toBe(404)
      }
      expect((yield* Effect.promise(() => fetch(link, { method: "DELETE" }))).status).toBe(405)
    })
  )
})
