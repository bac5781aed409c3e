import { createHash, createHmac } from "node:crypto"
import type { Delivery, Feed } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { Credentials, Settings } from "../src/credentials.ts"
import { contacts } from "../src/feeds.ts"
import { journal } from "../src/journal.ts"
import { webhooks } from "../src/webhooks.ts"
import { JournalPointer } from "../src/wire.ts"
import { document, whenDocumented } from "./documented.ts"
import { START } from "./subject.ts"

const SECRET = "invented-secret"
const credentials = (clientSecret: string | undefined = SECRET) =>
  Schema.decodeUnknownSync(Credentials)({
    accessToken: "invented-token",
    ...(clientSecret === "" ? {} : { clientSecret })
  })
const origin: Feed.Origin = {
  connection: "crm",
  partition: "all",
  acceptedAt: START,
  settings: Schema.decodeUnknownSync(Settings)({ portalId: 49000001 })
}

const deliver = (given: Partial<Delivery.Delivery>): Delivery.Delivery => ({
  method: "POST",
  url: "https://hooks.example.com/hubspot",
  headers: {},
  body: Buffer.from("[]"),
  receivedAt: START,
  ...given
})
const isGenuine = (delivery: Delivery.Delivery, secret = SECRET, now = START) =>
  webhooks.verifier(delivery, credentials(secret), now).genuine

const third = (text: string) => createHmac("sha256", SECRET).update(text).digest("base64")
const hash = (text: string) => createHash("sha256").update(text).digest("hex")

describe("a push is genuine", () => {
  const body = Buffer.from('[{"objectId":1}]')
  const timestamp = { "x-hubspot-request-timestamp": String(START) }

  it("by its newest signature, whichever way its URL was escaped", () => {
    const url = "https://hooks.example.com/hubspot?to=https%3A%2F%2Fexample.org%2F%40a&q=%20%26"
    const signed = "https://hooks.example.com/hubspot?to=https://example.org/@a&q=%20%26"
    const headers = { ...timestamp, "x-hubspot-signature-v3": third(`POST${signed}${body}${START}`) }
    expect(isGenuine(deliver({ url, body, headers }))).toBe(true)
    expect(isGenuine(deliver({ url: signed, body, headers }))).toBe(true)
    expect(isGenuine(deliver({ url: `${url}x`, body, headers }))).toBe(false)
    expect(isGenuine(deliver({ url, body, headers, method: "PUT" }))).toBe(false)
  })

  it("for five minutes, in both directions, and an older signature beside it does not save it", () => {
    const url = "https://hooks.example.com/hubspot"
    const headers = {
      ...timestamp,
      "x-hubspot-signature-v3": third(`POST${url}${body}${START}`),
      "x-hubspot-signature": hash(SECRET + body.toString()),
      "x-hubspot-signature-version": "v1"
    }
    const delivery = deliver({ url, body, headers })
    expect(isGenuine(delivery, SECRET, START + 300_000)).toBe(true)
    expect(isGenuine(delivery, SECRET, START + 300_001)).toBe(false)
    expect(isGenuine(delivery, SECRET, START - 300_001)).toBe(false)
  })

  it("by the older signatures where there is no newer one", () => {
    const url = "https://hooks.example.com/hubspot"
    const first = { "x-hubspot-signature": hash(SECRET + body.toString()) }
    const second = {
      "x-hubspot-signature": hash(`${SECRET}POST${url}${body.toString()}`),
      "x-hubspot-signature-version": "v2"
    }
    expect(isGenuine(deliver({ body, headers: first }))).toBe(true)
    expect(isGenuine(deliver({ body, headers: second }))).toBe(true)
    expect(isGenuine(deliver({ body, headers: { ...first, "x-hubspot-signature-version": "v2" } }))).toBe(false)
  })

  it("never without the app's secret", () => {
    const headers = { "x-hubspot-signature": hash(body.toString()) }
    const verdict = webhooks.verifier(deliver({ body, headers }), credentials(""), START)
    expect(verdict).toMatchObject({ genuine: false, why: expect.stringContaining("clientSecret") })
  })

  it(
    "by the signatures that HubSpot published",
    whenDocumented("signature vectors", () => {
      const { vectors } = document("samples/hubspot/signature_vectors.json") as {
        readonly vectors: ReadonlyArray<{
          readonly version: string
          readonly header: string
          readonly clientSecret: string
          readonly method?: string
          readonly url?: string
          readonly body: string
          readonly timestamp?: string
          readonly signature: string
        }>
      }
      for (const vector of vectors) {
        const given = {
          method: vector.method ?? "POST",
          url: vector.url ?? "https://www.example.com/webhook_uri",
          body: Buffer.from(vector.body),
          headers: {
            [vector.header.toLowerCase()]: vector.signature,
            "x-hubspot-signature-version": vector.version,
            ...(vector.timestamp === undefined ? {} : { "x-hubspot-request-timestamp": vector.timestamp })
          }
        }
        const now = Number(vector.timestamp ?? START)
        expect(isGenuine(deliver(given), vector.clientSecret, now)).toBe(true)
        expect(isGenuine(deliver({ ...given, body: Buffer.from(`${vector.body} `) }), vector.clientSecret, now)).toBe(
          false
        )
      }
      console.log(`${vectors.length} signature vectors hold`)
    })
  )
})

