/**
 * Lists that an action or a check has to read whole, since a part would be taken for the whole. Feeds need none of this:
 * there the engine turns the pages.
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Page } from "./Feed.ts"
import { make, Rejected, type VendorError } from "./VendorError.ts"
import * as Wire from "./Wire.ts"

export interface List<Api> {
  readonly vendor: string
  readonly operation: string
  /** With more pages than this, the list fails as `Rejected`. */
  readonly pagesMax: number
  readonly page: (token: string | undefined) => Effect.Effect<Page, VendorError, Api>
}

/** The items of all pages. */
export const all = <Api>(list: List<Api>): Effect.Effect<ReadonlyArray<unknown>, VendorError, Api> =>
  Effect.gen(function* () {
    const items: Array<unknown> = []
    yield* turn(list, (page) => {
      items.push(...page)
      return undefined
    })
    return items
  })

/** The first item that fits the schema and is wanted, in the vendor's order; no page after its own is read. */
export const find = <A, I, Api>(
  list: List<Api>,
  schema: Schema.Schema<A, I>,
  isWanted: (item: A) => boolean
): Effect.Effect<A | undefined, VendorError, Api> => {
  const fitting = Wire.fitting(schema)
  return turn(list, (page) => fitting(page).find(isWanted))
}

// ---------------------------------------------------------------------------------------------------------------------

/** Page by page until `look` answers something. */
const turn = <A, Api>(
  { vendor, operation, pagesMax, page }: List<Api>,
  look: (items: ReadonlyArray<unknown>) => A | undefined
): Effect.Effect<A | undefined, VendorError, Api> =>
  Effect.gen(function* () {
    let token: string | undefined
    for (let pages = 0; pages < pagesMax; pages++) {
      const read: Page = yield* page(token)
      const found = look(read.items)
      token = read.next
      if (found !== undefined || token === undefined) return found
    }
    const detail = `there are more than ${pagesMax} pages; nothing beyond was looked at`
    return yield* make(vendor, operation, new Rejected({ code: "too_many", detail }))
  })
