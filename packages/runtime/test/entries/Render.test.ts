/** Every kind of interaction as its reader sees it: the whole table stands in `rendered/entries.md`, for people to judge. */
import type { Timeline } from "@interchannel/connector"
import {
  type Contact,
  Handle,
  type Interaction,
  Interactions,
  Key,
  Own,
  type Participant,
  Ref
} from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import * as Problem from "../../src/configuration/Problem.ts"
import * as EntryPolicy from "../../src/entries/EntryPolicy.ts"
import * as Render from "../../src/entries/Render.ts"

const AT = Date.UTC(2026, 2, 4, 9, 0)
const MINUTE = 60_000

const ana: Participant = {
  role: "customer",
  name: "Ana Example",
  handle: Handle.phone("+1 202 555 0101")!,
  place: "from"
}
const hotline: Participant = { role: "agent", name: "Sam Agent", handle: Handle.phone("+1 202 555 0199")!, place: "to" }
const bare = ({ place: _, ...participant }: Participant): Participant => participant
const mailer: Participant = {
  role: "customer",
  name: "Ana Example",
  handle: Handle.email("ana@example.com")!,
  place: "from"
}
const desk: Participant = { role: "agent", handle: Handle.email("help@example.org")!, place: "to" }

const reader: Render.Reader = {
  own: Own.none,
  contactOf: () => undefined,
  titleOf: (connection) => (connection === "phone" ? "Phone (phone)" : `Vendor (${connection})`)
}

const interaction = (told: Partial<Interaction> & Pick<Interaction, "kind">): Interaction =>
  ({
    key: Key.interaction("phone", Ref.local("thing", "1")),
    connection: "phone",
    ref: Ref.local("thing", "1"),
    direction: "inbound",
    startedAt: AT,
    participants: [ana, hotline],
    details: {},
    version: { at: AT, rank: 0 },
    ...told
  }) as Interaction

const table: ReadonlyArray<readonly [name: string, told: Parameters<typeof interaction>[0]]> = [
  [
    "a call with recording and transcript",
    {
      kind: "voice",
      endedAt: AT + 8 * MINUTE,
      outcome: "Refund promised",
      details: {
        disposition: "answered",
        queue: "Orders",
        waitSeconds: 34,
        talkSeconds: 432,
        ivrPath: ["1 Sales", "3 Returns"],
        recordings: [{ id: "r", url: "https://phone.example.com/r", durationSeconds: 432 }],
        transcripts: [{ id: "t", text: "Sam: Hello.\nAna: My order is late." }]
      }
    }
  ],
  ["a missed call", { kind: "voice", endedAt: AT + 20_000, details: { disposition: "missed" } }],
  [
    "a voicemail",
    { kind: "voice", endedAt: AT + MINUTE, text: "Please call me back.", details: { disposition: "voicemail" } }
  ],
  [
    "a call to a customer",
    {
      kind: "voice",
      direction: "outbound",
      endedAt: AT + MINUTE,
      participants: [
        { ...hotline, place: "from" },
        { ...ana, place: "to" }
      ],
      details: { disposition: "answered" }
    }
  ],
  [
    "a text message",
    { kind: "sms", text: "Where is my order?", details: { attachments: [{ id: "p", name: "box.jpg", bytes: 48_211 }] } }
  ],
  ["a WhatsApp message", { kind: "chat", text: "Hola", details: { service: "whatsapp" } }],
  [
    "a chat message that was edited",
    { kind: "chat", text: "It works now", details: { channel: "#acme", edits: [{ id: "e", at: AT }] } }
  ],
  [
    "a mail",
    {
      kind: "email",
      participants: [mailer, desk],
      subject: "Invoice 4711",
      text: "Dear team,\n\nthe amount is wrong.\n\nAna",
      details: { attachments: [{ id: "a", name: "invoice.pdf", bytes: 2_400_000 }] }
    }
  ],
  [
    "a video meeting over midnight",
    {
      kind: "video",
      startedAt: AT + 14.5 * 60 * MINUTE,
      endedAt: AT + 15.5 * 60 * MINUTE,
      details: { joinUrl: "https://video.example.com/j" }
    }
  ],
  [
    "a note",
    {
      kind: "note",
      direction: "internal",
      participants: [hotline],
      text: "Prefers to be called in the morning.",
      details: {}
    }
  ],
  [
    "a form",
    {
      kind: "form",
      participants: [mailer],
      details: { form: "Contact", answers: { Topic: "Returns", Message: "Please help" } }
    }
  ],
  ["a visit", { kind: "visit", endedAt: AT + 25 * MINUTE, details: { place: "Main Street", purpose: "Repair" } }],
  ["a page read", { kind: "web", details: { title: "Prices", url: "https://example.com/prices", secondsOnPage: 95 } }],
  [
    "a purchase",
    {
      kind: "purchase",
      details: {
        order: "A-17",
        amountMinor: 12_990,
        currency: "EUR",
        items: [{ id: "sku1", name: "Lamp", quantity: 2 }, { id: "sku2" }]
      }
    }
  ],
  ["a purchase in a currency without cents", { kind: "purchase", details: { amountMinor: 12_990, currency: "JPY" } }],
  [
    "a survey answer",
    {
      kind: "survey",
      details: { survey: "After the call", score: 4, scoreMax: 5, answers: { "What could be better?": "Shorter wait" } }
    }
  ],
  [
    "an appointment",
    {
      kind: "appointment",
      endedAt: AT + 30 * MINUTE,
      details: { place: "Room 2", status: "confirmed", joinUrl: "https://video.example.com/k" }
    }
  ],
  [
    "a ticket",
    {
      kind: "ticket",
      subject: "Lamp broken",
      text: "It does not light.",
      details: { number: "881", status: "open", priority: "high", queue: "Repairs" }
    }
  ],
  [
    "a call-back",
    { kind: "callback", details: { dueAt: AT + 4 * 60 * MINUTE, number: "+12025550101", status: "requested" } }
  ],
  ["a social post", { kind: "social", text: "Great service!", details: { network: "linkedin", public: true } }],
  ["app usage", { kind: "app usage", details: { app: "Shop", feature: "Wish list", count: 3 } }]
]

