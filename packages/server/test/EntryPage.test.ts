/** The page behind the link under an entry, asked over HTTP as a browser does. */
import { describe, expect, it } from "@effect/vitest"
import { Key, Own, Ref } from "@interchannel/domain"
import { EntryLink } from "@interchannel/runtime"
import { Dirty, Ledger, Persons, Placements, Projections, Signature, Store } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as EntryPage from "../src/EntryPage.ts"
import * as Intake from "../src/Intake.ts"

const ENTRY = Key.derive("w", "crm", "AppendTimeline", "i")
const interaction = Key.interaction("chat", Ref.local("message", "1"))
const [ana, bob] = ["Ana <Example>", "Bob Example"].map((full, index) => ({
  key: Key.contact("crm", Ref.local("contact", `${index}`)),
  connection: "crm",
  ref: Ref.local("contact", `${index}`),
  kind: "record" as const,
  name: { full },
  handles: [],
  version: { at: 1, rank: 0 }
}))
const sender = Key.contact("chat", Ref.local("user", "ana"))
const caller = Key.contact("phone", Ref.local("caller", "ana"))
const stranger = Key.contact("chat", Ref.local("user", "eve"))
const eve = Key.contact("crm", Ref.local("contact", "eve"))
const at = Date.UTC(2026, 2, 4, 9)

const nothing = { parts: [], aliases: [], rekeyed: [], organizations: [], at: 1 }

/** An entry on two records, and the intake that serves its page. */
const start = Effect.gen(function* () {
  const ledger = yield* Ledger.Ledger
  yield* ledger.save({
    ...nothing,
    contacts: [ana!, bob!].map((contact) => ({ contact, hash: "h", deleted: false })),
    interactions: [
      {
        interaction: {
          kind: "chat",
          key: interaction,
          connection: "chat",
          ref: Ref.local("message", "1"),
          direction: "inbound",
          startedAt: at,
          participants: [{ name: "Ana <Example>" }],
          details: {},
          version: { at: 1, rank: 0 }
        },
        hash: "h",
        contacts: [sender],
        deleted: false,
        firstSeenAt: 1
      }
    ]
  })
  const records = [ana!.key, bob!.key]
  yield* (yield* Projections.Projections).desire([
    {
      key: ENTRY,
      destination: "crm",
      verb: "AppendTimeline",
      subject: interaction,
      desired: "h",
      records,
      state: "due",
      dueAt: 0,
      lane: 1,
      at
    }
  ])
  const entryPage = yield* EntryPage.make(() => ({
    own: Own.none,
    titleOf: (id) => (id === "phone" ? "Phone" : "Chat"),
    policyOf: (id) => (id === "crm" ? { redact: [{ pattern: "IBAN \\d+", flags: "gu" }] } : undefined)
  }))
  const { url } = yield* Intake.serve({
    host: "127.0.0.1",
    port: 0,
    publicUrl: () => undefined,
    connected: () => undefined,
    entryPage
  })
  const link = EntryLink.link(yield* Signature.Signature, url, ENTRY)
  const get = (address = link, headers: Readonly<Record<string, string>> = {}) =>
    Effect.promise(async () => {
      const response = await fetch(address, { headers })
      return { status: response.status, headers: response.headers, text: await response.text() }
    })
  const post = (fields: ReadonlyArray<readonly [string, string]>, address = link) =>
    Effect.promise(async () => {
      const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]))
      const response = await fetch(address, { method: "POST", body })
      return { status: response.status, text: await response.text() }
    })
  const held = Effect.flatMap(Placements.Placements, ({ heldOff }) => heldOff([ENTRY]))
  return { link, get, post, held }
})

const scenario = (
  name: string,
  body: (started: Effect.Effect.Success<typeof start>) => Effect.Effect<void, unknown, Store.Services>
) => it.scopedLive(name, () => Effect.provide(Effect.flatMap(start, body), Store.layerTemporary))

const nobody = { members: [], persons: [], gone: [], refined: [], postings: [], edges: [], firstNames: [], events: [] }

interface Told {
  readonly id: string
  /** Minutes after the entry whose page it is. */
  readonly minutes: number
  readonly about?: string
  readonly by?: string
  readonly conversation?: string
  readonly destination?: string
  readonly on?: ReadonlyArray<string>
  readonly url?: string
}

const entryOf = ({ id, destination = "crm" }: Pick<Told, "id" | "destination">) =>
  Key.derive("w", destination, "AppendTimeline", id)

/** Calls and chats, and entries of them: by Ana, on her record in the CRM unless something else is told. */
const stand = (...told: ReadonlyArray<Told>) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const rows = told.map(({ id, minutes, about, by = sender, conversation }): Ledger.InteractionRow => {
      const connection = by === caller ? "phone" : "chat"
      const common = { connection, ref: Ref.local("message", id), direction: "inbound" as const, details: {} }
      return {
        interaction: {
          ...common,
          kind: by === caller ? "voice" : "chat",
          key: Key.interaction(connection, common.ref),
          startedAt: at + minutes * 60_000,
          participants: [{ name: "Ana" }],
          version: { at: 1, rank: 0 },
          ...(about === undefined ? {} : { subject: about })
        },
        hash: "h",
        contacts: [by],
        ...(conversation === undefined ? {} : { conversation }),
        deleted: false,
        firstSeenAt: 1
      }
    })
    yield* (yield* Ledger.Ledger).save({ ...nothing, contacts: [], interactions: rows })
    const wanted = told.map((one, index): Projections.Desired => {
      const { destination = "crm", on: records = [ana!.key] } = one
      const subject = rows[index]!.interaction.key
      const common = { key: entryOf(one), destination, verb: "AppendTimeline", lane: 1 } as const
      return { ...common, subject, desired: "h", records, state: "due", dueAt: 0, at: at + one.minutes * 60_000 }
    })
    yield* projections.desire(wanted)
    yield* projections.finish(
      wanted.map(({ key, records }, index) => {
        const { url } = told[index]!
        return { _tag: "Delivered", key, desired: "h", records, ...(url === undefined ? {} : { url }) }
      }),
      1
    )
  })

/** The entry whose page it is stands on its records, and Ana is the same in the chat, on the phone and in the CRM. */
const delivered = Effect.gen(function* () {
  const records = [ana!.key, bob!.key]
  yield* (yield* Projections.Projections).finish([{ _tag: "Delivered", key: ENTRY, desired: "h", records }], 1)
  yield* (yield* Persons.Persons).save({
    ...nobody,
    members: [sender, caller, ana!.key].map((contact) => ({ contact, person: "p", sure: "s" })),
    persons: [{ id: "p", founder: sender, createdAt: 1 }]
  })
})

/** The rows of the section, without the times in them. */
const rowsIn = (html: string): ReadonlyArray<string> =>
  [...html.matchAll(/<li([^>]*)><time[^>]*>[^<]*<\/time><br>(.*)<\/li>/g)].map(([, attributes, title]) =>
    `${title}${attributes}`.trim()
  )

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
