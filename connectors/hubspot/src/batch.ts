/**
 * Many records in one call. HubSpot takes what it can and names the rest, or, for some mistakes, refuses the whole batch
 * because of one: then the batch is halved until the bad record stands alone.
 */
import { Batch as Batches, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { call, fail } from "./api.ts"
import type { HubSpotApi } from "./api.ts"
import { type ObjectType, objectPath } from "./objects.ts"
import { named, ofInput } from "./reason.ts"
import { type ApiError, Batch, type BatchResult, type Values } from "./wire.ts"

/** HubSpot's maximum of inputs in one call. */
export const BATCH_MAX = 100

export interface Row {
  /** The record's id, or its value of `idProperty`. */
  readonly id: string
  readonly idProperty?: string
  readonly properties: Values
}
type Outcome<A> = Either.Either<A, VendorError.VendorError>

/** One outcome a row, in order. Rows of one call must name different records. */
export const write = (
  type: ObjectType,
  how: "upsert" | "update",
  rows: ReadonlyArray<Row>
): Batches.Outcomes<BatchResult, HubSpotApi> => {
  const operation = `${type}.${how}`
  return Batches.halving(rows, (some) =>
    Effect.gen(function* () {
      const inputs = some.map((row, index): Input => ({ ...row, objectWriteTraceId: String(index) }))
      const path = objectPath(type, `/batch/${how}`)
      const { results, errors } = yield* call(operation, Batch, { path, json: { inputs } })
      const unnamed = errors.find((error) => !inputs.some((input) => speaksOf(error, input)))
      if (unnamed !== undefined) return yield* fail.because(operation, reasonOf(unnamed, how))
      return yield* Effect.forEach(inputs, (input): Effect.Effect<Outcome<BatchResult>, VendorError.VendorError> => {
        const result = results.find((it) => isOf(it, input))
        if (result !== undefined) return Effect.succeed(Either.right(result))
        const error = errors.find((it) => speaksOf(it, input))
        if (error !== undefined) return Effect.succeed(Either.left(fail.because(operation, reasonOf(error, how))))
        const detail = "the answer tells nothing about one of the records"
        return fail.because(operation, new VendorError.Unavailable({ detail, uncertain: true }))
      })
    })
  )
}

/** What is read of records that are named by a unique property, or by their ids. */
export interface Asked {
  readonly idProperty?: string
  readonly properties: ReadonlyArray<string>
  readonly withHistory?: boolean
  /** Among the archived ones. */
  readonly archived?: boolean
}

/** Those of at most BATCH_MAX records that are there. */
export const read = (
  type: ObjectType,
  values: ReadonlyArray<string>,
  { idProperty, properties, withHistory = false, archived = false }: Asked
): Effect.Effect<ReadonlyArray<BatchResult>, VendorError.VendorError, HubSpotApi> => {
  if (values.length === 0) return Effect.succeed([])
  const inputs = values.map((id) => ({ id }))
  const json = { idProperty, inputs, properties, propertiesWithHistory: withHistory ? properties : [] }
  const request = { path: objectPath(type, "/batch/read"), query: { archived: archived || undefined }, json }
  return Effect.map(call(`${type}.read`, Batch, request), ({ results }) => results)
}

/** One outcome a row; a row is all the pairs of one record. */
export const associate = (
  operation: string,
  path: string,
  rows: ReadonlyArray<ReadonlyArray<unknown>>
): Batches.Outcomes<void, HubSpotApi> =>
  Batches.halving(rows, (some) =>
    Effect.gen(function* () {
      const inputs = some.flat()
      if (inputs.length === 0) return some.map(() => Either.void)
      const [error] = (yield* call(operation, Batch, { path, json: { inputs } })).errors
      // Not `Gone`: what is missing is the other record, not ours.
      if (error !== undefined) return yield* fail.because(operation, ofInput({ ...error, category: "ASSOCIATION" }))
      return some.map(() => Either.void)
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

/** The trace id comes back with the result, or in the error, of its input. */
type Input = Row & { readonly objectWriteTraceId: string }

const isOf = (result: BatchResult, input: Input): boolean =>
  result.objectWriteTraceId === input.objectWriteTraceId ||
  (input.idProperty === undefined ? result.id === input.id : result.properties[input.idProperty] === input.id)

const speaksOf = (error: ApiError, input: Input): boolean =>
  named(error, "objectWriteTraceId").includes(input.objectWriteTraceId) ||
  [error.id, ...named(error, "id", "ids")].includes(input.id)

/** An upsert makes what is missing, so `Gone` would say the wrong thing. */
const reasonOf = (error: ApiError, how: "upsert" | "update"): VendorError.Reason => {
  const reason = ofInput(error)
  return how === "upsert" && reason._tag === "Gone"
    ? new VendorError.Rejected({ code: "OBJECT_NOT_FOUND", detail: reason.detail })
    : reason
}
