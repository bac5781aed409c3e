/**
 * Interactions that are our own writes, recognised by our marker in the vendor's record, else by the record's address; they
 * enter no ledger. What they show is compared with what we wrote: a deleted or edited record is a person's word. A contact
 * that we created is a record like any other: it is news, and links.
 */
import { type Part, Ref } from "@interchannel/domain"
import { Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Told } from "./Fold.ts"

export interface Sorted {
  /** What vendors tell. */
  readonly news: ReadonlyArray<Told>
  /** How many items were our own. */
  readonly echoes: number
  /** Entries that a person deleted or edited. */
  readonly held: ReadonlyArray<Projections.Outcome>
}

export const sort = (told: ReadonlyArray<Told>): Effect.Effect<Sorted, StoreError, Projections.Projections> =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const interactions = told.filter(({ part }) => part.subject === "interaction")
    const marked = yield* projections.get([...new Set(interactions.flatMap(({ part }) => part.marker ?? []))])
    const byRef = new Map<string, Projections.Projection>()
    for (const connection of new Set(interactions.map((one) => one.connection))) {
      const refs = interactions.filter((one) => one.connection === connection).map(({ part }) => part.ref)
      for (const projection of yield* projections.byRef(connection, refs)) {
        for (const ref of [projection.removed, projection.ref]) {
          if (ref !== undefined) byRef.set(address(connection, ref), projection)
        }
      }
    }
    const news: Array<Told> = []
    const held = new Map<string, Projections.Outcome>()
    for (const one of told) {
      if (one.part.subject !== "interaction") {
        news.push(one)
        continue
      }
      const found = marked.get(one.part.marker ?? "") ?? byRef.get(address(one.connection, one.part.ref))
      const ours = found?.destination === one.connection
      if (!ours && one.part.marker === undefined) news.push(one)
      // What a vendor still tells of a record that we took out says nothing about the one that stands there now.
      const isRemoved = found?.removed !== undefined && Ref.same(found.removed, one.part.ref)
      const outcome = ours && !isRemoved ? observe(found, one.part) : undefined
      if (outcome !== undefined) held.set(outcome.key, outcome)
    }
    return { news, echoes: told.length - news.length, held: [...held.values()] }
  })

/** What a person did to an entry; `undefined` when it stands as we wrote it, or a write of ours is under way. */
export const observe = (projection: Projections.Projection, part: Part.Part): Projections.Outcome | undefined => {
  const settled = projection.delivered !== undefined && projection.startedAt === undefined
  if (!settled || projection.state === "held") return undefined
  if (part.deleted === true) return { _tag: "Held", key: projection.key, why: "deleted by hand" }
  const edited =
    part.written !== undefined && projection.written.length > 0 && !projection.written.includes(part.written)
  return edited ? { _tag: "Held", key: projection.key, why: "edited by hand" } : undefined
}

// ---------------------------------------------------------------------------------------------------------------------

const address = (connection: string, ref: { readonly kind: string; readonly id: string }): string =>
  `${connection}\0${ref.kind}\0${ref.id}`
