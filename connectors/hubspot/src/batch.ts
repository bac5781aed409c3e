/**
 * Writing many records in one call. HubSpot takes what it can and names the rest, or, for some mistakes, refuses the whole
 * batch because of one: then the batch is halved until the bad record stands alone.
 */
import { Batch as Batches, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { fail, HubSpotApi } from "./api.ts"
import type { ObjectType } from "./objects.ts"
import { named, ofInput } from "./reason.ts"
import { pathOf } from "./records.ts"
import { type ApiError, Batch, type BatchResult } from "./wire.ts"

/** HubSpot's maximum of inputs in one call. */
export const BATCH_MAX = 100

export interface Row {
  /** The record's id, or its value of `idProperty`. */
  readonly id: string
  readonly idProperty?: string
  readonly properties: Readonly<Record<string, string>>
}
export type Outcome<A> = Either.Either<A, VendorError.VendorError>
type Outcomes<A> = Batches.Outcomes<A, HubSpotApi>

/** One outcome a row, in order. Rows of one call must name different records: HubSpot refuses a record twice. */
export const write = (type: ObjectType, how: "upsert" | "update", rows: ReadonlyArray<Row>): Outcomes<BatchResult> => {
  const operation = `${type}.${how}`
  return Batches.halving(rows, (some) =>
    Effect.gen(function* () {
      const { settings } = yield* HubSpotApi
      const inputs = some.map((row, index): Input => ({ ...row, objectWriteTraceId: String(index) }))
      const answer = yield* send(operation, pathOf(settings, type, `/batch/${how}`), inputs)
      const unnamed = answer.errors.find((error) => !inputs.some((input) => speaksOf(error, input)))
      if (unnamed !== undefined) return yield* fail.because(operation, reasonOf(unnamed, how))
      return yield* Effect.forEach(inputs, (input): Effect.Effect<Outcome<BatchResult>, VendorError.VendorError> => {
        const result = answer.results.find((it) => isOf(it, input))
        if (result !== undefined) return Effect.succeed(Either.right(result))
        const error = answer.errors.find((it) => speaksOf(it, input))
        if (error !== undefined) return Effect.succeed(Either.left(fail.because(operation, reasonOf(error, how))))
        const detail = "the answer tells nothing about one of the records"
        return fail.because(operation, new VendorError.Unavailable({ detail, uncertain: true }))
      })
    })
  )
}

/** The ids of the records with these unique values, by value, among the live or the archived ones; at most BATCH_MAX values. */
export const find = (
  type: ObjectType,
  idProperty: string,
  values: ReadonlyArray<string>,
  { archived }: { readonly archived: boolean }
): Effect.Effect<ReadonlyMap<string, string>, VendorError.VendorError, HubSpotApi> =>
  Effect.gen(function* () {
    if (values.length === 0) return new Map<string, string>()
    const { call, settings } = yield* HubSpotApi
    const { results } = yield* call(`${type}.read`, Batch, {
      method: "POST",
      path: pathOf(settings, type, "/batch/read"),
      query: { archived: String(archived) },
      body: { idProperty, inputs: values.map((id) => ({ id })), properties: [idProperty], propertiesWithHistory: [] }
    })
    return new Map(
      results.flatMap(({ id, properties }) => {
        const value = properties[idProperty]
        return id === undefined || typeof value !== "string" ? [] : [[value, id] as const]
      })
    )
  })

/** One outcome a row; a row is all the pairs of one record. */
export const associate = (
  operation: string,
  path: string,
  rows: ReadonlyArray<ReadonlyArray<unknown>>
): Outcomes<void> =>
  Batches.halving(rows, (some) =>
    Effect.gen(function* () {
      const inputs = some.flat()
      const { errors } = inputs.length === 0 ? nothing : yield* send(operation, path, inputs)
      if (errors[0] === undefined) return some.map(() => Either.void)
      // Not `Gone`: what is missing is the other record, not ours.
      return yield* fail.because(operation, ofInput({ ...errors[0], category: "ASSOCIATION" }))
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

const nothing: typeof Batch.Type = { results: [], errors: [] }

const send = (operation: string, path: string, inputs: ReadonlyArray<unknown>) =>
  Effect.flatMap(HubSpotApi, ({ call }) => call(operation, Batch, { method: "POST", path, body: { inputs } }))

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
