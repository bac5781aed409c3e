/** Contacts as we write them: made where there is none, and single properties set. People's own words in them stay. */
import { type Action, Batch, RecordFields, type VendorError } from "@interchannel/connector"
import type { ContactFields } from "@interchannel/domain"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { fail, type HubSpotApi, settings } from "./api.ts"
import * as batch from "./batch.ts"
import { paths } from "./normalize.ts"
import { objects, pageUrl, refOf } from "./objects.ts"
import type { BatchResult, Values } from "./wire.ts"

type Upsert = Action.Input<"UpsertContact">
type Doing<A> = Effect.Effect<A, VendorError.VendorError, HubSpotApi>

/** HubSpot's maximum of inputs in one call that asks for the history of properties. */
const HISTORY_BATCH_MAX = 50

/** A contact is found again as it was written before, by its e-mail address, else by our key. */
export const write = (inputs: ReadonlyArray<Upsert>): Doing<ReadonlyArray<Action.Result>> =>
  Batch.apart(inputs, ({ existing, fields, key }) => existing?.id ?? emailOf(fields) ?? key, writeSome)

export const fields: RecordFields.RecordFields<HubSpotApi> = {
  paths,
  read: (asked) =>
    Effect.map(Effect.forEach(Arr.chunksOf(asked, HISTORY_BATCH_MAX), readSome), (answers) => answers.flat()),
  write: (changes) =>
    Effect.gen(function* () {
      const stranger = changes.find(({ ref }) => !isContact(ref))
      if (stranger !== undefined) return yield* unknownKind(stranger.ref)
      // HubSpot empties a property that is set to nothing.
      const rows = changes.map(({ ref, set }) => ({
        id: ref.id,
        properties: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, value ?? ""]))
      }))
      const written = yield* batch.write("contacts", "update", rows)
      return written.map((outcome, index) => {
        const { properties } = rows[index]!
        return Either.map(outcome, (result) =>
          standings({ ...result, properties: { ...properties, ...result.properties } }, Object.keys(properties))
        )
      })
    })
}

// ---------------------------------------------------------------------------------------------------------------------

const emailOf = (fields: ContactFields): string | undefined =>
  fields.handles?.find(({ kind }) => kind === "email")?.value

const propertiesOf = (fields: ContactFields): Values => {
  const [, ...others] = (fields.handles ?? []).filter(({ kind }) => kind === "email")
  return {
    ...RecordFields.fromContact(paths, fields),
    ...(others.length === 0 ? {} : { hs_additional_emails: others.map(({ value }) => value).join(";") }),
    ...(fields.owner === undefined ? {} : { hubspot_owner_id: fields.owner.id }),
    ...Object.fromEntries(Object.entries(fields.custom ?? {}).map(([name, value]) => [name, String(value)]))
  }
}

/** What is done for one input: `none` where a record has all that we would say. */
interface Plan {
  readonly how: "upsert" | "update" | "none"
  readonly row: batch.Row
}

/** What has come to stand there since it was decided to make the record is filled up, never overwritten. */
const planOf = (
  { key, existing, fields }: Upsert,
  there: ReadonlyMap<string, BatchResult>,
  uniqueProperty: string
): Plan => {
  const properties = propertiesOf(fields)
  if (existing !== undefined) return { how: "update", row: { id: existing.id, properties } }
  const email = emailOf(fields)
  const found = there.get(email ?? "")
  if (found?.id === undefined) {
    const by = email === undefined ? { id: key, idProperty: uniqueProperty } : { id: email, idProperty: "email" }
    return { how: "upsert", row: { ...by, properties: { ...properties, [uniqueProperty]: key } } }
  }
  const empty = Object.entries(properties).filter(([name]) => !found.properties[name])
  return {
    how: empty.length === 0 ? "none" : "update",
    row: { id: found.id, properties: Object.fromEntries(empty) }
  }
}

const writeSome = (inputs: ReadonlyArray<Upsert>): Doing<ReadonlyArray<Action.Result>> =>
  Effect.gen(function* () {
    const { portalId, uniqueProperty } = yield* settings
    const there = yield* thereBy(inputs.filter(({ existing }) => existing === undefined))
    const plans = inputs.map((input) => planOf(input, there, uniqueProperty))
    const places = plans.map(({ how, row }) => Either.right({ how, by: row.idProperty }))
    return yield* Batch.byPlace(plans, places, ({ how }, some) => {
      const rows = some.map(({ row }) => row)
      const written: Batch.Outcomes<BatchResult, HubSpotApi> =
        how === "none" ? Effect.succeed(rows.map((row) => Either.right(row))) : batch.write("contacts", how, rows)
      return Effect.map(written, (outcomes) =>
        outcomes.map(
          (outcome, index): Action.Result =>
            Either.map(outcome, ({ id = rows[index]!.id, url = pageUrl(portalId, "contacts", id) }) => ({
              ref: refOf("contacts", id),
              url
            }))
        )
      )
    })
  })

/** By address, the records that have one of these. */
const thereBy = (inputs: ReadonlyArray<Upsert>): Doing<ReadonlyMap<string, BatchResult>> => {
  const emails = inputs.flatMap(({ fields }) => emailOf(fields) ?? [])
  const properties = [...new Set(["email", ...inputs.flatMap(({ fields }) => Object.keys(propertiesOf(fields)))])]
  return batch.read("contacts", emails, { idProperty: "email", properties }).pipe(
    // One address that HubSpot finds odd fails them all; the write that follows tells which.
    Effect.catchIf(
      ({ reason }) => reason._tag === "Rejected",
      () => Effect.succeed([])
    ),
    Effect.map((results) => new Map(results.map((it) => [it.properties["email"]?.toLowerCase() ?? "", it])))
  )
}

const readSome = (asked: ReadonlyArray<RecordFields.Asked>): Doing<RecordFields.Answers> =>
  Effect.gen(function* () {
    const properties = [...new Set(asked.flatMap(({ names }) => names))]
    const ids = asked.map(({ ref }) => ref.id)
    const results = yield* batch.read("contacts", ids, { properties, withHistory: true })
    const isAlone = asked.length === 1
    return yield* Effect.forEach(asked, (one) => {
      if (!isContact(one.ref)) return Effect.succeed(Either.left(unknownKind(one.ref)))
      // A record that was merged answers under the id of what it became; asked for alone, it is told apart.
      const found = results.find(({ id }) => id === one.ref.id) ?? (isAlone ? results[0] : undefined)
      if (found !== undefined) return Effect.succeed(Either.right(standings(found, one.names)))
      if (!isAlone) return Effect.map(readSome([one]), (answers) => answers[0]!)
      return Effect.succeed(Either.left(fail.gone("contacts.read", `no contact ${one.ref.id}`)))
    })
  })

const standings = (result: BatchResult, names: ReadonlyArray<string>): RecordFields.Standings =>
  Object.fromEntries(
    names.map((name) => {
      const value = result.properties[name]
      const changedAt = result.propertiesWithHistory?.[name]?.[0]?.timestamp
      return [name, { ...(value ? { value } : {}), ...(changedAt === undefined ? {} : { changedAt }) }]
    })
  )

const isContact = ({ kind }: RecordFields.Asked["ref"]): boolean => kind === objects.contacts.kind

const unknownKind = ({ kind, id }: RecordFields.Asked["ref"]) =>
  fail.rejected("contacts.update", "KIND", `${kind}/${id} is no contact`)
