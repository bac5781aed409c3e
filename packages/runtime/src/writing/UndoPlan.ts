/**
 * What taking back some writes comes to, one projection at a time. Pure.
 *
 *   entry, card, record that these writes created ─► taken out of the vendor
 *   fields that these writes set                  ─► brought back to what we found there: before the first of them, or since a person wrote there between them
 *   anything that was changed since               ─► left as it is, unless forced
 */
import type { Fields, Projections } from "@interchannel/store"
import * as Attempt from "./Attempt.ts"

/** The fields to bring back, by name. */
export type Restored = Readonly<Record<string, NonNullable<Fields.FieldState["restore"]>>>

export type Undoing =
  | { readonly act: "remove" }
  | { readonly act: "restore"; readonly fields: Restored; readonly left: ReadonlyArray<string> }
  /** Why nothing is done about it. */
  | { readonly act: "leave"; readonly why: string }

export interface Written {
  readonly projection: Projections.Projection
  /** Of the writes to be taken back, oldest first; of SetFields with their changes. */
  readonly receipts: ReadonlyArray<Projections.Receipt>
  /** All receipts of it, oldest first; of SetFields with their changes. */
  readonly all: ReadonlyArray<Projections.Receipt>
  /** A record that we created was changed by somebody since. */
  readonly isTouched?: boolean
  readonly force: boolean
  /** Whether two values of a field say the same. */
  readonly same: (field: string, a: string | null, b: string | null) => boolean
}

const leave = (why: string): Undoing => ({ act: "leave", why })

export const of = (written: Written): Undoing => {
  const { projection, receipts, force } = written
  const { state, undo, verb, delivered, why } = projection
  if (undo !== undefined) return leave(state === "held" ? "taken back already" : "being taken back already")
  if (verb === "SetFields") return fieldsOf(written)
  if (verb === "SendMessage") return leave("a message that was sent cannot be taken back")
  if (delivered === undefined) return leave("it does not stand there any more")
  if (state === "held" && why === Attempt.DELETED) return leave("a person deleted it")
  if (!receipts.some(({ before, after }) => before === undefined && after !== undefined)) {
    return leave("it was there before and only brought up to date")
  }
  if (state === "held" && !force) return leave(`a person's hand was on it since (${why ?? "held"})`)
  if (written.isTouched === true && !force) return leave("the record was changed since it was created")
  return { act: "remove" }
}

/** What an attempt that is under way may set: it has no receipt yet, and is taken back with the rest. */
export const tried = (state: Fields.RecordState): Restored =>
  Object.fromEntries(
    Object.entries(state).flatMap(([name, { trying }]) =>
      trying === undefined ? [] : [[name, { to: trying.before, expect: trying.value, force: false }]]
    )
  )

// ---------------------------------------------------------------------------------------------------------------------

const fieldsOf = ({ receipts, all, force, same }: Written): Undoing => {
  const chosen = new Set(receipts.map(({ id }) => id))
  const names = new Set(receipts.flatMap(({ changes = [] }) => changes.map(({ field }) => field)))
  const restored: Record<string, Restored[string]> = {}
  const left: Array<string> = []
  for (const name of names) {
    const changes = all.flatMap(({ id, undo, changes: found = [] }) =>
      undo === undefined ? found.filter(({ field }) => field === name).map((change) => ({ ...change, id })) : []
    )
    const mine = changes.filter(({ id }) => chosen.has(id))
    // What else came to stand there between two of them would stand there without them.
    const first = mine.findLast(({ before }, index) => index === 0 || !same(name, before, mine[index - 1]!.after))
    const last = mine.at(-1)
    if (first === undefined || last === undefined) continue
    if (changes.at(-1)?.id !== last.id && !force) left.push(name)
    else restored[name] = { to: first.before, expect: last.after, force }
  }
  if (Object.keys(restored).length > 0) return { act: "restore", fields: restored, left }
  return leave(left.length === 0 ? "it changed no field" : "we wrote it anew since")
}
