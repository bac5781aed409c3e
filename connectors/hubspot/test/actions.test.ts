import type { Action } from "@interchannel/connector"
import { Handle, type LocalRef, Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { appendTimeline, upsertContact } from "../src/actions.ts"
import { BODY_CHARACTERS_MAX } from "../src/engagement.ts"
import { HubSpot } from "../src/index.ts"
import { type App, callsSince, withApp } from "./app.ts"
import { entry, START } from "./subject.ts"

const contact = (id: string): LocalRef => Ref.local("contact", id)
type Append = Action.Input<"AppendTimeline">

const carl = ({ world, portal }: App) =>
  world.create(portal, "contacts", { email: "carl@example.org", firstname: "Carl" })

const append = (records: ReadonlyArray<LocalRef>, more: Partial<Append> = {}): Append => ({
  key: "k",
  entry: entry(0),
  records,
  leave: [],
  ...more
})

const landed = appendTimeline.idempotency === "vendor key" ? appendTimeline.landed! : expect.fail("it asks by key")

const one = <A, E, R>(written: Effect.Effect<ReadonlyArray<Either.Either<A, E>>, E, R>) =>
  Effect.flatMap(written, ([result]) => result!)

describe("an entry on the timeline", () => {
  const kinds: ReadonlyArray<readonly [n: number, type: string, associationTypeId: number, properties: object]> = [
    [0, "notes", 202, { hs_note_body: expect.stringContaining("<p><strong>Entry 0</strong></p>") }],
    [
      1,
      "calls",
      194,
      {
        hs_call_title: "Entry 1",
        hs_call_direction: "INBOUND",
        hs_call_duration: "90000",
        hs_call_status: "COMPLETED",
        hs_call_from_number: "+12025550101"
      }
    ],
    [
      2,
      "emails",
      198,
      {
        hs_email_subject: "Entry 2",
        hs_email_direction: "EMAIL",
        hs_email_headers: JSON.stringify({ from: { email: "agnes@example.com" }, to: [] })
      }
    ],
    [3, "communications", 81, { hs_communication_channel_type: "SMS", hs_communication_logged_from: "CRM" }],
    [4, "meetings", 200, { hs_meeting_title: "Entry 4", hs_meeting_end_time: "2026-05-04T09:30:00.000Z" }]
  ]
  for (const [n, type, associationTypeId, properties] of kinds) {
    it(
      `of kind ${entry(n).kind} becomes one of HubSpot's ${type}, at its own time`,
      withApp(async (app) => {
        const customer = carl(app)
        const written = await app.use(one(appendTimeline.write([append([contact(customer.id)], { entry: entry(n) })])))
        const [record] = app.world.all(app.portal, type as "notes")
        expect(written.ref).toEqual(Ref.local(type.slice(0, -1), record!.id))
        expect(record!.properties).toMatchObject({ ...properties, hs_timestamp: new Date(START).toISOString() })
        expect(record!.on).toEqual({ [`contacts/${customer.id}`]: [associationTypeId] })
      })
    )
  }

  it(
    "names the mail or the call that it logs, as others who log it do",
    withApp(async (app) => {
      const on = [contact(carl(app).id)]
      const legs = [{ id: "CA00000000000002", parent: "CA00000000000001" }, { id: "CA00000000000001" }]
      await app.use(one(appendTimeline.write([append(on, { entry: { ...entry(1), details: { legs } } })])))
      const mail = { ...entry(2), details: { messageId: "m1@example.org" } }
      await app.use(one(appendTimeline.write([append(on, { key: "mail", entry: mail })])))
      const [[call], [logged]] = [app.world.all(app.portal, "calls"), app.world.all(app.portal, "emails")]
      expect(call!.properties["hs_call_external_id"]).toBe("CA00000000000001")
      expect(logged!.properties["hs_email_message_id"]).toBe("m1@example.org")
    })
  )

  it(
    "shows text as text, and keeps its links when it is too long",
    withApp(async (app) => {
      const long = { ...entry(0), body: `1 < 2 & "quoted"\n\n${"<long>\n".repeat(40_000)}` }
      await app.use(one(appendTimeline.write([append([contact(carl(app).id)], { entry: long })])))
      const body = app.world.all(app.portal, "notes")[0]!.properties["hs_note_body"]!
      expect(body).toContain("<p>1 &#60; 2 &#38; &#34;quoted&#34;</p>")
      expect(body).toMatch(/…<\/p><p><a href="https:\/\/example\.com\/0">Whole story<\/a><\/p>$/)
      expect(body.length).toBeLessThanOrEqual(BODY_CHARACTERS_MAX)
      expect(body.length).toBeGreaterThan(BODY_CHARACTERS_MAX * 0.9)
    })
  )

  it(
    "keeps its HubSpot type when it is updated, and leaves the record it is taken off",
    withApp(async (app) => {
      const [customer, other] = [carl(app), app.world.create(app.portal, "contacts", { email: "olga@example.org" })]
      const first = await app.use(one(appendTimeline.write([append([contact(customer.id)])])))
      const update = append([contact(other.id)], {
        entry: entry(1),
        existing: first.ref,
        leave: [contact(customer.id)]
      })
      const second = await app.use(one(appendTimeline.write([update])))
      expect(second.ref).toEqual(first.ref)
      const [record] = app.world.all(app.portal, "notes")
      expect(app.world.all(app.portal, "calls")).toEqual([])
      expect(record!.properties["hs_note_body"]).toContain("Entry 1")
      expect(Object.keys(record!.on)).toEqual([`contacts/${other.id}`])
    })
  )

  it(
    "after many lost answers is asked for with two calls a type, whatever became of each",
    withApp(async (app) => {
      const on = [contact(carl(app).id)]
      const inputs = Array.from({ length: 40 }, (_, n) => append(on, { key: `k${n}`, entry: entry(n % 2) }))
      const written = await app.use(appendTimeline.write(inputs.slice(0, 30)))
      const there = written.map((result) => Either.getOrThrow(result))
      for (const { ref } of there.slice(0, 10)) await app.use(appendTimeline.remove!(ref))
      const since = app.emulator.log.length
      const answers = await app.use(landed(inputs))
      expect(callsSince(app.emulator, since)).toEqual({ "notes.read": 2, "calls.read": 2 })
      expect(answers).toEqual([
        ...Array(10).fill("removed"),
        ...there.slice(10).map(({ ref, written: words }) => ({ ref, written: words })),
        ...Array(10).fill(undefined)
      ])
    })
  )

  it(
    "goes to what a contact was merged into, also by its old id",
    withApp(async (app) => {
      const [customer, other] = [carl(app), app.world.create(app.portal, "contacts", { email: "olga@example.org" })]
      const survivor = app.world.merge(app.portal, "contacts", customer.id, other.id)
      await app.use(one(appendTimeline.write([append([contact(other.id)])])))
      expect(Object.keys(app.world.all(app.portal, "notes")[0]!.on)).toEqual([`contacts/${survivor.id}`])
    })
  )

  it(
    "for a record that is not there fails alone, and not as if the entry were gone",
    withApp(async (app) => {
      const good = contact(carl(app).id)
      const inputs = [good, contact("1"), good].map((ref, n) => append([ref], { key: `k${n}` }))
      const results = await app.use(appendTimeline.write(inputs))
      expect(results.map(Either.isRight)).toEqual([true, false, true])
      const { reason } = Either.getOrThrow(Either.flip(results[1]!))
      expect(reason).toMatchObject({ _tag: "Rejected", code: "ASSOCIATION" })
    })
  )

  it(
    "is not put on a user of the company",
    withApp(async (app) => {
      const before = app.emulator.log.length
      const [result] = await app.use(appendTimeline.write([append([Ref.local("owner", "12")])]))
      expect(Either.getOrThrow(Either.flip(result!)).reason).toMatchObject({ _tag: "Rejected", code: "KIND" })
      expect(callsSince(app.emulator, before)).toEqual({})
    })
  )

  it(
    "that an account's rule refuses names the property; entries of other types go on",
    withApp(async (app) => {
      app.portal.demanded["calls"] = ["hs_call_disposition"]
      const ref = contact(carl(app).id)
      const inputs = [0, 1, 2].map((n) => append([ref], { key: `k${n}`, entry: entry(n) }))
      const results = await app.use(appendTimeline.write(inputs))
      expect(results.map(Either.isRight)).toEqual([true, false, true])
      const error = Either.getOrThrow(Either.flip(results[1]!))
      expect(error.message).toContain("calls.upsert: Rejected - VALIDATION_ERROR: property hs_call_disposition")
    })
  )

  it(
    "is written by the hundred in two calls for each type",
    withApp(async (app) => {
      const ref = contact(carl(app).id)
      const before = app.emulator.log.length
      const inputs = Array.from({ length: 100 }, (_, n) => append([ref], { key: `k${n}`, entry: entry(n) }))
      const results = await app.use(appendTimeline.write(inputs))
      expect(results.every(Either.isRight)).toBe(true)
      const types = ["calls", "emails", "notes", "meetings", "communications"]
      expect(callsSince(app.emulator, before)).toEqual(
        Object.fromEntries(
          types.flatMap((type) => [
            [`${type}.upsert`, 1],
            [`${type}.associate`, 1]
          ])
        )
      )
    })
  )
})

describe("a contact", () => {
  const nora = (more: object = {}): Action.Input<"UpsertContact"> => ({
    key: "c1",
    fields: {
      name: { given: "Nora", family: "Example" },
      handles: [Handle.email("nora@example.org")!, Handle.phone("+1 202 555 0142")!],
      ...more
    }
  })

  it(
    "that a person made meanwhile is filled up, and what stands there stays",
    withApp(async (app) => {
      const there = app.world.create(app.portal, "contacts", { email: "nora@example.org", firstname: "Eleonora" })
      const written = await app.use(one(upsertContact.write([nora()])))
      expect(written.ref).toEqual(contact(there.id))
      expect(app.world.find(app.portal, "contacts", there.id)!.properties).toEqual({
        email: "nora@example.org",
        firstname: "Eleonora",
        lastname: "Example",
        phone: "+12025550142"
      })
    })
  )

  it(
    "that two keys of one batch ask for is one record",
    withApp(async (app) => {
      const results = await app.use(upsertContact.write([nora(), { ...nora({ title: "Director" }), key: "c2" }]))
      const refs = results.map((result) => Either.getOrThrow(result).ref)
      expect(refs[0]).toEqual(refs[1])
      expect(app.world.all(app.portal, "contacts").map(({ properties }) => properties["jobtitle"])).toEqual([
        "Director"
      ])
    })
  )

  it(
    "with a property that HubSpot does not have fails alone and names it",
    withApp(async (app) => {
      const inputs = [1, 2, 3, 4, 5].map((n) => ({
        ...nora({
          handles: [Handle.email(`nora${n}@example.org`)!],
          ...(n === 3 ? { custom: { shoe_size: 42 } } : {})
        }),
        key: `c${n}`
      }))
      const results = await app.use(upsertContact.write(inputs))
      expect(results.map(Either.isRight)).toEqual([true, true, false, true, true])
      expect(Either.getOrThrow(Either.flip(results[2]!)).message).toContain("property shoe_size")
      expect(app.world.all(app.portal, "contacts").length).toBe(4)
    })
  )
})

describe("setting up", () => {
  const whatOf = (findings: ReadonlyArray<{ readonly ok: boolean; readonly what: string }>) =>
    findings.filter(({ ok }) => !ok).map(({ what }) => what)

  it(
    "is missed by check, done by prepare, and then complete",
    withApp(
      async ({ emulator, portal, use }) => {
        const before = whatOf(await use(HubSpot.check))
        expect(before.length).toBe(7)
        expect(before[0]).toBe("the property interchannel_id of contacts is missing")
        expect(emulator.log.every(({ method, operation }) => method === "GET" || operation === "oauth.token")).toBe(
          true
        )
        expect(whatOf(await use(HubSpot.prepare!))).toEqual([])
        expect(whatOf(await use(HubSpot.check))).toEqual([])
        expect(portal.subscriptions.length).toBe(8)
        expect(emulator.canonical()).toEqual([])
        const made = emulator.log.length
        await use(HubSpot.prepare!)
        expect(callsSince(emulator, made)).not.toHaveProperty("contacts.group")
        expect(callsSince(emulator, made)).not.toHaveProperty("journal.subscribe")
      },
      { bare: true }
    )
  )

  it(
    "says what to do about a property that was made without unique values",
    withApp(
      async ({ portal, use }) => {
        portal.properties.calls.push({
          name: "interchannel_id",
          label: "mine",
          type: "string",
          fieldType: "text",
          groupName: "information",
          description: "",
          hasUniqueValue: false
        })
        for (const effect of [HubSpot.check, HubSpot.prepare!]) {
          const finding = (await use(effect)).find(({ what }) => what.includes("without unique values"))
          expect(finding).toMatchObject({ ok: false, remedy: expect.stringContaining("`uniqueProperty`") })
        }
      },
      { bare: true }
    )
  )

  it(
    "names a scope that is missing",
    withApp(async ({ emulator, use }) => {
      emulator.faults.during("companies.list", {
        _tag: "status",
        status: 403,
        body: {
          category: "MISSING_SCOPES",
          errors: [{ context: { requiredGranularScopes: ["crm.objects.companies.read"] } }]
        }
      })
      const finding = (await use(HubSpot.check)).find(({ ok }) => !ok)
      expect(finding?.remedy).toBe("grant the scope crm.objects.companies.read")
    })
  )
})
