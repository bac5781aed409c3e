/**
 * Closes the difference between desired and delivered, one destination at a time: begins attempts durably, renders, writes,
 * records how each ended. After a crash the begun ones are taken up again without writing twice.
 */
import { type Action, Lane, type VendorError } from "@interchannel/connector"
import { Connections, Database, Projections, type StoreError } from "@interchannel/store"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Attempt from "./Attempt.ts"
import type * as Desire from "./Desire.ts"
import * as Inputs from "./Inputs.ts"
import * as Policy from "./Policy.ts"
import type { Running } from "./Running.ts"

/** Projections taken up in one step. */
export const BATCH_MAX = 500
const HOUR_MS = 3_600_000

export type Services = Connections.Connections | Database.Database | Projections.Projections | Inputs.Services

export interface Dispatched {
  readonly written: number
  /** Why nothing more can be done now; absent: go on. */
  readonly rest?: "not permitted" | "nothing due"
  /** What ended the round early: a failure that concerns all writes to this vendor. */
  readonly stopped?: VendorError.VendorError | undefined
}

/** One round: what is due and permitted. */
export const step = (
  running: Running,
  destination: Desire.Destination,
  options: Inputs.Options
): Effect.Effect<Dispatched, StoreError, Services> =>
  Effect.gen(function* (): Effect.fn.Return<Dispatched, StoreError, Services> {
    const projections = yield* Projections.Projections
    const connections = yield* Connections.Connections
    const id = running.installed.id
    const now = yield* Clock.currentTimeMillis
    const row = (yield* connections.all).find((one) => one.id === id)
    if (row === undefined) return { written: 0, rest: "not permitted" }
    const permission = Policy.permission(row, destination.policy, yield* projections.writesSince(id, now - HOUR_MS))
    if (permission._tag === "Nothing") return { written: 0, rest: "not permitted" }
    const due = yield* projections.due({
      destination: id,
      now,
      limit: Math.min(BATCH_MAX, permission.limit),
      ...(permission.records === undefined ? {} : { records: permission.records })
    })
    if (due.length === 0) return { written: 0, rest: "nothing due" }
    return yield* Effect.locally(deliver(due, running, options), Lane.current, "write-back")
  }).pipe(Effect.withSpan("dispatch", { attributes: { destination: running.installed.id } }))

// ---------------------------------------------------------------------------------------------------------------------

const deliver = (due: ReadonlyArray<Projections.Projection>, running: Running, options: Inputs.Options) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    let written = 0
    for (const action of running.installed.connector.actions) {
      const mine = due.filter(({ verb }) => verb === action.verb)
      const sorted = groupBy(mine, (projection) => kindOfWork(projection, action, now))
      yield* finish(
        running,
        (sorted.get("wait") ?? []).map((projection) => postponed(projection, action, now))
      )
      for (const projection of sorted.get("remove") ?? []) {
        const stopped = yield* remove(projection, action, running)
        if (stopped !== undefined) return { written, stopped }
        written += 1
      }
      const found = yield* lookUp(sorted.get("look up") ?? [], action, running, options)
      if (found.stopped !== undefined) return { written, stopped: found.stopped }
      for (const batch of Chunk.chunksOf(
        Chunk.fromIterable([...(sorted.get("write") ?? []), ...found.toWrite]),
        action.batchMax
      )) {
        const stopped = yield* write([...batch], action, running, options)
        if (stopped !== undefined) return { written, stopped }
        written += batch.length
      }
    }
    return { written }
  })

type Work = "remove" | "write" | "look up" | "wait"

const kindOfWork = (projection: Projections.Projection, action: Action.Any, now: number): Work => {
  const first = Attempt.first(projection, action, now)
  if (typeof first !== "string") return "wait"
  return first === "write" && projection.desired === undefined ? "remove" : first
}

const postponed = (projection: Projections.Projection, action: Action.Any, now: number): Projections.Outcome => {
  const first = Attempt.first(projection, action, now)
  const dueAt = typeof first === "string" ? now : first.waitUntil
  return {
    _tag: "Retry",
    key: projection.key,
    dueAt,
    why: "waiting until an earlier attempt would show",
    uncertain: true
  }
}

/** Writes one batch: begun durably, then sent, then recorded. */
const write = (
  batch: ReadonlyArray<Projections.Projection>,
  action: Action.Any,
  running: Running,
  options: Inputs.Options
) =>
  Effect.gen(function* () {
    const prepared = yield* Inputs.prepare(batch, running.installed.id, options)
    yield* settleUnwritten(running, prepared)
    const ready = prepared.ready
    if (ready.length === 0) return undefined
    yield* begin(
      running,
      ready.map(({ projection }) => projection.key)
    )
    const inputs = ready.map(({ input }) => input)
    const answer = yield* Effect.either(running.call(writeOf(action)(inputs)))
    const now = yield* Clock.currentTimeMillis
    if (Either.isLeft(answer)) {
      yield* finish(
        running,
        ready.map(({ projection }) => Attempt.failed(projection, answer.left, now, true))
      )
      return Attempt.stops(answer.left) ? answer.left : undefined
    }
    const outcomes = ready.map(({ projection }, index) => outcomeOf(projection, answer.right[index], now))
    yield* finish(running, outcomes)
    return answer.right.flatMap((result) =>
      Either.isLeft(result) && Attempt.stops(result.left) ? [result.left] : []
    )[0]
  })

