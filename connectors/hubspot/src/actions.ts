/**
 * What we do in HubSpot. Our own property has unique values, so writing the same key again finds the same record: nothing
 * is there twice, however often an attempt was cut off.
 *
 *   entry ─► upsert by key, or update of what was written ─► put on contacts and companies ─► taken off those it left
 */
import { Action, Batch, Http, VendorError } from "@interchannel/connector"
import { Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { fail, HubSpotApi, Nothing } from "./api.ts"
import * as batch from "./batch.ts"
import * as contact from "./contact.ts"
import { fingerprint, propertiesOf, typeFor } from "./engagement.ts"
import { fields } from "./fields.ts"
import {
  associationTypeIds,
  type EngagementType,
  isEngagement,
  type ObjectType,
  objects,
  pageUrl,
  type RecordType,
  recordTypes,
  typeOf
} from "./objects.ts"
import { pathOf } from "./records.ts"
import type { BatchResult } from "./wire.ts"

type Append = Action.Input<"AppendTimeline">

/** Deletes by archiving: an admin can restore it for 90 days. */
const remove = (ref: Ref.LocalRef) =>
  Effect.gen(function* () {
    const type = typeOf(ref.kind)
    if (type === undefined) return yield* unknownKind("remove", ref)
    const { call, settings } = yield* HubSpotApi
    const path = pathOf(settings, type, Http.path`/${ref.id}`)
    yield* VendorError.unlessGone(call(`${type}.archive`, Nothing, { method: "DELETE", path }))
  })

export const appendTimeline = Action.AppendTimeline.with({
  idempotency: "vendor key",
  batchMax: batch.BATCH_MAX,
  ownerKind: "owner",
  organizationKind: objects.companies.kind,
  remove,
  landed: (inputs) => landed(inputs),
  write: (inputs) => Batch.byPlace(inputs, inputs.map(placeOf), writeEntries)
})

/** A contact is found again by its e-mail address, else by our key. */
export const upsertContact = Action.UpsertContact.with({
  idempotency: "vendor key",
  batchMax: batch.BATCH_MAX,
  remove,
  write: (inputs) => Batch.byPlace(inputs, contact.placesOf(inputs).map(Either.right), contact.write),
  fields
})

// ---------------------------------------------------------------------------------------------------------------------

/** By our keys: there, archived by somebody since, or never written. */
const landed = (inputs: ReadonlyArray<Append>) =>
  Effect.gen(function* () {
    const { settings } = yield* HubSpotApi
    const answers = new Map<string, Action.Written | "removed">()
    for (const type of new Set(inputs.map(({ entry }) => typeFor(entry)))) {
      const keys = inputs.filter(({ entry }) => typeFor(entry) === type).map(({ key }) => key)
      const there = yield* batch.find(type, settings.uniqueProperty, keys, { archived: false })
      const missing = keys.filter((key) => !there.has(key))
      const archived = yield* batch.find(type, settings.uniqueProperty, missing, { archived: true })
      for (const key of archived.keys()) answers.set(key, "removed")
      for (const [key, id] of there) answers.set(key, { ref: Ref.local(objects[type].kind, id) })
    }
    return inputs.map(({ key }) => answers.get(key))
  })

interface Place {
  readonly type: EngagementType
  readonly how: "upsert" | "update"
}

/** What was written once keeps its type, even if the entry would go elsewhere today. */
const placeOf = ({ entry, existing, records }: Append): Either.Either<Place, VendorError.VendorError> => {
  const stranger = records.find((ref) => recordTypeOf(ref) === undefined)
  if (stranger !== undefined) return Either.left(unknownKind("append", stranger))
  if (existing === undefined) return Either.right({ type: typeFor(entry), how: "upsert" })
  const type = typeOf(existing.kind)
  return type !== undefined && isEngagement(type)
    ? Either.right({ type, how: "update" })
    : Either.left(unknownKind("append", existing))
}

/** Entries of one type, all new or all written before. */
const writeEntries = ({ type, how }: Place, inputs: ReadonlyArray<Append>) =>
  Effect.gen(function* () {
    const { settings } = yield* HubSpotApi
    const { uniqueProperty } = settings
    const rows = inputs.map(({ key, entry, existing, owner }): batch.Row => {
      const properties = propertiesOf(type, entry, owner?.id)
      return existing === undefined
        ? { id: key, idProperty: uniqueProperty, properties: { ...properties, [uniqueProperty]: key } }
        : { id: existing.id, properties }
    })
    const written = yield* batch.write(type, how, rows)
    const stand = written.flatMap((outcome, index) =>
      Either.isRight(outcome) ? [{ index, id: outcome.right.id ?? rows[index]!.id, input: inputs[index]! }] : []
    )
    const problems = new Map<number, VendorError.VendorError>()
    for (const recordType of recordTypes) {
      const path = `/crm/associations/${settings.apiVersion}/${type}/${recordType}/batch`
      const on = stand.map(({ id, input }) => pairs(type, recordType, id, input.records))
      const off = stand.map(({ id, input }) => leaving(recordType, id, input.leave))
      const put = yield* batch.associate(`${type}.associate`, `${path}/create`, on)
      const taken = yield* batch.associate(`${type}.dissociate`, `${path}/archive`, off)
      for (const [at, { index }] of stand.entries()) {
        for (const outcome of [put[at]!, taken[at]!]) if (Either.isLeft(outcome)) problems.set(index, outcome.left)
      }
    }
    return written.map((outcome, index): Action.Result => {
      const problem = problems.get(index)
      if (problem !== undefined) return Either.left(problem)
      return Either.map(outcome, (result) => writtenOf(type, rows[index]!, result, settings.portalId))
    })
  })

/** HubSpot may store something else than it was sent, so the fingerprint is of its answer where it says. */
const writtenOf = (type: EngagementType, row: batch.Row, result: BatchResult, portalId: number): Action.Written => {
  const id = result.id ?? row.id
  const stored = Object.fromEntries(Object.entries(result.properties).filter(([, value]) => value !== null))
  return {
    ref: Ref.local(objects[type].kind, id),
    url: result.url ?? pageUrl(portalId, type, id),
    written: fingerprint(type, { ...row.properties, ...stored })
  }
}

const pairs = (type: EngagementType, recordType: RecordType, id: string, records: ReadonlyArray<Ref.LocalRef>) =>
  idsOf(recordType, records).map((to) => ({
    from: { id },
    to: { id: to },
    types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: associationTypeIds[type][recordType] }]
  }))

const leaving = (recordType: RecordType, id: string, records: ReadonlyArray<Ref.LocalRef>) => {
  const ids = idsOf(recordType, records)
  return ids.length === 0 ? [] : [{ from: { id }, to: ids.map((to) => ({ id: to })) }]
}

const idsOf = (recordType: RecordType, records: ReadonlyArray<Ref.LocalRef>): ReadonlyArray<string> =>
  records.filter((ref) => recordTypeOf(ref) === recordType).map(({ id }) => id)

const recordTypeOf = (ref: Ref.LocalRef): RecordType | undefined => {
  const type: ObjectType | undefined = typeOf(ref.kind)
  return type === undefined || isEngagement(type) ? undefined : type
}

const unknownKind = (operation: string, { kind, id }: Ref.LocalRef): VendorError.VendorError =>
  fail.rejected(operation, "KIND", `${kind}/${id} is nothing this can be done with`)
