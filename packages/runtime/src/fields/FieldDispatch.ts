/**
 * Brings fields of records to what is wanted: reads what stands there at that moment, decides field by field, begins the
 * attempt durably, sets what is to be set and nothing else, records what was changed and why.
 */
import { type RecordFields, VendorError } from "@interchannel/connector"
import { Database, Fields, Ledger, Projections, Reviews, type StoreError } from "@interchannel/store"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Attempt from "../writing/Attempt.ts"
import * as saving from "../writing/saving.ts"
import * as KeptQuestion from "../control/KeptQuestion.ts"
import * as Desire from "../entries/Desire.ts"
import type { Running } from "../connections/Running.ts"
import * as FieldIntent from "./FieldIntent.ts"
import * as FieldMove from "./FieldMove.ts"
import * as FieldRule from "./FieldRule.ts"
import * as FieldSubject from "./FieldSubject.ts"

export type Services = Database.Database | Projections.Projections | Reviews.Reviews | FieldSubject.Services

export interface Delivered {
  readonly written: number
  readonly stopped?: VendorError.VendorError | undefined
}

export const deliver = (
  due: ReadonlyArray<Projections.Projection>,
  running: Running,
  destinations: ReadonlyArray<Desire.Destination>
): Effect.Effect<Delivered, StoreError, Services> =>
  Effect.gen(function* () {
    if (due.length === 0) return { written: 0 }
    const fields = FieldRule.fieldsOf(running.installed.connector)
    if (fields === undefined) return yield* impossible(due, running)
    const intents = [
      ...(yield* intentsOf(
        due.filter(({ undo }) => undo === undefined),
        running,
        destinations
      )),
      ...(yield* undoIntentsOf(
        due.filter(({ undo }) => undo !== undefined),
        running
      ))
    ]
    const lost = due.filter(({ key }) => intents.every(({ projection }) => projection.key !== key))
    yield* withdraw(lost, running, "the record, or what was wanted in it, is not there any more")
    if (intents.length === 0) return { written: 0 }
    const read = yield* Effect.either(
      running.call(fields.read(intents.map(({ ref, asks }) => ({ ref, names: asks.map(({ name }) => name) }))))
    )
    if (Either.isLeft(read)) {
      if (!spoilsOthers(read.left, due)) return yield* allFailed(intents, Attempt.asked(read.left), running)
      return yield* inHalves(due, (half) => deliver(half, running, destinations))
    }
    const now = yield* Clock.currentTimeMillis
    const moves: Array<FieldMove.FieldMove> = []
    for (const [index, intent] of intents.entries()) {
      const answer = answerAt(read.right, index, running)
      if (Either.isRight(answer)) moves.push(FieldMove.of(intent, answer.right, now))
      else yield* oneFailed(intent, answer.left, running)
    }
    const [rest, found] = Arr.partition(moves, isFoundFirst)
    const [idle, writing] = Arr.partition(rest, ({ writes }) => writes.length > 0)
    yield* record(found, running)
    yield* settle(idle, running)
    return yield* write(writing, fields, running)
  }).pipe(Effect.withSpan("dispatch fields"))

// ---------------------------------------------------------------------------------------------------------------------

const impossible = (due: ReadonlyArray<Projections.Projection>, running: Running) =>
  Effect.as(finish(running, { outcomes: due.map(Attempt.impossible) }), { written: 0 })

/** The vendor refused all of them, perhaps because of one: which one is found by halves. */
const spoilsOthers = (error: VendorError.VendorError, together: ReadonlyArray<unknown>): boolean =>
  together.length > 1 && Attempt.concernsOne(error)

const inHalves = <A, R>(
  list: ReadonlyArray<A>,
  run: (half: ReadonlyArray<A>) => Effect.Effect<Delivered, StoreError, R>
): Effect.Effect<Delivered, StoreError, R> =>
  Effect.gen(function* () {
    let written = 0
    for (const half of Attempt.halves(list)) {
      const delivered: Delivered = yield* run(half)
      written += delivered.written
      if (delivered.stopped !== undefined) return { written, stopped: delivered.stopped }
    }
    return { written }
  })

const answerAt = (answers: RecordFields.Answers, index: number, { installed }: Running): RecordFields.Answers[number] =>
  answers[index] ??
  Either.left(
    VendorError.make(
      installed.connector.id,
      "fields",
      new VendorError.Malformed({ detail: "the connector answered fewer results than it was asked for" })
    )
  )

