import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { Contact, Details, Interaction, Interactions, Key, Organization, Ref, Version } from "../src/index.ts"

const kinds = {
  voice: Interactions.Voice,
  sms: Interactions.Sms,
  chat: Interactions.Chat,
  email: Interactions.Email,
  video: Interactions.Video,
  social: Interactions.Social,
  ticket: Interactions.Ticket,
  callback: Interactions.Callback,
  web: Interactions.Web,
  form: Interactions.Form,
  visit: Interactions.Visit,
  "app usage": Interactions.AppUsage,
  purchase: Interactions.Purchase,
  appointment: Interactions.Appointment,
  survey: Interactions.Survey,
  note: Interactions.Note
}

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** Every object with one more field, as a later release may write it. Records of free names have no fields to add. */
const withNewFields = (data: Json, free = false): Json => {
  if (Array.isArray(data)) return data.map((item: Json) => withNewFields(item))
  if (data === null || typeof data !== "object") return data
  const fields = Object.entries(data).map(([name, value]) => [name, withNewFields(value, freeNames.has(name))])
  return { ...Object.fromEntries(fields), ...(free ? {} : { addedLater: { nested: [1, "two"] } }) }
}
const freeNames = new Set(["custom", "headers", "answers"])

const absent = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(absent)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, absent(field)]]))
  )
}

/** Of each of some twenty schemas. */
const runs = { numRuns: 50 }

const promises = <A>(schema: Schema.Schema<A>): void => {
  const decode = Schema.decodeUnknownSync(schema)
  // Equivalence takes -0 and 0 for the same, as JSON does; `undefined` fields are absent in JSON.
  const equals = Schema.equivalence(schema)
  const any = Arbitrary.make(schema)
  const stored = (record: A): Json => JSON.parse(JSON.stringify(Schema.encodeSync(schema)(record)))

  it("comes back from JSON as it was", () => {
    FastCheck.assert(
      FastCheck.property(any, (record) => {
        expect(equals(decode(stored(record)), absent(record) as A)).toBe(true)
      }),
      runs
    )
  })

  it("a field added later, at any depth, does not break stored data", () => {
    FastCheck.assert(
      FastCheck.property(any, (record) => {
        expect(decode(withNewFields(stored(record)))).toEqual(decode(stored(record)))
      }),
      runs
    )
  })
}

describe("a contact", () => {
  promises(Contact)
})
describe("an organization", () => {
  promises(Organization)
})
describe.each(Object.entries(kinds))("an interaction of kind %s", (_, schema) => {
  promises(schema as unknown as Schema.Schema<Interaction>)
})

describe("the union of all kinds", () => {
  it("has a case for every kind", () => {
    expect(Object.keys(kinds)).toEqual([...Interactions.interactionKinds])
  })

  it("reads each record as the kind it says", () => {
    const decode = Schema.decodeUnknownSync(Interaction)
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Interaction), (record) => {
        const read = decode(JSON.parse(JSON.stringify(record)))
        expect(read).toEqual(
          Schema.decodeUnknownSync(kinds[record.kind] as unknown as Schema.Schema<Interaction>)(read)
        )
        expect(read.kind).toBe(record.kind)
      }),
      runs
    )
  })
})

describe("only what makes a record is required", () => {
  const ref = Ref.local("record", "1")
  const head = { connection: "support", ref, version: Version.make(1_767_225_600_000) }

  it("a contact needs no more than its address", () => {
    const contact = { ...head, key: Key.contact("support", ref), kind: "record", handles: [] }
    expect(Schema.decodeUnknownSync(Contact)(contact)).toEqual(contact)
  })

  it("an organization needs no more than its address", () => {
    const organization = { ...head, key: Key.organization("support", ref) }
    expect(Schema.decodeUnknownSync(Organization)(organization)).toEqual(organization)
  })

  it.each(Interactions.interactionKinds)("the details of kind %s may all be missing", (kind) => {
    const key = Key.interaction("support", ref)
    const common = { ...head, key, kind, direction: "inbound", startedAt: 0, participants: [] }
    expect(Schema.decodeUnknownSync(Interaction)({ ...common, details: {} })).toEqual({ ...common, details: {} })
  })

  it.each<[string, Schema.Schema<Details.Media> | Schema.Schema<Details.Transcript> | Schema.Schema<Details.Leg>]>([
    ["recording", Details.Media],
    ["transcript", Details.Transcript],
    ["leg", Details.Leg]
  ])("of a %s only the id is required", (_, schema) => {
    expect(Schema.decodeUnknownSync(schema as Schema.Schema<unknown>)({ id: "1" })).toEqual({ id: "1" })
  })
})

describe("what JSON cannot hold is refused before it is stored", () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1])("a length of %s seconds", (talkSeconds) => {
    expect(Schema.is(Details.VoiceDetails)({ talkSeconds })).toBe(false)
  })

  it.each([1.5, 9e15, Number.NaN])("an instant of %s", (at) => {
    expect(Schema.is(Version.Version)({ at, rank: 0 })).toBe(false)
  })
})
