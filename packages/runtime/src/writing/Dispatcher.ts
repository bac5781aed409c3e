/**
 * Closes the difference between desired and delivered, one destination at a time: renders, begins attempts durably, writes,
 * records how each ended. After a crash the begun ones are taken up again without writing twice. What the Planner or a
 * person's hand changed since it was read is left for the next round, so a round is as short as a connector's batch.
 */
import { type Action, Lane, type VendorError } from "@interchannel/connector"
import { Key } from "@interchannel/domain"
import { Connections, type Database, Fields, Projections, type StoreError } from "@interchannel/store"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Attempt from "./Attempt.ts"
import type * as Desire from "../entries/Desire.ts"
import * as FieldCreation from "../fields/FieldCreation.ts"
import * as FieldDispatch from "../fields/FieldDispatch.ts"
import * as Inputs from "./Inputs.ts"
import * as Policy from "./Policy.ts"
import type { Running } from "../connections/Running.ts"
import * as FieldSubject from "../fields/FieldSubject.ts"
import * as LookUp from "./LookUp.ts"
import { begin, finish } from "./saving.ts"

const HOUR_MS = 3_600_000

export type Services =
  | Connections.Connections
  | Database.Database
  | Projections.Projections
  | Inputs.Services
  | FieldDispatch.Services

export interface Dispatched {
  readonly written: number
  /** Why nothing more can be done now; absent: go on. */
  readonly rest?: "not permitted" | "nothing due"
  /** What ended the round early: a failure that concerns all writes to this vendor. */
  readonly stopped?: VendorError.VendorError | undefined
}

/** Messages that go out in one round. */
const MESSAGES_MAX = 20

/**
 * One round of messages. The destination's mode, pause and cap are about its customers' records: whoever asked for a message
 * has decided that it goes.
 */
export const send = (running: Running, options: Inputs.Options): Effect.Effect<Dispatched, StoreError, Services> =>
  Effect.gen(function* (): Effect.fn.Return<Dispatched, StoreError, Services> {
    const projections = yield* Projections.Projections
    const now = yield* Clock.currentTimeMillis
    const { id } = running.installed
    const due = yield* projections.due({ destination: id, now, limit: MESSAGES_MAX, messages: true })
    if (due.length === 0) return { written: 0, rest: "nothing due" }
    return yield* Effect.locally(deliver(due, running, options), Lane.current, "live")
  }).pipe(Effect.withSpan("send", { attributes: { destination: running.installed.id } }))

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
    // Without a cap there is nothing to count, however much was written in this hour.
    const isCapped = Number.isFinite(destination.policy.writesPerHourMax)
    const writes = isCapped ? yield* projections.writesSince(id, now - HOUR_MS) : 0
    const permission = Policy.permission(row, destination.policy, writes)
    if (permission._tag === "Nothing") return { written: 0, rest: "not permitted" }
    const due = yield* projections.due({
      destination: id,
      now,
      limit: Math.min(batchMax(running), permission.limit),
      ...(permission.records === undefined ? {} : { records: permission.records })
    })
    if (due.length === 0) return { written: 0, rest: "nothing due" }
    return yield* Effect.locally(deliver(due, running, options), Lane.current, "write-back")
  }).pipe(Effect.withSpan("dispatch", { attributes: { destination: running.installed.id } }))

// ---------------------------------------------------------------------------------------------------------------------

const batchMax = ({ installed }: Running): number =>
  Math.max(1, ...installed.connector.actions.map((one) => one.batchMax))

const deliver = (due: ReadonlyArray<Projections.Projection>, running: Running, options: Inputs.Options) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { actions } = running.installed.connector
    let written = 0
    const isFields = ({ verb }: Projections.Projection) => verb === "SetFields"
    const isPossible = (projection: Projections.Projection) =>
      isFields(projection) || actions.some(({ verb }) => verb === projection.verb)
    yield* finish(running, due.filter((projection) => !isPossible(projection)).map(Attempt.impossible))
    for (const action of actions) {
      const mine = due.filter(({ verb }) => verb === action.verb)
      const sorted = Arr.groupBy(mine, (projection) => kindOfWork(projection, action, running.since, now))
      yield* finish(
        running,
        (sorted["wait"] ?? []).map((projection) => postponed(projection, action, running.since, now))
      )
      yield* finish(running, (sorted["set aside"] ?? []).map(Attempt.unknown))
      for (const projection of sorted["remove"] ?? []) {
        const stopped = yield* remove(projection, action, running)
        if (stopped !== undefined) return { written, stopped }
        written += 1
      }
      const looked = yield* LookUp.of(sorted["look up"] ?? [], action, running, options)
      for (const projection of looked.known.filter(({ desired }) => desired === undefined)) {
        const stopped = yield* remove(projection, action, running)
        if (stopped !== undefined) return { written, stopped }
      }
      // What was looked up is written even where another look-up failed: else many begun rows would never get past it.
      const fresh = looked.stopped === undefined ? (sorted["write"] ?? []) : []
      const found = looked.known.filter(({ desired }) => desired !== undefined)
      for (const batch of Attempt.batches([...fresh, ...found], action.batchMax)) {
        const stopped = yield* write(batch, action, running, options)
        if (stopped !== undefined) return { written, stopped }
        written += batch.length
      }
      if (looked.stopped !== undefined) return { written, stopped: looked.stopped }
    }
    const fields = yield* FieldDispatch.deliver(due.filter(isFields), running, options.destinations)
    return { written: written + fields.written, stopped: fields.stopped }
  })

