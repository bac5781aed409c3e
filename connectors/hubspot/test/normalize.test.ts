import type { Feed } from "@interchannel/connector"
import { Assemble, type Part } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as normalize from "../src/normalize.ts"
import type { ObjectType } from "../src/objects.ts"
import { CrmRecord, Owner } from "../src/wire.ts"
import { START } from "./subject.ts"

const origin: Feed.Origin = { connection: "crm", partition: "all", acceptedAt: START, defaultRegion: "US" }
const AT = "2026-05-04T09:00:00.000Z"

const read = (
  objectType: ObjectType,
  properties: Readonly<Record<string, string | null>>,
  more: object = {}
): Part.Part =>
  normalize.record(
    Schema.decodeUnknownSync(CrmRecord)({
      id: "7",
      objectType,
      portalId: 49000001,
      createdAt: AT,
      updatedAt: AT,
      properties,
      ...more
    }),
    origin
  )[0]!

describe("a contact", () => {
  it("is told with what identifies it, and what it only claims", () => {
    const part = read("contacts", {
      email: "Carl@Example.org",
      hs_additional_emails: "carl.old@example.org; info@example.org",
      phone: "(202) 555-0101",
      mobilephone: "+1 202 555 0102",
      firstname: "Carl",
      lastname: "Customer",
      jobtitle: "Buyer",
      company: "Example Trading",
      associatedcompanyid: "12",
      hubspot_owner_id: "5",
      lifecyclestage: "customer",
      city: "Washington",
      date_of_birth: "1980-02-29",
      loyalty_tier: "gold",
      hs_internal: "x",
      zip: null,
      hs_merged_object_ids: "3;4"
    })
    expect(part).toEqual({
      subject: "contact",
      part: "whole",
      ref: { kind: "contact", id: "7" },
      former: ["3", "4"].map((id) => ({ kind: "contact", id })),
      version: { at: START, rank: 0 },
      fields: {
        name: { given: "Carl", family: "Customer" },
        handles: [
          { kind: "email", value: "carl@example.org", verified: true },
          expect.objectContaining({ kind: "phone", value: "+12025550101" }),
          expect.objectContaining({ kind: "phone", value: "+12025550102", label: "mobile" }),
          { kind: "email", value: "carl.old@example.org", verified: true },
          { kind: "email", value: "info@example.org", verified: true, shared: true },
          { kind: "external", value: "hubspot:49000001:7", verified: true }
        ],
        organization: { kind: "company", id: "12" },
        organizationName: "Example Trading",
        title: "Buyer",
        birthDate: "1980-02-29",
        owner: { kind: "owner", id: "5" },
        addresses: [{ city: "Washington" }],
        custom: { lifecyclestage: "customer", loyalty_tier: "gold" },
        url: "https://app.hubspot.com/contacts/49000001/record/0-1/7",
        createdAt: START
      }
    })
  })

  it("that we made is a contact like any other, and no echo", () => {
    expect(read("contacts", { email: "carl@example.org" }, { marker: "c1" })).not.toHaveProperty("marker")
  })

  it("with nothing in it is a record still", () => {
    const part = read("contacts", {})
    const assembled = Assemble.contact({ key: "c_0123456789012345678901", connection: "crm", parts: [part] })
    expect(assembled).toMatchObject({ _tag: "Whole", record: { kind: "record" } })
  })
})

describe("a company and a user", () => {
  it("are told", () => {
    expect(read("companies", { name: "Example Trading", domain: "Example.org", phone: "202 555 0103" })).toMatchObject({
      subject: "organization",
      ref: { kind: "company", id: "7" },
      fields: { name: "Example Trading", domains: ["example.org"], phones: [{ value: "+12025550103" }] }
    })
    const owner = Schema.decodeUnknownSync(Owner)({
      id: "5",
      email: "agnes@example.com",
      firstName: "Agnes",
      updatedAt: AT
    })
    expect(normalize.owner(owner)).toMatchObject([
      { kind: "address", ref: { kind: "owner", id: "5" }, fields: { name: { given: "Agnes" } } }
    ])
  })
})

describe("an entry that somebody made in HubSpot", () => {
  const on = { associations: { contacts: { results: [{ id: 9001 }] } } }
  const carl = { role: "customer", contact: { kind: "contact", id: "9001" } }
  const cases: ReadonlyArray<readonly [ObjectType, Readonly<Record<string, string>>, object]> = [
    [
      "calls",
      {
        hs_timestamp: AT,
        hs_call_title: "Call back",
        hs_call_body: "<p>Left a message</p>",
        hs_call_direction: "INBOUND",
        hs_call_duration: "61000",
        hs_call_external_id: "CA1",
        hs_call_recording_url: "https://example.com/r",
        hubspot_owner_id: "5"
      },
      {
        kind: "voice",
        direction: "inbound",
        startedAt: START,
        endedAt: START + 61_000,
        subject: "Call back",
        text: "Left a message",
        participants: [carl, { role: "agent", contact: { kind: "owner", id: "5" } }],
        details: { legs: [{ id: "CA1" }], recordings: [{ id: "7/recording", url: "https://example.com/r" }] }
      }
    ],
    [
      "emails",
      {
        hs_timestamp: String(START),
        hs_email_subject: "Re: order",
        hs_email_direction: "INCOMING_EMAIL",
        hs_email_text: "Thanks",
        hs_email_message_id: "<m1@example.org>"
      },
      {
        kind: "email",
        direction: "inbound",
        startedAt: START,
        text: "Thanks",
        details: { messageId: "<m1@example.org>" }
      }
    ],
    ["notes", { hs_note_body: "Plain & simple" }, { kind: "note", direction: "internal", text: "Plain & simple" }],
    [
      "meetings",
      {
        hs_timestamp: AT,
        hs_meeting_title: "Demo",
        hs_meeting_end_time: "2026-05-04T10:00:00Z",
        hs_meeting_location: "Room 1"
      },
      { kind: "appointment", endedAt: START + 3_600_000, details: { place: "Room 1" } }
    ],
    [
      "communications",
      { hs_timestamp: AT, hs_communication_channel_type: "WHATS_APP", hs_communication_body: "Hello" },
      { kind: "chat", details: { service: "whatsapp" } }
    ]
  ]
  for (const [type, properties, fields] of cases) {
    it(`is told, and makes a valid interaction: ${type}`, () => {
      const part = read(type, properties, on)
      expect(part).toMatchObject({ subject: "interaction", ref: { kind: type.slice(0, -1), id: "7" }, fields })
      const assembled = Assemble.interaction({ key: "i_0123456789012345678901", connection: "crm", parts: [part] })
      expect(assembled._tag).toBe("Whole")
    })
  }

  it("that nobody is on is told by its numbers", () => {
    const part = read("calls", { hs_timestamp: AT, hs_call_from_number: "202 555 0104", hs_call_to_number: "unknown" })
    expect(part.fields).toMatchObject({ participants: [{ place: "from", handle: { value: "+12025550104" } }] })
  })
})
