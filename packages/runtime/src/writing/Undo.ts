/**
 * Takes writes back: a round, a span of time, a destination. Nothing is done here but marking; the Dispatcher takes out and
 * restores, within quota and cap, ahead-written and with receipts as ever, and Holds what it took back. Undoing an undo
 * releases the Holds.
 */
import { Key } from "@interchannel/domain"
import { Database, Dirty, Fields, Ledger, type Persons, Projections, type StoreError, Pages } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import { ControlError } from "../control/Control.ts"
import type { Installation } from "../configuration/Installation.ts"
import * as FieldDecision from "../fields/FieldDecision.ts"
import * as FieldRule from "../fields/FieldRule.ts"
import * as FieldTrace from "../fields/FieldTrace.ts"
import type * as Report from "../health/Report.ts"
import * as Subject from "./Subject.ts"
import * as UndoPlan from "./UndoPlan.ts"

export type Services =
  | Database.Database
  | Dirty.Dirty
  | Fields.Fields
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections

/** Writes that one undo looks at. */
export const WRITES_MAX = 100_000
/** Rows read or marked at a time. */
const PAGE = 500
const SAMPLES_MAX = 5
/** A vendor's clock may be a little ahead when it dates a record that we made. */
const SKEW_MS = 60_000

/** What it would do; with `yes`, begins it. */
export const undo = (
  asked: Report.UndoAsked,
  installation: Pick<Installation, "connections">
): Effect.Effect<Report.Undoing, ControlError | StoreError, Services> =>
  asked.undo === undefined ? takeBack(asked, installation) : release(asked.undo, asked.yes)

// ---------------------------------------------------------------------------------------------------------------------

interface Decided {
  readonly projection: Projections.Projection
  readonly undoing: UndoPlan.Undoing
  readonly written: UndoPlan.Written
}

const takeBack = (asked: Report.UndoAsked, installation: Pick<Installation, "connections">) =>
  Effect.gen(function* () {
    const receipts = yield* writesOf(asked)
    const decided = yield* decide(receipts, asked.force, installation)
    const acting = decided.filter(({ undoing }) => undoing.act !== "leave")
    const report = yield* reportOf(decided)
    if (!asked.yes || acting.length === 0) return report
    const at = yield* Clock.currentTimeMillis
    const id = Key.derive("u", JSON.stringify(asked), String(at))
    for (let from = 0; from < acting.length; from += PAGE) yield* begin(acting.slice(from, from + PAGE), id, at)
    return { ...report, id }
  })

const writesOf = (asked: Report.UndoAsked) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const { round, destination, from, until } = asked
    if (round === undefined && destination === undefined && from === undefined) {
      const remedy = "name a round, a destination, or the time from which on"
      return yield* new ControlError({ what: "nothing says which writes are to be taken back", remedy })
    }
    const found: Array<Projections.Receipt> = []
    const page = (after: string) =>
      projections.writes({
        after,
        limit: PAGE,
        ...(round === undefined ? {} : { batch: round }),
        ...(destination === undefined ? {} : { destination }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until })
      })
    yield* Pages.forEach({ limit: PAGE, page, keyOf: ({ id }) => id }, (receipts) => {
      found.push(...receipts)
      if (found.length <= WRITES_MAX) return Effect.void
      const remedy = "take them back span by span: give a later `from`, or an `until`"
      return Effect.fail(new ControlError({ what: `these are more than ${WRITES_MAX} writes`, remedy }))
    })
    return found.filter((receipt) => receipt.undo === undefined)
  })

const decide = (
  receipts: ReadonlyArray<Projections.Receipt>,
  force: boolean,
  { connections }: Pick<Installation, "connections">
) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const byKey = new Map<string, Array<Projections.Receipt>>()
    for (const receipt of receipts) byKey.set(receipt.key, [...(byKey.get(receipt.key) ?? []), receipt])
    const rows = yield* projections.get([...byKey.keys()])
    const touched = yield* touchedRecords([...rows.values()], byKey)
    return yield* Effect.forEach([...rows.values()], (projection) =>
      Effect.gen(function* () {
        const mine = byKey.get(projection.key) ?? []
        const ids = new Set(mine.map(({ id }) => id))
        const all = projection.verb === "SetFields" ? yield* projections.receipts(projection.key) : mine
        const written: UndoPlan.Written = {
          projection,
          receipts: all.filter(({ id }) => ids.has(id)),
          all,
          isTouched: touched.has(projection.key),
          force,
          same: (field, a, b) => {
            const installed = connections.get(projection.destination)
            if (installed === undefined) return a === b
            return FieldDecision.same(FieldRule.compared(installed, field), a ?? undefined, b ?? undefined)
          }
        }
        return { projection, written, undoing: UndoPlan.of(written) } satisfies Decided
      })
    )
  })