const tell = (event: object) =>
  webhooks.normalize(Schema.decodeUnknownSync(webhooks.item)({ occurredAt: START, ...event }), origin)

describe("a push tells", () => {
  const refetched = [Part.refetch("contacts", "7")]
  const gone = [
    expect.objectContaining({ deleted: true, ref: { kind: "contact", id: "7" }, version: { at: START, rank: 0 } })
  ]
  const cases: ReadonlyArray<readonly [what: string, event: object, told: ReadonlyArray<unknown>]> = [
    ["of a new contact", { subscriptionType: "contact.creation", objectId: 7 }, refetched],
    ["of a change, by the field's other name", { eventType: "contact.propertyChange", objectId: 7 }, refetched],
    ["of a restored contact", { subscriptionType: "contact.restore", objectId: 7 }, refetched],
    ["of a deletion", { subscriptionType: "contact.deletion", objectId: 7 }, gone],
    ["of an erasure", { subscriptionType: "contact.privacyDeletion", objectId: 7 }, gone],
    [
      "of an entry by its object type",
      { subscriptionType: "object.creation", objectTypeId: "0-48", objectId: 7 },
      [Part.refetch("engagements", "calls/7", "calls")]
    ],
    [
      "of an association by both its ends",
      {
        subscriptionType: "object.associationChange",
        fromObjectTypeId: "0-46",
        fromObjectId: 5,
        toObjectTypeId: "0-1",
        toObjectId: 7
      },
      [Part.refetch("engagements", "notes/5", "notes"), ...refetched]
    ],
    [
      "of a merge: the new record was the others",
      { subscriptionType: "contact.merge", primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 7 },
      [
        expect.objectContaining({
          ref: { kind: "contact", id: "7" },
          former: ["1", "2", "3"].map((id) => ({ kind: "contact", id }))
        }),
        ...refetched
      ]
    ],
    ["nothing of a deal", { subscriptionType: "deal.creation", objectTypeId: "0-3", objectId: 7 }, []],
    ["nothing of another account", { subscriptionType: "contact.deletion", objectId: 7, portalId: 49000002 }, []],
    [
      "nothing of what our own app changed",
      { subscriptionType: "contact.propertyChange", objectId: 7, appId: 9, changeSource: "INTEGRATION", sourceId: "9" },
      []
    ],
    [
      "nothing of an entry that our own app made",
      {
        subscriptionType: "object.creation",
        objectTypeId: "0-46",
        objectId: 7,
        appId: 9,
        changeSource: "INTEGRATION",
        sourceId: "9"
      },
      []
    ],
    [
      "of a contact that our own app made",
      { subscriptionType: "contact.creation", objectId: 7, appId: 9, changeSource: "INTEGRATION", sourceId: "9" },
      refetched
    ],
    [
      "what another app changed",
      { subscriptionType: "contact.propertyChange", objectId: 7, appId: 9, changeSource: "INTEGRATION", sourceId: "8" },
      refetched
    ],
    [
      "of a deletion, even by our own app",
      { subscriptionType: "contact.deletion", objectId: 7, appId: 9, changeSource: "INTEGRATION", sourceId: "9" },
      gone
    ]
  ]
  for (const [what, event, told] of cases) {
    it(what, () => expect(tell(event)).toEqual(told))
  }

  it("the same when it is tried again, with another count and another id", () => {
    const body = (event: object) => [
      { subscriptionId: 1, objectId: 7, propertyName: "email", occurredAt: START, ...event }
    ]
    const keyOf = (event: object) => webhooks.deliveryKey!(body(event), deliver({}))
    expect(keyOf({ attemptNumber: 1, eventId: 2 })).toBe(keyOf({ attemptNumber: 0, eventId: 1 }))
    expect(keyOf({ propertyName: "phone" })).not.toBe(keyOf({}))
  })

  it(
    "what HubSpot's own samples say",
    whenDocumented("samples of pushes and of the journal", () => {
      const bodyOf = (name: string) => (document(`samples/hubspot/${name}.json`) as { readonly body: unknown }).body
      const pushed = (name: string) =>
        webhooks.items!(bodyOf(name)).flatMap((item) =>
          webhooks.normalize(Schema.decodeUnknownSync(webhooks.item)(item), { ...origin, settings: undefined })
        )
      expect(pushed("webhook_contact_creation")).toEqual([Part.refetch("contacts", "123")])
      expect(pushed("webhook_contact_merge")).toMatchObject([
        { ref: { id: "400" }, former: [{ id: "100" }, { id: "200" }, { id: "300" }] },
        { refetch: "contacts", id: "400" }
      ])
      expect(pushed("webhook_observed_integration_echo")).toEqual([Part.refetch("contacts", "106000000001")])
      const { journalEvents } = bodyOf("journal_file") as { readonly journalEvents: ReadonlyArray<unknown> }
      const told = journalEvents.flatMap((item) =>
        journal.normalize(Schema.decodeUnknownSync(journal.item)(item), { ...origin, settings: undefined })
      )
      expect(told).toEqual([Part.refetch(contacts.name, "9001"), Part.refetch(contacts.name, "9001")])
      expect(Schema.decodeUnknownSync(JournalPointer)(bodyOf("journal_pointer")).url).toMatch(/^https:/)
    })
  )
})
