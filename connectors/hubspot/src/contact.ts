/** Contacts as we write them. Where a record with the e-mail address is there already, people's own words in it stay. */
import { type Action, type VendorError, Wire } from "@interchannel/connector"
import { type ContactFields, PersonName, Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { HubSpotApi } from "./api.ts"
import * as batch from "./batch.ts"
import { objects, pageUrl } from "./objects.ts"
import { pathOf } from "./records.ts"
import { Batch, type BatchResult } from "./wire.ts"

type Upsert = Action.Input<"UpsertContact">
type Fields = Readonly<Record<string, string>>
type Outcomes = Effect.Effect<ReadonlyArray<batch.Outcome<BatchResult>>, VendorError.VendorError, HubSpotApi>

/** How the record is found: as written before, by its e-mail address, else by our own key. */
export interface Place {
  readonly by: "id" | "email" | "key"
  /** HubSpot refuses a call that names a record twice, so the second of two goes in a call of its own. */
  readonly round: number
}

export const placesOf = (inputs: ReadonlyArray<Upsert>): ReadonlyArray<Place> => {
  const seen = new Map<string, number>()
  return inputs.map(({ existing, fields, key }) => {
    const email = emailOf(fields)
    const name = existing?.id ?? email ?? key
    const round = seen.get(name) ?? 0
    seen.set(name, round + 1)
    return { by: existing !== undefined ? "id" : email !== undefined ? "email" : "key", round }
  })
}

export const write = ({ by }: Place, inputs: ReadonlyArray<Upsert>) =>
  Effect.gen(function* () {
    const { settings } = yield* HubSpotApi
    const outcomes = yield* by === "email" ? byEmail(inputs) : byId(by, inputs)
    return outcomes.map((outcome, index) =>
      Either.map(outcome, (result): Action.Written => {
        const id = result.id ?? inputs[index]!.existing?.id ?? inputs[index]!.key
        return {
          ref: Ref.local(objects.contacts.kind, id),
          url: result.url ?? pageUrl(settings.portalId, "contacts", id)
        }
      })
    )
  })

export const propertiesOf = (fields: ContactFields): Fields => {
  const { name, addresses, owner, title, organizationName, language, birthDate, custom } = fields
  const parsed = PersonName.parse(name?.full ?? "")
  const whole = parsed._tag === "Name" ? parsed : undefined
  const [email, ...others] = (fields.handles ?? []).filter(({ kind }) => kind === "email")
  const [address] = addresses ?? []
  return Wire.given({
    email: email?.value,
    hs_additional_emails: others.map(({ value }) => value).join(";") || undefined,
    phone: fields.handles?.find(({ kind }) => kind === "phone")?.value,
    firstname: name?.given ?? whole?.given,
    lastname: name?.family ?? whole?.family,
    jobtitle: title,
    company: organizationName,
    address: address?.street,
    city: address?.city,
    state: address?.region,
    zip: address?.postalCode,
    country: address?.country,
    hs_language: language,
    date_of_birth: birthDate,
    hubspot_owner_id: owner?.id,
    ...Object.fromEntries(Object.entries(custom ?? {}).map(([name, value]) => [name, String(value)]))
  }) as Fields
}

// ---------------------------------------------------------------------------------------------------------------------

const emailOf = (fields: ContactFields): string | undefined =>
  fields.handles?.find(({ kind }) => kind === "email")?.value

const byId = (by: "id" | "key", inputs: ReadonlyArray<Upsert>): Outcomes =>
  Effect.gen(function* () {
    const { uniqueProperty } = (yield* HubSpotApi).settings
    const rows = inputs.map(({ key, fields, existing }): batch.Row => {
      const properties = propertiesOf(fields)
      return existing === undefined
        ? { id: key, idProperty: uniqueProperty, properties: { ...properties, [uniqueProperty]: key } }
        : { id: existing.id, properties }
    })
    return yield* batch.write("contacts", by === "id" ? "update" : "upsert", rows)
  })

/** What has come to stand there since it was decided to make the record is filled up, never overwritten. */
const byEmail = (inputs: ReadonlyArray<Upsert>): Outcomes =>
  Effect.gen(function* () {
    const { uniqueProperty } = (yield* HubSpotApi).settings
    const rows = inputs.map(({ key, fields }): batch.Row & { readonly key: string } => ({
      key,
      id: emailOf(fields) ?? key,
      idProperty: "email",
      properties: propertiesOf(fields)
    }))
    const there = yield* findByEmail(rows)
    const updates = rows.flatMap(({ id, properties }) => {
      const found = there.get(id)
      const empty = Object.entries(properties).filter(([name]) => !found?.properties[name])
      return found?.id === undefined || empty.length === 0
        ? []
        : [{ email: id, row: { id: found.id, properties: Object.fromEntries(empty) } }]
    })
    const creations = rows
      .filter(({ id }) => !there.has(id))
      .map(({ key, ...row }) => ({
        email: row.id,
        row: { ...row, properties: { ...row.properties, [uniqueProperty]: key } }
      }))
    const updated = yield* batch.write(
      "contacts",
      "update",
      updates.map(({ row }) => row)
    )
    const created = yield* batch.write(
      "contacts",
      "upsert",
      creations.map(({ row }) => row)
    )
    const outcomes = new Map<string, batch.Outcome<BatchResult>>([
      ...[...there].map(([email, result]) => [email, Either.right(result)] as const),
      ...updates.map(({ email }, index) => [email, updated[index]!] as const),
      ...creations.map(({ email }, index) => [email, created[index]!] as const)
    ])
    return rows.map(({ id }) => outcomes.get(id)!)
  })

const findByEmail = (rows: ReadonlyArray<batch.Row>) =>
  Effect.gen(function* () {
    const { call, settings } = yield* HubSpotApi
    const properties = [...new Set(["email", ...rows.flatMap((row) => Object.keys(row.properties))])]
    const read = call("contacts.read", Batch, {
      method: "POST",
      path: pathOf(settings, "contacts", "/batch/read"),
      body: { idProperty: "email", inputs: rows.map(({ id }) => ({ id })), properties, propertiesWithHistory: [] }
    })
    // One address that HubSpot finds odd fails them all; the write that follows tells which.
    const { results } = yield* Effect.catchIf(
      read,
      ({ reason }) => reason._tag === "Rejected",
      () => Effect.succeed({ results: [] })
    )
    return new Map(
      results.flatMap((result) => {
        const email = result.properties["email"]?.toLowerCase()
        return email === undefined ? [] : [[email, result] as const]
      })
    )
  })