const intentsOf = (
  due: ReadonlyArray<Projections.Projection>,
  { installed }: Running,
  destinations: ReadonlyArray<Desire.Destination>
) =>
  Effect.gen(function* () {
    const mine = destinations.filter((destination) => destination.installed.id === installed.id)
    const subjects = yield* FieldSubject.ofRecords(
      due.map(({ subject }) => subject),
      mine
    )
    return due.flatMap((projection) => {
      const subject = subjects.find(({ key }) => key === projection.key)
      if (subject === undefined || projection.desired === undefined) return []
      const intent = FieldIntent.ofSubject(subject, projection)
      return intent.asks.length === 0 ? [] : [intent]
    })
  })

const undoIntentsOf = (due: ReadonlyArray<Projections.Projection>, { installed }: Running) =>
  Effect.gen(function* () {
    if (due.length === 0) return []
    const ledger = yield* Ledger.Ledger
    const states = yield* (yield* Fields.Fields).get(due.map(({ key }) => key))
    const resolved = yield* ledger.resolve(due.map(({ subject }) => subject))
    const rows = yield* ledger.contacts([...new Set(resolved.values())])
    const comparedBy = (name: string) => FieldRule.compared(installed, name)
    return due.flatMap((projection) => {
      const row = rows.get(resolved.get(projection.subject) ?? projection.subject)
      if (row === undefined || row.deleted) return []
      const intent = FieldIntent.ofUndo(projection, row.contact, states.get(projection.key) ?? {}, comparedBy)
      return intent.asks.length === 0 ? [] : [intent]
    })
  })

/** Nothing is to be written here any more. */
const withdraw = (gone: ReadonlyArray<Projections.Projection>, running: Running, why: string) =>
  Effect.gen(function* () {
    const { lease } = running
    const undoing = gone.filter(({ undo }) => undo !== undefined)
    yield* finish(running, {
      outcomes: undoing.map(({ key, records }) => ({ _tag: "Unneeded", key, records }))
    })
    const projections = yield* Projections.Projections
    const database = yield* Database.Database
    const state = "dropped" as const
    const dropped = gone
      .filter(({ undo }) => undo === undefined)
      .map((projection) => ({ ...Desire.nothing(projection, projection.dueAt), state, why }))
    if (dropped.length === 0) return { written: 0 }
    // What the Planner wanted meanwhile stays wanted.
    yield* database.write(
      Effect.flatMap(projections.asSeen(gone), (still) =>
        projections.desire(dropped.filter(({ key }) => still.has(key)))
      ),
      { lease }
    )
    return { written: 0 }
  })

const allFailed = (intents: ReadonlyArray<FieldIntent.FieldIntent>, error: VendorError.VendorError, running: Running) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const outcomes = intents.map(({ projection }) =>
      Attempt.failed(projection, { error, now, wholeVendor: Attempt.stops(error), idempotency: "vendor key" })
    )
    yield* finish(running, { outcomes })
    return { written: 0, stopped: Attempt.stops(error) ? error : undefined }
  })

const oneFailed = (intent: FieldIntent.FieldIntent, error: VendorError.VendorError, running: Running) =>
  Effect.gen(function* () {
    if (error.reason._tag === "Gone") yield* withdraw([intent.projection], running, "the record is not there any more")
    else yield* allFailed([intent], error, running)
  })

/** Nothing to write: it stands so, is to be left, or is for a person to decide. */
const settle = (moves: ReadonlyArray<FieldMove.FieldMove>, running: Running) =>
  finish(running, {
    moves,
    outcomes: moves.map((move) => ended(move, move.landed)),
    states: moves.map(({ intent, states }) => [intent.projection.key, states])
  })

/** What an interrupted attempt turned out to have written has its receipt before it is written over or taken back. */
const isFoundFirst = ({ intent, writes, landed }: FieldMove.FieldMove): boolean =>
  landed.length > 0 && (writes.length > 0 || intent.projection.undo !== undefined)

/** The next round goes on from what was found: what stands there is nothing that is wanted now. */
const record = (moves: ReadonlyArray<FieldMove.FieldMove>, running: Running) =>
  finish(running, {
    outcomes: moves.map(({ intent: { projection }, landed }) => ({
      _tag: "Delivered",
      key: projection.key,
      desired: "",
      records: projection.records,
      changes: landed,
      found: true
    })),
    states: moves.map(({ intent, states }) => [intent.projection.key, states])
  })

