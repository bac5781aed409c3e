/** Single fields of a CRM's records, each with everything that was ever written there, by which the policies are checked. */
import { type RecordFields, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type Api, call } from "./Api.ts"
import type { Card, Office } from "./Office.ts"

/** One writing of a field. `null`: it was emptied. */
export interface Writing {
  readonly value: string | null
  readonly at: number
  /** Of ours: how many of the writings before it we had read. */
  readonly known?: number
}

/** By the name of each field, oldest first. */
export type Histories = Map<string, ReadonlyArray<Writing>>

/** A write of ours that was begun, and of which nobody who asked knows how it ended. */
export interface Attempt {
  readonly value: string | null
  /** How many writings we had read. */
  readonly known: number
  /** When it was begun. */
  readonly at: number
  /** Which call it was part of: a call sets all fields of a record, or none. */
  readonly call: object
}

export const standingIn = (history: ReadonlyArray<Writing> | undefined): string | undefined =>
  history?.at(-1)?.value ?? undefined

/** What all fields of a record show; `undefined` when nothing was ever written. */
export const shown = ({ fields }: Pick<Card, "fields">): Readonly<Record<string, string>> | undefined => {
  const values = [...fields].flatMap(([name, history]) => {
    const value = standingIn(history)
    return value === undefined ? [] : [[name, value] as const]
  })
  return fields.size === 0 ? undefined : Object.fromEntries(values)
}

/** A person writes into a field. */
export const write = (office: Office, card: Card, name: string, value: string | null): void => {
  office.change(card)
  put(card, name, { value, at: card.updatedAt })
}

/** What was there from the start. */
export const put = ({ fields }: Card, name: string, writing: Writing): void => {
  fields.set(name, [...(fields.get(name) ?? []), writing])
}

/**
 * What can be known of a field that a hand wrote while an attempt was of unknown outcome: a hand that wrote the same cannot be
 * told from it, nor one that put back what stood there from none, and one that wrote something else may have written over it.
 */
export const asItLooks = (
  history: ReadonlyArray<Writing>,
  { value, known }: Pick<Attempt, "value" | "known">
): ReadonlyArray<Writing> => {
  const [before, last] = [history.slice(0, known), history.at(-1)]
  if (last === undefined || history.length <= known || last.known !== undefined) return history
  if (last.value === value) return [...before, { ...last, known }]
  if ((last.value ?? undefined) === standingIn(before)) return [...before, last]
  return [...before, { value, at: last.at, known }, last]
}

/** Where a hand wrote what was tried into another field of the call, it looks as if the call had been done, and undone here. */
export const asIfDone = (
  history: ReadonlyArray<Writing>,
  { value, known, at }: Pick<Attempt, "value" | "known" | "at">
): ReadonlyArray<Writing> => {
  if (history.some((writing, index) => index >= known && writing.known !== undefined)) return history
  const [before, last] = [history.slice(0, known), history.at(-1)]
  const written = [...before, { value, at, known }]
  return last?.value === value ? written : [...written, last ?? { value: null, at }]
}

interface Told extends RecordFields.Standing {
  readonly writings: number
}

