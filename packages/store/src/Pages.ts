/** Reads rows in the order of their key, page by page, so that neither memory nor a transaction grows with a table. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** Far beyond any table: a walk that comes so far goes in a circle. */
export const PAGES_MAX = 10_000_000

export interface Walk<Row, E, R> {
  /** Rows of a full page: a shorter one is the last. */
  readonly limit: number
  /** Rows in ascending order of their key, those after `after` ("" at first). */
  readonly page: (after: string) => Effect.Effect<ReadonlyArray<Row>, E, R>
  readonly keyOf: (row: Row) => string
}

/** The pages that hold rows, one after another; each is read when the one before it has been worked off. */
export const of = <Row, E, R>({ limit, page, keyOf }: Walk<Row, E, R>): Stream.Stream<ReadonlyArray<Row>, E, R> =>
  Stream.paginateEffect({ after: "", read: 1 }, ({ after, read }) =>
    Effect.gen(function* () {
      const rows = yield* page(after)
      const last = rows.at(-1)
      if (last === undefined || rows.length < limit) return [rows, Option.none()] as const
      const next = keyOf(last)
      if (next === after || read >= PAGES_MAX) {
        return yield* Effect.dieMessage(
          `page ${read} of a table ends where it began, at ${after}: its query passes over \`after\``
        )
      }
      return [rows, Option.some({ after: next, read: read + 1 })] as const
    })
  ).pipe(Stream.filter((rows) => rows.length > 0))

/** Works off each page in turn. */
export const forEach = <Row, E, R, E2, R2>(
  walk: Walk<Row, E, R>,
  use: (rows: ReadonlyArray<Row>) => Effect.Effect<unknown, E2, R2>
): Effect.Effect<void, E | E2, R | R2> => Stream.runForEach(of(walk), use)