/** Records that we created and that somebody changed later than we wrote them. */
const touchedRecords = (
  rows: ReadonlyArray<Projections.Projection>,
  receipts: ReadonlyMap<string, ReadonlyArray<Projections.Receipt>>
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const created = rows.flatMap(({ key, verb, destination, ref }) =>
      verb !== "UpsertContact" || ref === undefined ? [] : [{ key, contact: Key.contact(destination, ref) }]
    )
    const contacts = yield* ledger.contacts(created.map(({ contact }) => contact))
    return new Set(
      created.flatMap(({ key, contact }) => {
        const writtenAt = Math.max(0, ...(receipts.get(key) ?? []).map(({ at }) => at))
        const version = contacts.get(contact)?.contact.version.at ?? 0
        return version > writtenAt + SKEW_MS ? [key] : []
      })
    )
  })

const begin = (acting: ReadonlyArray<Decided>, id: string, at: number) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const fields = yield* Fields.Fields
    const restores = new Map(
      acting.flatMap(({ projection, undoing }) =>
        undoing.act === "restore" ? [[projection.key, undoing.fields] as const] : []
      )
    )
    yield* database.write(
      Effect.gen(function* () {
        const rows = yield* projections.get([...restores.keys()])
        yield* fields.change([...restores.keys()], (key, before) => {
          const underWay = rows.get(key)?.attempt === undefined ? {} : UndoPlan.tried(before)
          const wanted = Object.entries({ ...underWay, ...restores.get(key) })
          return {
            ...before,
            ...Object.fromEntries(wanted.map(([name, restore]) => [name, { ...before[name], restore }]))
          }
        })
        yield* projections.undo(
          acting.map(({ projection }) => projection.key),
          id,
          at
        )
        yield* database.signal("projection")
      })
    )
  })

const reportOf = (decided: ReadonlyArray<Decided>): Effect.Effect<Report.Undoing, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const acting = decided.filter(({ undoing }) => undoing.act !== "leave")
    const left = decided.flatMap(({ undoing }) =>
      undoing.act === "leave"
        ? [undoing.why]
        : undoing.act === "restore"
          ? undoing.left.map(() => "we wrote it anew since")
          : []
    )
    const first = acting.slice(0, SAMPLES_MAX)
    const rows = yield* ledger.interactions(first.map(({ projection }) => projection.subject))
    return {
      acts: tally(acting.map(({ projection }) => projection.verb)).map(({ name, count }) => ({ verb: name, count })),
      left: tally(left).map(({ name, count }) => ({ why: name, count })),
      samples: first.map(({ projection, undoing }) => {
        const { destination, ref, subject } = projection
        const where = ref === undefined ? destination : `${destination}/${ref.kind}/${ref.id}`
        if (undoing.act === "restore") {
          const texts = Object.entries(undoing.fields).map(([name, { to, expect }]) =>
            FieldTrace.restoreText(name, expect, to)
          )
          return `${destination}: ${texts.join("; ")}`
        }
        const subjectRow = rows.get(subject)
        return `${where} is taken out${subjectRow === undefined ? "" : `: ${subjectRow.interaction.kind} of ${subjectRow.interaction.connection}`}`
      })
    }
  })

const tally = <Name extends string>(names: ReadonlyArray<Name>) => {
  const counts = new Map<Name, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count }))
}

/** The Holds that an undo left are given up; what they held is looked at again. */
const release = (undone: string, yes: boolean) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const held: Array<Projections.Projection> = []
    const page = (after: string) => projections.undone(undone, { after, limit: PAGE })
    yield* Pages.forEach({ limit: PAGE, page, keyOf: identity }, (keys) =>
      Effect.map(projections.get(keys), (rows) => held.push(...rows.values()))
    )
    if (held.length === 0) {
      const remedy = "see its id in what `interchannel undo` said; what it is still taking back cannot be released yet"
      return yield* new ControlError({ what: `nothing is held by the undo ${undone}`, remedy })
    }
    const acts = tally(held.map(({ verb }) => verb)).map(({ name, count }) => ({ verb: name, count }))
    const report: Report.Undoing = { acts, left: [], samples: [], releases: true }
    if (!yes) return report
    for (let from = 0; from < held.length; from += PAGE) yield* releaseSome(held.slice(from, from + PAGE))
    return { ...report, id: undone }
  })

const releaseSome = (held: ReadonlyArray<Projections.Projection>) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const dirty = yield* Dirty.Dirty
    const now = yield* Clock.currentTimeMillis
    const marks = yield* Subject.marksOf(held, now)
    yield* database.write(
      Effect.gen(function* () {
        yield* projections.release(
          held.map(({ key }) => key),
          now
        )
        yield* dirty.mark(marks)
        yield* database.signal("projection")
      })
    )
  })