/** As a plain reader would lay it out. */
const shown = (entry: Timeline.Entry): string =>
  [
    `**${entry.title}**`,
    entry.facts.map(({ label, value }) => `${label}: ${value}`).join(" · "),
    entry.body,
    entry.outcome === undefined ? "" : `_${entry.outcome}_`,
    entry.links.map(({ label, url }) => `[${label}](${url})`).join(" ")
  ]
    .filter((line) => line !== "")
    .join("\n\n")

const loaded = (options: EntryPolicy.Options) => {
  const { problems, report } = Problem.collector()
  const policy = EntryPolicy.load("entries", options, report)
  expect(problems).toEqual([])
  return policy
}

it.each([
  ["outbound", [bare(ana), bare(hotline)], "Call to Ana Example, Phone (phone)", "Sam Agent"],
  ["outbound", [bare(ana)], "Call to Ana Example, Phone (phone)", undefined],
  ["internal", [bare(ana), bare(hotline)], "Call from Sam Agent, Phone (phone)", "Sam Agent"],
  ["inbound", [bare(ana), bare(hotline)], "Call from Ana Example, Phone (phone)", "Ana Example"]
] as const)("a call logged %s, of which nobody says from whom it was", (direction, participants, title, from) => {
  const logged = interaction({ kind: "voice", direction, participants })
  const entry = Render.entry(
    logged,
    reader,
    EntryPolicy.load("e", undefined, () => {})
  )
  expect([entry.title, entry.from?.name]).toEqual([title, from])
})

it("a title is one line that reads as it should, whatever somebody typed", () => {
  const hostile = interaction({
    kind: "ticket",
    subject: "one\ntwo \u202e three\u0007",
    participants: [{ ...mailer, name: "A\u2066na" }]
  })
  expect(Render.titleOf(hostile, reader)).toBe("Ticket from Ana: one two three, Phone (phone)")
})

it("a card is of the customer's name, whichever of their contacts has it", () => {
  const contact = { connection: "phone", ref: Ref.local("number", "1"), kind: "address", version: { at: AT, rank: 0 } }
  const caller = { ...contact, key: "c_1", handles: [Handle.phone("+1 202 555 0101")!] } as Contact
  const named = { ...caller, key: "c_2", name: { full: "Ana Example" } } as Contact
  const titleOf = (person: ReadonlyArray<Contact>) => Render.card({ person, recent: [], reader }).title
  expect(titleOf([caller, named])).toBe("Ana Example")
  expect(titleOf([caller])).toBe("+12025550101")
  expect(titleOf([])).toBe("Unknown customer")
})

