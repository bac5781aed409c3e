/** Single properties of contacts: read with the time of their last change, and set without touching any other. */
import type { RecordFields, VendorError } from "@interchannel/connector"
import type { FieldPath } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { fail, HubSpotApi } from "./api.ts"
import * as batch from "./batch.ts"
import { objects } from "./objects.ts"
import { pathOf } from "./records.ts"
import { Batch, type BatchResult } from "./wire.ts"

/** HubSpot's maximum of inputs in one call that asks for the history of properties. */
const HISTORY_BATCH_MAX = 50

const paths: Readonly<Record<string, FieldPath.FieldPath>> = {
  email: "email",
  phone: "phone",
  mobilephone: "mobile",
  salutation: "name.prefix",
  firstname: "name.given",
  lastname: "name.family",
  jobtitle: "title",
  company: "organizationName",
  address: "address.street",
  city: "address.city",
  state: "address.region",
  zip: "address.postalCode",
  country: "address.country",
  date_of_birth: "birthDate",
  hs_language: "language"
}

const read: RecordFields.RecordFields<HubSpotApi>["read"] = (asked) => {
  const pieces = Array.from({ length: Math.ceil(asked.length / HISTORY_BATCH_MAX) }, (_, index) =>
    asked.slice(index * HISTORY_BATCH_MAX, (index + 1) * HISTORY_BATCH_MAX)
  )
  return Effect.map(Effect.forEach(pieces, readSome), (answers) => answers.flat())
}

const write: RecordFields.RecordFields<HubSpotApi>["write"] = (changes) =>
  Effect.gen(function* () {
    const stranger = changes.find(({ ref }) => ref.kind !== objects.contacts.kind)
    if (stranger !== undefined) return yield* unknownKind(stranger.ref)
    // HubSpot empties a property that is set to nothing.
    const rows = changes.map(({ ref, set }) => ({
      id: ref.id,
      properties: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, value ?? ""]))
    }))
    const written = yield* batch.write("contacts", "update", rows)
    return written.map((outcome, index) =>
      Either.map(outcome, (result) =>
        standings(
          { ...result, properties: { ...rows[index]!.properties, ...result.properties } },
          Object.keys(rows[index]!.properties)
        )
      )
    )
  })

export const fields: RecordFields.RecordFields<HubSpotApi> = { paths, read, write }

// ---------------------------------------------------------------------------------------------------------------------

type Answered = Effect.Effect<RecordFields.Answers, VendorError.VendorError, HubSpotApi>

const readSome = (asked: ReadonlyArray<RecordFields.Asked>): Answered =>
  Effect.gen(function* () {
    const { call, settings } = yield* HubSpotApi
    const names = [...new Set(asked.flatMap((one) => one.names))]
    const { results } = yield* call("contacts.read", Batch, {
      method: "POST",
      path: pathOf(settings, "contacts", "/batch/read"),
      body: { inputs: asked.map(({ ref }) => ({ id: ref.id })), properties: names, propertiesWithHistory: names }
    })
    return yield* Effect.forEach(asked, (one) => answerOf(one, results, asked.length === 1))
  })

/** A record that was merged answers under the id of what it became; asked for alone, it is told apart. */
const answerOf = (
  { ref, names }: RecordFields.Asked,
  results: ReadonlyArray<BatchResult>,
  isAlone: boolean
): Effect.Effect<RecordFields.Answers[number], VendorError.VendorError, HubSpotApi> => {
  if (ref.kind !== objects.contacts.kind) return Effect.succeed(Either.left(unknownKind(ref)))
  const found = results.find(({ id }) => id === ref.id) ?? (isAlone ? results[0] : undefined)
  if (found !== undefined) return Effect.succeed(Either.right(standings(found, names)))
  if (!isAlone) return Effect.map(readSome([{ ref, names }]), (answers) => answers[0]!)
  return Effect.succeed(Either.left(fail.gone("contacts.read", `no contact ${ref.id}`)))
}

const standings = (result: BatchResult, names: ReadonlyArray<string>): RecordFields.Standings =>
  Object.fromEntries(
    names.map((name) => {
      const value = result.properties[name]
      const changedAt = result.propertiesWithHistory?.[name]?.[0]?.timestamp
      return [name, { ...(value ? { value } : {}), ...(changedAt === undefined ? {} : { changedAt }) }]
    })
  )

const unknownKind = ({ kind, id }: RecordFields.Asked["ref"]) =>
  fail.rejected("contacts.update", "KIND", `${kind}/${id} is no contact`)
