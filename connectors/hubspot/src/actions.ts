/**
 * What we do in HubSpot. Our own property has unique values, so writing the same key again finds the same record: nothing
 * is there twice, however often an attempt was cut off.
 *
 *   entry ─► upsert by key, or update of what was written ─► put on contacts and companies ─► taken off those it left
 */
import { Action, Batch, Http, VendorError } from "@interchannel/connector"
import type { LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { call, fail, settings } from "./api.ts"
import * as batch from "./batch.ts"
import * as contacts from "./contacts.ts"
import { fingerprint, propertiesOf, shownBy, typeFor } from "./engagement.ts"
import {
  associationPath,
  associationTypeIds,
  type EngagementType,
  isEngagement,
  objectPath,
  objects,
  pageUrl,
  refOf,
  type RecordType,
  recordTypes,
  typeOf
} from "./objects.ts"

type Append = Action.Input<"AppendTimeline">

/** Deletes by archiving: an admin can restore it for 90 days. */
const remove = (ref: LocalRef) =>
  Effect.gen(function* () {
    const type = typeOf(ref.kind)
    if (type === undefined) return yield* unknownKind("remove", ref)
    const request = { method: "DELETE", path: objectPath(type, Http.path`/${ref.id}`) } as const
    yield* VendorError.unlessGone(call(`${type}.archive`, Schema.Unknown, request))
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

export const upsertContact = Action.UpsertContact.with({
  idempotency: "vendor key",
  batchMax: batch.BATCH_MAX,
  remove,
  write: contacts.write,
  fields: contacts.fields
})

// ---------------------------------------------------------------------------------------------------------------------

/** By our keys: there, archived by somebody since, or never written. */
const landed = (inputs: ReadonlyArray<Append>) =>
  Effect.gen(function* () {
    const { uniqueProperty: idProperty } = yield* settings
    const answers = new Map<string, Action.Written | "removed">()
    for (const type of new Set(inputs.map(({ entry }) => typeFor(entry)))) {
      const keys = inputs.filter(({ entry }) => typeFor(entry) === type).map(({ key }) => key)
      for (const archived of [false, true]) {
        const asked = keys.filter((key) => !answers.has(key))
        for (const { id, properties } of yield* batch.read(type, asked, {
          idProperty,
          properties: [idProperty, ...shownBy(type)],
          archived
        })) {
          if (id === undefined) continue
          const there = { ref: refOf(type, id), written: fingerprint(type, properties) }
          answers.set(properties[idProperty] ?? "", archived ? "removed" : there)
        }
      }
    }
    return inputs.map(({ key }) => answers.get(key))
  })

interface Place {
  readonly type: EngagementType
  readonly how: "upsert" | "update"
}

/** What was written once keeps its type, even if the entry would go elsewhere today. */
const placeOf = ({ entry, existing, records }: Append): Either.Either<Place, VendorError.VendorError> => {
  const stranger = records.find((ref) => !recordTypes.some((type) => objects[type].kind === ref.kind))
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
    const { portalId, uniqueProperty } = yield* settings
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
    for (const to of recordTypes) {
      const on = stand.map(({ id, input }) => pairs(type, to, id, input.records))
      const off = stand.map(({ id, input }) => leaving(to, id, input.leave))
      const put = yield* batch.associate(`${type}.associate`, associationPath(type, to, "create"), on)
      const taken = yield* batch.associate(`${type}.dissociate`, associationPath(type, to, "archive"), off)
      for (const [at, { index }] of stand.entries()) {
        for (const outcome of [put[at]!, taken[at]!]) if (Either.isLeft(outcome)) problems.set(index, outcome.left)
      }
    }
    return written.map((outcome, index): Action.Result => {
      const problem = problems.get(index)
      if (problem !== undefined) return Either.left(problem)
      const row = rows[index]!
      return Either.map(outcome, ({ id = row.id, url = pageUrl(portalId, type, id), properties }) => {
        // HubSpot may store something else than it was sent, so the fingerprint is of its answer where it says.
        const stored = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null))
        return { ref: refOf(type, id), url, written: fingerprint(type, { ...row.properties, ...stored }) }
      })
    })
  })

const pairs = (type: EngagementType, to: RecordType, id: string, records: ReadonlyArray<LocalRef>) =>
  idsOf(to, records).map((other) => ({
    from: { id },
    to: { id: other },
    types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: associationTypeIds[type][to] }]
  }))

const leaving = (to: RecordType, id: string, records: ReadonlyArray<LocalRef>) => {
  const ids = idsOf(to, records)
  return ids.length === 0 ? [] : [{ from: { id }, to: ids.map((other) => ({ id: other })) }]
}

const idsOf = (type: RecordType, records: ReadonlyArray<LocalRef>): ReadonlyArray<string> =>
  records.filter(({ kind }) => kind === objects[type].kind).map(({ id }) => id)

const unknownKind = (operation: string, { kind, id }: LocalRef): VendorError.VendorError =>
  fail.rejected(operation, "KIND", `${kind}/${id} is nothing this can be done with`)