describe("Render.entry", () => {
  it("folds what a mail quotes at length, and shows the question that a short answer stands below", () => {
    const quoted = (lines: number) => Array.from({ length: lines }, (_, line) => `> line ${line}`).join("\n")
    const text = `> Which size?\nLarge.\n\nOn Monday Sam wrote:\n${quoted(40)}\n\nAna`
    const { body } = Render.entry(interaction({ kind: "email", text }), reader, EntryPolicy.standard)
    expect(body).toBe("> Which size?\nLarge.\n\nOn Monday Sam wrote:\n… 40 quoted lines are not shown here …\n\nAna")
  })

  it("each kind reads well", async () => {
    const policy = { ...EntryPolicy.standard, timeZone: "Europe/Berlin" }
    const text = table
      .map(([name, told]) => `## ${name}\n\n${shown(Render.entry(interaction(told), reader, policy))}\n`)
      .join("\n")
    await expect(`# Entries as they are rendered\n\n${text}`).toMatchFileSnapshot("rendered/entries.md")
  })

  it("the table has every kind", () => {
    expect(new Set(table.map(([, { kind }]) => kind))).toEqual(new Set(Interactions.interactionKinds))
  })

  const long = interaction({
    kind: "voice",
    subject: "About ana@example.com",
    text: `${"word ".repeat(200)}ana@example.com, +1 202 555 0101`,
    details: { transcripts: [{ id: "t", text: "secret" }] }
  })

  it("a summary is the beginning, and keeps the rest from the connector", () => {
    const entry = Render.entry(long, reader, { ...EntryPolicy.standard, detail: "summary" })
    expect(entry.body).toMatch(/^word word .*word…$/)
    expect(entry.body.length).toBeLessThanOrEqual(280)
    expect(JSON.stringify(entry)).not.toContain("secret")
  })

  it("a title only tells no text", () => {
    const entry = Render.entry(long, reader, { ...EntryPolicy.standard, detail: "title" })
    expect(entry.body).toBe("")
    expect(entry.facts.map(({ label }) => label)).toEqual(["When", "From", "To"])
    expect(JSON.stringify(entry)).not.toContain("secret")
  })

  it("what is to be taken out is in no text", () => {
    const policy = loaded({ redact: ["emails", "phones", /secret/i] })
    const entry = Render.entry(long, reader, policy)
    expect(entry.body).toMatch(/\[removed\], \[removed\]\n\n\[removed\]$/)
    expect(entry.title).toBe("Call from Ana Example: About [removed], Phone (phone)")
    expect(JSON.stringify(entry.details)).not.toContain("secret")
  })
})

describe("EntryPolicy", () => {
  it.each([
    [{ kinds: ["fax"] }, "kinds"],
    [{ kinds: [] }, "kinds"],
    [{ directions: ["up"] }, "directions"],
    [{ detail: "all" }, "detail"],
    [{ redact: ["names"] }, "redact"],
    [{ redact: Array.from({ length: 51 }, () => /x/) }, "redact"],
    [{ timeZone: "Berlin" }, "timeZone"],
    [{ per: "day" }, "per"]
  ])("%j has a problem at %s, with a remedy", (options, key) => {
    const { problems, report } = Problem.collector()
    EntryPolicy.load("entries", options as EntryPolicy.Options, report)
    expect(problems).toEqual([expect.objectContaining({ key: `entries.${key}`, remedy: expect.stringMatching(/.../) })])
  })

  it("the form changes with what is told, and not with what is chosen", () => {
    const form = (options: EntryPolicy.Options) => EntryPolicy.formOf(loaded(options))
    expect(form({ kinds: ["voice"], per: "conversation" })).toBe(form({}))
    const forms = [
      {},
      { detail: "title" },
      { redact: [/a/] },
      { redact: [/a/i] },
      { timeZone: "Europe/Berlin" }
    ] as const
    expect(new Set(forms.map(form)).size).toBe(forms.length)
  })
})