const write = (
  moves: ReadonlyArray<FieldMove.FieldMove>,
  fields: RecordFields.RecordFields<unknown>,
  running: Running
): Effect.Effect<Delivered, StoreError, Services> =>
  Effect.gen(function* () {
    const begun = yield* begin(moves, running)
    if (begun.length === 0) return { written: 0 }
    const changes = begun.map((move) => ({ ref: move.intent.ref, set: FieldMove.setOf(move) }))
    const answers = yield* Effect.either(running.call(fields.write(changes)))
    if (Either.isLeft(answers)) {
      if (spoilsOthers(answers.left, begun)) return yield* inHalves(begun, (half) => write(half, fields, running))
      return yield* allFailed(
        begun.map(({ intent }) => intent),
        answers.left,
        running
      )
    }
    let stopped: VendorError.VendorError | undefined
    for (const [index, move] of begun.entries()) {
      const answer = answerAt(answers.right, index, running)
      if (Either.isRight(answer)) continue
      yield* oneFailed(move.intent, answer.left, running)
      if (Attempt.stops(answer.left)) stopped ??= answer.left
    }
    const well = begun.flatMap((move, index) => {
      const answer = answerAt(answers.right, index, running)
      return Either.isRight(answer) ? [{ move, ...FieldMove.done(move, answer.right) }] : []
    })
    yield* finish(running, {
      moves: well.map(({ move }) => move),
      outcomes: well.map(({ move, changes: changed }) => ended(move, changed)),
      states: well.map(({ move, states }) => [move.intent.projection.key, states])
    })
    return { written: well.length, stopped }
  })

const ended = (
  { intent: { projection }, writes }: FieldMove.FieldMove,
  changes: ReadonlyArray<Projections.FieldChange>
): Projections.Outcome => {
  const { key, desired, records } = projection
  const stands = desired === undefined ? { key, records } : { key, records, desired }
  if (changes.length === 0) return { _tag: "Unneeded", ...stands }
  return { _tag: "Delivered", ...stands, changes, ...(writes.length === 0 ? { found: true } : {}) }
}

/** Writes ahead, of what is still as it was seen, which values are about to be set. */
const begin = (moves: ReadonlyArray<FieldMove.FieldMove>, running: Running) => {
  const seen = moves.map(({ intent }) => intent.projection)
  const ready = moves.map((move) => ({ move, projection: move.intent.projection }))
  const trying = (begun: ReadonlyArray<(typeof ready)[number]>) =>
    remember(begun.map(({ move, projection }) => [projection.key, FieldMove.trying(move)]))
  return Effect.map(saving.begin(running, seen, { ready, outcomes: [], restated: [] }, trying), (begun) =>
    begun.map(({ move }) => move)
  )
}

interface Ended {
  readonly outcomes: ReadonlyArray<Projections.Outcome>
  readonly moves?: ReadonlyArray<FieldMove.FieldMove>
  readonly states?: ReadonlyArray<readonly [key: string, states: Fields.RecordState]>
}

const finish = (running: Running, { outcomes, moves = [], states = [] }: Ended) =>
  Effect.gen(function* () {
    const reviews = yield* Reviews.Reviews
    const now = yield* Clock.currentTimeMillis
    const questions = yield* KeptQuestion.withinRoom(moves.flatMap((move) => move.questions))
    const undone = moves.flatMap(({ intent: { projection } }) => (projection.undo === undefined ? [] : projection.key))
    const findings = [
      remember(states, undone),
      reviews.withdraw(moves.flatMap(({ withdrawn }) => withdrawn)),
      reviews.ask(questions, now)
    ]
    yield* saving.finish(running, outcomes, Effect.all(findings, { discard: true }))
  })

/** `undone`: those of which nothing is our own any more. */
const remember = (
  states: ReadonlyArray<readonly [key: string, states: Fields.RecordState]>,
  undone: ReadonlyArray<string> = []
) =>
  Effect.gen(function* () {
    if (states.length === 0) return
    const fields = yield* Fields.Fields
    const byKey = new Map(states)
    yield* fields.change([...byKey.keys()], (key, before) => {
      const found = Object.fromEntries(
        Object.entries(byKey.get(key) ?? {}).map(([name, state]) => [name, beside(before[name], state)])
      )
      return { ...before, ...(undone.includes(key) ? FieldMove.forgotten(found) : found) }
    })
  })

/** What the sources say is the Planner's to note, what is right or taken back a person's to decide: they may have changed meanwhile. */
const beside = (
  now: Fields.FieldState | undefined,
  { said: _said, restore: _restore, ...found }: Fields.FieldState
): Fields.FieldState => {
  const state = {
    ...found,
    ...(now?.said === undefined ? {} : { said: now.said }),
    ...(now?.restore === undefined ? {} : { restore: now.restore })
  }
  if (now?.word === undefined || isSameWord(now.word, found.word)) return state
  const { stoppedAt: _stopped, turns: _turns, ...decided } = state
  return { ...decided, word: now.word }
}

type Word = NonNullable<Fields.FieldState["word"]>
const isSameWord = (a: Word, b: Word | undefined): boolean =>
  a.theirs === b?.theirs && a.ours === b.ours && a.keep === b.keep