type Work = "remove" | "write" | "look up" | "set aside" | "wait"

const kindOfWork = (projection: Projections.Projection, action: Action.Any, since: number, now: number): Work => {
  const first = Attempt.first(projection, action, since, now)
  if (typeof first !== "string") return "wait"
  if (first !== "write" || projection.desired !== undefined) return first
  // What an attempt of unknown outcome left there is taken out once its address is known: the same key tells it.
  const standsUnseen = projection.attempt !== undefined && projection.ref === undefined
  return standsUnseen && action.idempotency === "vendor key" ? "write" : "remove"
}

/** What we cannot take out stands there still, and must not be taken for gone. */
const irremovable = ({ key, ref, url }: Projections.Projection): Projections.Outcome => ({
  _tag: "Quarantined",
  key,
  why: `it should not stand there any more, and the connector cannot take it out${ref === undefined ? "" : `: ${url ?? `${ref.kind} ${ref.id}`}`}`,
  remedy: "take it out there by hand, then `interchannel quarantine drop`",
  reason: "Irremovable"
})

const postponed = (
  projection: Projections.Projection,
  action: Action.Any,
  since: number,
  now: number
): Projections.Outcome => {
  const first = Attempt.first(projection, action, since, now)
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
): Effect.Effect<VendorError.VendorError | undefined, StoreError, Services> =>
  Effect.gen(function* () {
    const ready = yield* begin(running, batch, yield* Inputs.prepare(batch, running.installed.id, options))
    if (ready.length === 0) return undefined
    const answer = yield* Effect.either(running.call(writeOf(action)(ready.map(({ input }) => input))))
    const now = yield* Clock.currentTimeMillis
    if (Either.isRight(answer)) {
      yield* finish(
        running,
        ready.map((one, index) => outcomeOf(one, answer.right[index], action, now)),
        keepMade(running, ready, answer.right)
      )
      return answer.right.flatMap((result) =>
        Either.isLeft(result) && Attempt.stops(result.left) ? [result.left] : []
      )[0]
    }
    if (ready.length > 1 && Attempt.concernsOne(answer.left)) {
      for (const half of Attempt.halves(ready.map(({ projection }) => projection))) {
        const stopped = yield* write(half, action, running, options)
        if (stopped !== undefined) return stopped
      }
      return undefined
    }
    yield* finish(
      running,
      ready.map(({ projection }) =>
        Attempt.failed(projection, { error: answer.left, now, wholeVendor: true, idempotency: action.idempotency })
      )
    )
    return Attempt.stops(answer.left) ? answer.left : undefined
  })

/** Fields that a new record was made with are ours from the start. */
const keepMade = (running: Running, ready: ReadonlyArray<Inputs.Ready>, results: ReadonlyArray<Action.Result>) =>
  Effect.gen(function* () {
    const made = new Map(
      ready.flatMap((one, index) => {
        const result = results[index]
        if (one.made === undefined || result === undefined || Either.isLeft(result)) return []
        const record = Key.contact(running.installed.id, result.right.ref)
        return [[FieldSubject.keyOf(running.installed.id, record), one.made] as const]
      })
    )
    if (made.size === 0) return
    const fields = yield* Fields.Fields
    yield* fields.change([...made.keys()], (key, before) => FieldCreation.added(before, made.get(key) ?? {}))
  })

const outcomeOf = (
  { projection, sent }: Inputs.Ready,
  result: Action.Result | undefined,
  { idempotency }: Action.Any,
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
    ? Attempt.failed(projection, { error: result.left, now, wholeVendor: false, idempotency })
    : { _tag: "Delivered", key: projection.key, ...sent, ...result.right }
}

const remove = (projection: Projections.Projection, action: Action.Any, running: Running) =>
  Effect.gen(function* () {
    const stands = projection.ref !== undefined || projection.delivered !== undefined
    if (stands && (projection.ref === undefined || action.remove === undefined)) {
      yield* finish(running, [irremovable(projection)])
      return undefined
    }
    const still = yield* begin(running, [projection], { ready: [{ projection }], outcomes: [], restated: [] })
    if (still.length === 0) return undefined
    const answer =
      projection.ref === undefined || action.remove === undefined
        ? Either.void
        : yield* Effect.either(running.call(action.remove(projection.ref)))
    const now = yield* Clock.currentTimeMillis
    if (Either.isLeft(answer) && answer.left.reason._tag !== "Gone") {
      yield* finish(running, [
        Attempt.failed(projection, { error: answer.left, now, wholeVendor: true, idempotency: action.idempotency })
      ])
      return Attempt.stops(answer.left) ? answer.left : undefined
    }
    yield* finish(running, [Attempt.takenOut(projection.key)])
    return undefined
  })

// The verb ties input and action together; the list of a connector's actions does not show it to the compiler.
type Write = (
  inputs: ReadonlyArray<Inputs.Input>
) => Effect.Effect<ReadonlyArray<Action.Result>, VendorError.VendorError, unknown>
const writeOf = (action: Action.Any): Write => action.write as unknown as Write
