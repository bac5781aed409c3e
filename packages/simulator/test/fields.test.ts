/** Single fields of HubSpot's contacts, over HTTP and by the real daemon: every policy, people's hands, and the way back. */
import { Connector, Feed, Limits } from "@interchannel/connector"
import { HubSpot } from "@interchannel/connector-hubspot"
import { startHubSpot } from "@interchannel/connector-hubspot/emulator"
import type { EmulatorClock } from "@interchannel/connector/testing"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import { Control } from "@interchannel/runtime"
import * as Context from "effect/Context"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as FaultyDaemon from "./FaultyDaemon.ts"
import type * as FaultyLine from "./FaultyLine.ts"

const WITHIN_MS = 120_000
const ANA = "ana@example.com"

const Person = Schema.Struct({
  at: Schema.Int,
  title: Schema.String,
  city: Schema.String,
  company: Schema.String,
  phone: Schema.String
})
type Said = Omit<typeof Person.Type, "at">

class Desk extends Context.Tag("test/Desk")<Desk, { readonly people: Array<typeof Person.Type> }>() {}
/** A helpdesk that knows one customer. */
const desk = (people: Array<typeof Person.Type>) =>
  Connector.make("desk", {
    title: "Desk",
    credentials: Schema.Struct({}),
    settings: Schema.Struct({}),
    api: () => Layer.succeed(Desk, { people }),
    limits: Limits.make({ concurrency: 1, buckets: {}, operations: {}, otherwise: [] }),
    feeds: [
      Feed.snapshot("people", {
        yields: "contacts",
        item: Person,
        key: () => "ana",
        cadenceMs: 60_000,
        sweep: () => [],
        page: () => Effect.map(Desk, ({ people: all }) => Feed.page([...all])),
        normalize: ({ at, title, city, company, phone }) => [
          Part.contact({
            ref: Ref.local("person", "ana"),
            version: Version.make(at),
            fields: {
              name: { full: "Ana Example" },
              title,
              organizationName: company,
              addresses: [{ city }],
              handles: [Handle.email(ANA, { verified: true }), Handle.phone(phone)].flatMap((handle) => handle ?? [])
            }
          })
        ]
      })
    ],
    check: Effect.succeed([])
  })

const hubspot = (clock: EmulatorClock.EmulatorClock) =>
  Effect.map(startHubSpot({ clock }), (emulator) => {
    const portal = emulator.portals[0]!
    const { id } = emulator.world.create(portal, "contacts", { email: ANA, company: "Old Ltd", phone: "+12025550199" })
    return {
      emulator,
      ref: { connection: "there", kind: "contact", id },
      byHand: (values: Readonly<Record<string, string>>) => void emulator.world.update(portal, "contacts", id, values),
      stands: () => {
        const { jobtitle, city, company, phone } = emulator.world.find(portal, "contacts", id)!.properties
        return { jobtitle, city, company, phone }
      },
      connection: (line: FaultyLine.FaultyLine) => ({
        // Whoever keeps fields reads contacts.
        connector: { ...line.over(HubSpot), feeds: HubSpot.feeds.filter(({ yields }) => yields === "contacts") },
        credentials: { accessToken: portal.accessToken },
        settings: { portalId: portal.portalId, apiUrl: emulator.url },
        destination: {
          from: ["desk"],
          fields: {
            jobtitle: {},
            city: { policy: "latest-wins" as const },
            company: { policy: "review" as const },
            phone: { policy: { owner: "desk" } }
          }
        }
      })
    }
  })

describe("fields of HubSpot's contacts", () => {
  it(
    "follow their policies and people's hands, say why, and go back",
    async () => {
      const people: Array<typeof Person.Type> = []
      await FaultyDaemon.beside(
        "fields",
        hubspot,
        { desk: { connector: desk(people), credentials: {} } },
        ({ stands, byHand, ref }) =>
          Effect.gen(function* () {
            const control = yield* Control
            const settle = Effect.sleep("8 minutes")
            let said: Said = { title: "Director", city: "Exampleton", company: "Example", phone: "+12025550101" }
            const say = (change: Partial<Said>) =>
              Effect.gen(function* () {
                said = { ...said, ...change }
                people.splice(0, 1, { ...said, at: yield* Clock.currentTimeMillis })
                yield* settle
              })
            const questions = Effect.map(control.questions({}), (all) => all.filter(({ kind }) => kind === "field"))

            yield* say({})
            yield* control.approve("there", { all: true, by: "Ana" })
            yield* settle
            expect(stands()).toEqual({
              jobtitle: "Director",
              city: "Exampleton",
              company: "Old Ltd",
              phone: "+12025550101"
            })
            const [company] = yield* questions
            expect(company?.title).toContain('"Old Ltd" or "Example"')
            yield* control.decide(company!.id, { choice: "ours", by: "Ana" })
            yield* settle
            expect(stands().company).toBe("Example")

            byHand({ jobtitle: "Queen", city: "Handville" })
            yield* settle
            yield* say({ title: "Chair" })
            expect(stands()).toMatchObject({ jobtitle: "Queen", city: "Handville" })
            yield* say({ city: "Newtown" })
            expect(stands()).toMatchObject({ jobtitle: "Queen", city: "Newtown" })

            for (let turn = 0; turn < 12; turn++) {
              said = { ...said, phone: turn % 2 === 0 ? "+12025550102" : "+12025550101" }
              people.splice(0, 1, { ...said, at: yield* Clock.currentTimeMillis })
              yield* Effect.sleep("3 minutes")
            }
            expect((yield* questions).map(({ text }) => text).join()).toContain("flips")

            const { steps } = yield* control.explain(ref)
            const text = steps.map((step) => step.text).join("\n")
            for (const rule of [
              "fill-if-empty: it was empty",
              "latest-wins",
              "a person chose this value",
              "owner desk"
            ]) {
              expect(text).toContain(rule)
            }

            people.splice(0)
            yield* control.undo({ destination: "there", force: false, yes: true })
            yield* settle
            const back = stands()
            // What a hand wrote between two of our writes comes back, not what stood before the first.
            expect([back.jobtitle, back.city, back.company]).toEqual(["Queen", "Handville", "Old Ltd"])
            expect(back.phone).toBe("+12025550199")
          })
      )
    },
    WITHIN_MS
  )
})