const outcomeOf = (
  projection: Projections.Projection,
  result: Action.Result | undefined,
  now: number
): Projections.Outcome => {
  if (result === undefined) {
    return {
      _tag: "Retry",
      key: projection.key,
      dueAt: now,
      why: "the connector answered fewer results than inputs",
      uncertain: true
    }
  }
  return Either.isLeft(result)
    ? Attempt.failed(projection, result.left, now, false)
    : delivered(projection, result.right, false)
}

const delivered = (
  projection: Projections.Projection,
  written: Action.Written,
  found: boolean
): Projections.Outcome => ({
  _tag: "Delivered",
  key: projection.key,
  records: projection.records,
  ref: written.ref,
  found,
  ...(projection.desired === undefined ? {} : { desired: projection.desired }),
  ...(written.url === undefined ? {} : { url: written.url }),
  ...(written.written === undefined ? {} : { written: written.written })
})

/** Looks up begun attempts. What landed is taken over as written then: an update brings it up to date, or it is removed. */
const lookUp = (
  begun: ReadonlyArray<Projections.Projection>,
  action: Action.Any,
  running: Running,
  options: Inputs.Options
) =>
  Effect.gen(function* () {
    const toWrite: Array<Projections.Projection> = []
    const ask = lookUpOf(action)
    if (begun.length === 0 || ask === undefined) return { toWrite, stopped: undefined }
    const prepared = yield* Inputs.prepare(begun, running.installed.id, options)
    yield* settleUnwritten(running, prepared)
    for (const { projection, input } of prepared.ready) {
      const answer = yield* Effect.either(running.call(ask(input)))
      const now = yield* Clock.currentTimeMillis
      if (Either.isLeft(answer)) {
        yield* finish(running, [Attempt.failed(projection, answer.left, now, true)])
        if (Attempt.stops(answer.left)) return { toWrite, stopped: answer.left }
        continue
      }
      if (answer.right === "removed") {
        yield* finish(running, [Attempt.deletedByHand(projection.key)])
        continue
      }
      const found = answer.right === undefined ? projection : { ...projection, ref: answer.right.ref }
      if (found.desired !== undefined) {
        toWrite.push(found)
        continue
      }
      const stopped = yield* remove(found, action, running)
      if (stopped !== undefined) return { toWrite, stopped }
    }
    return { toWrite, stopped: undefined }
  })

const remove = (projection: Projections.Projection, action: Action.Any, running: Running) =>
  Effect.gen(function* () {
    const gone: Projections.Outcome = { _tag: "Delivered", key: projection.key, records: [] }
    if (projection.ref === undefined || action.remove === undefined) {
      yield* finish(running, [gone])
      return undefined
    }
    yield* begin(running, [projection.key])
    const answer = yield* Effect.either(running.call(action.remove(projection.ref)))
    const now = yield* Clock.currentTimeMillis
    if (Either.isLeft(answer) && answer.left.reason._tag !== "Gone") {
      yield* finish(running, [Attempt.failed({ ...projection, delivered: "" }, answer.left, now, true)])
      return Attempt.stops(answer.left) ? answer.left : undefined
    }
    yield* finish(running, [gone])
    return undefined
  })

const begin = (running: Running, keys: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const now = yield* Clock.currentTimeMillis
    yield* database.write(projections.begin(keys, now), { lease: running.lease })
  })

/** Saves what rendering found out: what is desired now, and what needs no write. */
const settleUnwritten = (running: Running, { restated, outcomes }: Inputs.Prepared) =>
  Effect.gen(function* () {
    if (restated.length > 0) {
      const database = yield* Database.Database
      const projections = yield* Projections.Projections
      yield* database.write(projections.desire(restated), { lease: running.lease })
    }
    yield* finish(running, outcomes)
  })

const finish = (running: Running, outcomes: ReadonlyArray<Projections.Outcome>) =>
  Effect.gen(function* () {
    if (outcomes.length === 0) return
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const now = yield* Clock.currentTimeMillis
    yield* database.write(projections.finish(outcomes, now), { lease: running.lease })
  })

const groupBy = <A, K>(items: ReadonlyArray<A>, keyOf: (item: A) => K): Map<K, Array<A>> => {
  const groups = new Map<K, Array<A>>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

// The verb ties input and action together; the list of a connector's actions does not show it to the compiler.
type Write = (
  inputs: ReadonlyArray<Inputs.Input>
) => Effect.Effect<ReadonlyArray<Action.Result>, VendorError.VendorError, unknown>
const writeOf = (action: Action.Any): Write => action.write as unknown as Write
type LookUp = (
  input: Inputs.Input
) => Effect.Effect<Action.Written | "removed" | undefined, VendorError.VendorError, unknown>
const lookUpOf = (action: Action.Any): LookUp | undefined => {
  if (action.idempotency === "none") return undefined
  return (action.idempotency === "vendor key" ? action.landed : action.find) as unknown as LookUp | undefined
}
