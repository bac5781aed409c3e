/**
 * Interactions that are our own writes, recognised by our marker in the vendor's record, else by the record's address; they
 * enter no ledger. What they show is compared with what we wrote: a deleted or edited record is a person's word. A contact
 * that we created is a record like any other: it is news, and links.
 */
import { type ConnectionId, type Part, Ref } from "@interchannel/domain"
import { type Echoes, type Fields, Projections, type Reviews, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as EditedEntry from "../entries/EditedEntry.ts"
import * as FieldEcho from "../fields/FieldEcho.ts"
import type { FieldRule } from "../fields/FieldRule.ts"
import * as Attempt from "../writing/Attempt.ts"
import type { Told } from "./Fold.ts"

export interface Sorted {
  /** What vendors tell. */
  readonly news: ReadonlyArray<Told>
  /** How many items were our own. */
  readonly echoes: number
  /** What became of our entries there: a person deleted or edited them, or they show what we did not know that we wrote. */
  readonly observed: ReadonlyArray<Projections.Outcome>
  /** What becomes of those that were edited is a person's to say. */
  readonly questions: ReadonlyArray<Reviews.Question>
  /** By what our own writing was known, and where it nearly was not. */
  readonly counts: ReadonlyArray<Echoes.EchoCount>
}

/** The fields of a connection's records that we keep. */
export type RulesOf = (connection: ConnectionId) => ReadonlyArray<FieldRule>

export const sort = (
  told: ReadonlyArray<Told>,
  rulesOf: RulesOf
): Effect.Effect<Sorted, StoreError, Projections.Projections | Fields.Fields> =>
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
    const observed = new Map<string, Projections.Outcome>()
    const questions: Array<Reviews.Question> = []
    const counts: Array<Echoes.EchoCount> = [...(yield* FieldEcho.count(told, rulesOf))]
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
      if (outcome !== undefined) observed.set(outcome.key, outcome)
      if (found !== undefined && isEdited(outcome)) questions.push(EditedEntry.ask(found, one.part.written ?? ""))
      counts.push(...countsOf(one, ours ? found : undefined))
    }
    return { news, echoes: told.length - news.length, observed: [...observed.values()], questions, counts }
  })

/**
 * What a person did to an entry, or which of our writes it shows where that was not known; `undefined` when it stands as we
 * wrote it, or a write of ours is under way.
 */
export const observe = (projection: Projections.Projection, part: Part.Part): Projections.Outcome | undefined => {
  const { key, written, delivered, attempt, state } = projection
  if (delivered === undefined || attempt !== undefined || state === "held") return undefined
  if (part.deleted === true) return Attempt.deletedByHand(key)
  if (part.written === undefined || !written.some((one) => one !== Projections.UNSEEN)) return undefined
  if (written.includes(Projections.UNSEEN)) return { _tag: "ReadBack", key, written: part.written }
  return written.includes(part.written) ? undefined : { _tag: "Held", key, why: EditedEntry.EDITED }
}

/** By what an item was known for ours, and by what it should have been as well. */
export const countsOf = (
  { connection, part }: Pick<Told, "connection" | "part">,
  ours: Projections.Projection | undefined
): ReadonlyArray<Echoes.EchoCount> => {
  const hit = (by: Echoes.By) => ({ connection, by, hits: 1, nearMisses: 0 })
  const nearMiss = (by: Echoes.By) => ({ connection, by, hits: 0, nearMisses: 1 })
  if (ours === undefined) return part.marker === undefined ? [] : [nearMiss("address")]
  const { ref, written } = ours
  const isMarked = part.marker === ours.key
  const isThere = ref?.kind === part.ref.kind && ref.id === part.ref.id
  const known = isMarked ? hit("marker") : hit("address")
  const strange = isMarked && ref !== undefined && !isThere ? [nearMiss("address")] : []
  const unmarked = isMarked || part.deleted === true ? [] : [nearMiss("marker")]
  if (part.written === undefined || written.length === 0) return [known, ...strange, ...unmarked]
  return [known, ...strange, ...unmarked, written.includes(part.written) ? hit("content") : nearMiss("content")]
}

// ---------------------------------------------------------------------------------------------------------------------

/** Of entries only: a card is ours. */
const isEdited = (outcome: Projections.Outcome | undefined): boolean =>
  outcome?._tag === "Held" && outcome.why === EditedEntry.EDITED

const address = (connection: string, ref: { readonly kind: string; readonly id: string }): string =>
  `${connection}\0${ref.kind}\0${ref.id}`