/** As one process of the daemon reads and sets them: each write states what that process had read last. */
export const recordFields = (office: Office, failsInBatch: () => boolean): RecordFields.RecordFields<Api> => {
  const known = new Map<string, number>()
  return {
    paths: {},
    read: (asked) =>
      Effect.map(
        call("read fields", () =>
          Either.right(
            asked.map(({ ref, names }) => {
              const card = office.living(ref.id)
              if (card === undefined) return undefined
              const done = shownIn(card, names)
              return new Map(names.map((name) => [name, { ...look(card, name, done), ended: card.begun.get(name) }]))
            })
          )
        ),
        (answers) =>
          answers.map((answer, index) => {
            const { ref } = asked[index]!
            for (const [name, { writings, ended }] of answer ?? []) {
              known.set(`${ref.id} ${name}`, writings)
              end(office, ref.id, name, ended)
            }
            return answer === undefined ? gone : Either.right(standings(answer))
          })
      ),
    write: (changes) => {
      const wanted = changes.map(({ ref, set }) => {
        const part = { call: {}, at: office.now() }
        const knownOf = (name: string) => known.get(`${ref.id} ${name}`) ?? 0
        return {
          ref,
          set: Object.entries(set).map(([name, value]) => ({ ...part, name, value, known: knownOf(name) }))
        }
      })
      const ends = (index: number) => {
        const { ref, set } = wanted[index]!
        for (const attempt of set) end(office, ref.id, attempt.name, attempt)
      }
      for (const { ref, set } of wanted) for (const one of set) office.living(ref.id)?.begun.set(one.name, one)
      return call("set fields", () =>
        Either.right(
          wanted.map(({ ref, set }) => {
            const card = office.living(ref.id)
            if (card === undefined || failsInBatch()) return card === undefined ? "gone" : "busy"
            office.change(card)
            office.writes += 1
            for (const { name, value, known: seen } of set) put(card, name, { value, at: card.updatedAt, known: seen })
            return new Map(set.map(({ name }) => [name, told(card.fields.get(name))]))
          })
        )
      ).pipe(
        Effect.tapError(({ reason }) =>
          Effect.sync(() => {
            if (reason._tag !== "Unavailable" || !reason.uncertain) for (const index of wanted.keys()) ends(index)
          })
        ),
        Effect.map((answers) =>
          answers.map((answer, index) => {
            ends(index)
            return answer === "gone" ? gone : answer === "busy" ? busy : Either.right(standings(answer))
          })
        )
      )
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const gone = Either.left(VendorError.make("crm", "fields", new VendorError.Gone({ detail: "no such record" })))
const busy = Either.left(
  VendorError.make("crm", "fields", new VendorError.Unavailable({ detail: "busy", uncertain: false }))
)

/** What became of this attempt is known, unless a later one was begun. */
const end = (office: Office, id: string, name: string, attempt: Attempt | undefined): void => {
  const begun = office.living(id)?.begun
  if (attempt !== undefined && begun?.get(name) === attempt) begun.delete(name)
}

/** Calls that one of these fields shows to have been done: it stands as it was set, and stood otherwise before. */
const shownIn = ({ fields, begun }: Card, names: ReadonlyArray<string>): ReadonlySet<object> =>
  new Set(
    names.flatMap((name) => {
      const [history = [], attempt] = [fields.get(name), begun.get(name)]
      if (attempt === undefined) return []
      const wanted = attempt.value ?? undefined
      const isProof = standingIn(history) === wanted && standingIn(history.slice(0, attempt.known)) !== wanted
      return isProof ? [attempt.call] : []
    })
  )

/** From now on what it looks like is what is so. */
const look = (card: Card, name: string, done: ReadonlySet<object>): Told => {
  const [history, attempt] = [card.fields.get(name), card.begun.get(name)]
  if (attempt === undefined) return told(history)
  const isDone = done.has(attempt.call)
  if (history === undefined && !isDone) return told(history)
  const looks = (isDone ? asIfDone : asItLooks)(history ?? [], attempt)
  card.fields.set(name, looks)
  return told(looks)
}

const told = (history: ReadonlyArray<Writing> = []): Told => {
  const [last, value] = [history.at(-1), standingIn(history)]
  return {
    writings: history.length,
    ...(last === undefined ? {} : { changedAt: last.at }),
    ...(value === undefined ? {} : { value })
  }
}

const standings = (answer: ReadonlyMap<string, Told>): RecordFields.Standings =>
  Object.fromEntries(
    [...answer].map(([name, { value, changedAt }]) => [
      name,
      { ...(value === undefined ? {} : { value }), ...(changedAt === undefined ? {} : { changedAt }) }
    ])
  )
