/** Writing many records in one call where the vendor may refuse all of them because of one. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { VendorError } from "./VendorError.ts"

/** One outcome a row, in order; a failed batch as a whole fails the effect. */
export type Outcomes<A, Api> = Effect.Effect<ReadonlyArray<Either.Either<A, VendorError>>, VendorError, Api>

/** Runs a batch; when it is refused as a whole, its halves, until the bad row stands alone with the refusal as its outcome. */
export const halving = <Row, A, Api>(
  rows: ReadonlyArray<Row>,
  run: (rows: ReadonlyArray<Row>) => Outcomes<A, Api>
): Outcomes<A, Api> =>
  rows.length === 0
    ? Effect.succeed([])
    : Effect.catchIf(run(rows), isRefusal, (error) => {
        if (rows.length === 1) return Effect.succeed([Either.left(error)])
        const middle = Math.ceil(rows.length / 2)
        return Effect.zipWith(
          halving(rows.slice(0, middle), run),
          halving(rows.slice(middle), run),
          (first, second) => [...first, ...second]
        )
      })

/** Sorts inputs to the places they go to, writes place by place, and answers in the order of the inputs. */
export const byPlace = <Input, Place, A, Api>(
  inputs: ReadonlyArray<Input>,
  places: ReadonlyArray<Either.Either<Place, VendorError>>,
  write: (place: Place, inputs: ReadonlyArray<Input>) => Outcomes<A, Api>
): Outcomes<A, Api> =>
  Effect.gen(function* () {
    const results: Array<Either.Either<A, VendorError>> = []
    const groups = new Map<string, { readonly place: Place; readonly indexes: Array<number> }>()
    for (const [index, placed] of places.entries()) {
      if (Either.isLeft(placed)) {
        results[index] = Either.left(placed.left)
        continue
      }
      const key = JSON.stringify(placed.right)
      const group = groups.get(key) ?? { place: placed.right, indexes: [] }
      groups.set(key, group)
      group.indexes.push(index)
    }
    for (const { place, indexes } of groups.values()) {
      const written = yield* write(
        place,
        indexes.map((index) => inputs[index]!)
      )
      for (const [at, index] of indexes.entries()) results[index] = written[at]!
    }
    return results
  })

/** Inputs that name the same record are written one call after the other: vendors refuse a call that names a record twice. */
export const apart = <Input, A, Api>(
  inputs: ReadonlyArray<Input>,
  nameOf: (input: Input) => string,
  write: (inputs: ReadonlyArray<Input>) => Outcomes<A, Api>
): Outcomes<A, Api> => {
  const seen = new Map<string, number>()
  const rounds = inputs.map((input) => {
    const round = seen.get(nameOf(input)) ?? 0
    seen.set(nameOf(input), round + 1)
    return Either.right(round)
  })
  return byPlace(inputs, rounds, (_, some) => write(some))
}

// ---------------------------------------------------------------------------------------------------------------------

const isRefusal = ({ reason }: VendorError): boolean => reason._tag === "Rejected" || reason._tag === "Gone"
