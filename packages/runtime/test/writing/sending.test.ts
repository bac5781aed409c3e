/** A message is said once at most: for each way a vendor treats repetition, and each way an attempt can go wrong. */
import { Action, type Connector, VendorError } from "@interchannel/connector"
import { Own, Ref } from "@interchannel/domain"
import { Connections, Messages, Projections, Quarantine, Store } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, Exit, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Dispatcher from "../../src/writing/Dispatcher.ts"
import type { Running } from "../../src/connections/Running.ts"
import { START, world } from "../stages.ts"

const VISIBLE_AFTER_MS = 5_000
const ROUNDS = 6

/** `look up in vain`: it could be looked up, but not in this account, such as a mailbox that keeps no sent mail. */
type Repetition = "vendor key" | "look up first" | "look up in vain" | "none"
type Trouble = keyof typeof troubles

const noAnswer = new VendorError.Unavailable({ detail: "no answer", uncertain: true })
/** What happens at the first attempt: before the vendor has done it, or after. */
const troubles = {
  nothing: {},
  "a refusal": { before: Effect.fail(new VendorError.Rejected({ code: "no", detail: "not to this channel" })) },
  "being told to wait": { before: Effect.fail(new VendorError.RateLimited({ retryAfterMs: 1_000 })) },
  "an answer nobody can read": { after: Effect.fail(new VendorError.Malformed({ detail: "cut off" })) },
  "a time-out before it arrived": { before: Effect.fail(noAnswer) },
  "a time-out after it arrived": { after: Effect.fail(noAnswer) },
  "a kill before it was sent": { before: Effect.die("killed") },
  "a kill after it arrived": { after: Effect.die("killed") }
} satisfies Record<string, { readonly [at in "before" | "after"]?: Effect.Effect<never, VendorError.Reason> }>

/** A vendor that says every message it is sent, under vendor keys each key once. */
const vendor = (repetition: Repetition, trouble: Trouble) => {
  const said: Array<string> = []
  let first = true
  const { before, after }: { before?: Effect.Effect<never, VendorError.Reason>; after?: typeof before } =
    troubles[trouble]
  const failing = (how: typeof before) =>
    how === undefined ? Effect.void : Effect.mapError(how, (reason) => VendorError.make("pager", "send", reason))
  const written = { ref: Ref.local("message", "1") }
  const write = Action.each((input: Action.Input<"SendMessage">) =>
    Effect.gen(function* () {
      expect(input.existing).toBeUndefined()
      const isFirst = first
      first = false
      if (isFirst) yield* failing(before)
      if (repetition !== "vendor key" || !said.includes(input.key)) said.push(input.key)
      if (isFirst) yield* failing(after)
      return written
    })
  )
  const find = ({ key }: Action.Input<"SendMessage">) =>
    repetition === "look up in vain"
      ? Effect.fail(VendorError.make("pager", "find", new VendorError.Rejected({ code: "sent", detail: "none kept" })))
      : Effect.succeed(said.includes(key) ? written : undefined)
  const shared = { batchMax: 1, write }
  const action =
    repetition === "look up first" || repetition === "look up in vain"
      ? Action.SendMessage.with({ ...shared, idempotency: "look up first", visibleAfterMs: VISIBLE_AFTER_MS, find })
      : Action.SendMessage.with({ ...shared, idempotency: repetition })
  return { said, action }
}

const ask = Effect.gen(function* () {
  const messages = yield* Messages.Messages
  const projections = yield* Projections.Projections
  yield* messages.put("k", { conversation: Ref.local("channel", "C1"), text: "the parcel has come" }, START)
  yield* projections.desire([
    {
      key: "k",
      destination: "chat",
      verb: "SendMessage",
      subject: "test",
      desired: "k",
      records: [],
      state: "due",
      dueAt: START,
      lane: 0,
      at: START
    }
  ])
})

/** Until all is done; a kill is followed by another run. */
const runs = ({ runningOf }: Effect.Effect.Success<ReturnType<typeof world>>, action: Action.Any) =>
  Effect.gen(function* () {
    let since = START
    for (let round = 0; round < ROUNDS; round++) {
      const running = runningOf("chat")
      const connector = { ...running.installed.connector, actions: [action] } as Connector.Any
      const now: Running = { ...running, since, installed: { ...running.installed, connector } }
      const ended = yield* Effect.exit(Dispatcher.send(now, { own: Own.none, destinations: [], titleOf: String }))
      yield* TestClock.adjust("10 seconds")
      if (Exit.isFailure(ended)) since = START + (round + 1) * 10_000
    }
  })

const outcome = Effect.gen(function* () {
  const row = (yield* (yield* Projections.Projections).get(["k"])).get("k")
  const [aside] = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
  return aside === undefined ? row?.state : aside.reason
})

type Row = readonly [said: number, outcome: string]
const isBlind = (repetition: Repetition) => repetition === "none" || repetition === "look up in vain"
const row = (lookedUp: Row, unknown: Row) => (repetition: Repetition) => (isBlind(repetition) ? unknown : lookedUp)
const always = (row: Row) => () => row
const table: Readonly<Record<Trouble, (repetition: Repetition) => Row>> = {
  nothing: always([1, "settled"]),
  "a refusal": always([0, "Rejected"]),
  "being told to wait": always([1, "settled"]),
  "an answer nobody can read": row([1, "Malformed"], [1, "OutcomeUnknown"]),
  "a time-out before it arrived": row([1, "settled"], [0, "OutcomeUnknown"]),
  "a time-out after it arrived": row([1, "settled"], [1, "OutcomeUnknown"]),
  "a kill before it was sent": row([1, "settled"], [0, "OutcomeUnknown"]),
  "a kill after it arrived": row([1, "settled"], [1, "OutcomeUnknown"])
}
const repetitions: ReadonlyArray<Repetition> = ["vendor key", "look up first", "look up in vain", "none"]

describe.each(repetitions)("where the vendor offers for repetition: %s", (repetition) => {
  for (const trouble of Object.keys(table) as ReadonlyArray<Trouble>) {
    // Set aside as unreadable first; whoever releases it has it looked up.
    if (repetition === "look up in vain" && trouble === "an answer nobody can read") continue
    const [times, ends] = table[trouble](repetition)
    it.effect(
      `after ${trouble} the message was said ${times} times and is ${ends}`,
      () =>
        Effect.gen(function* () {
          const stages = yield* world()
          const { said, action } = vendor(repetition, trouble)
          // The mode of a destination is about customers' records.
          yield* (yield* Connections.Connections).update("chat", { paused: true })
          yield* ask
          yield* runs(stages, action)
          expect([said.length, yield* outcome]).toEqual([times, ends])
          const aside = yield* stages.control.quarantine({})
          if (aside.length === 0) return
          expect(aside[0]?.remedy).toContain("quarantine")
          yield* stages.control.release({ subjects: ["k"] })
          yield* runs(stages, action)
          // Where nothing can be looked up, a person's word is that it may be said once more.
          expect([said.length, yield* outcome]).toEqual([isBlind(repetition) ? times + 1 : 1, "settled"])
        }).pipe(Effect.provide(Store.layerTemporary)) as Effect.Effect<void>
    )
  }

  it.effect(
    "what a person lets go is never said",
    () =>
      Effect.gen(function* () {
        const stages = yield* world()
        const { said, action } = vendor(repetition, "a refusal")
        yield* ask
        yield* runs(stages, action)
        yield* stages.control.letGo({ subjects: ["k"] })
        yield* ask
        yield* runs(stages, action)
        expect([said.length, yield* outcome]).toEqual([0, "held"])
      }).pipe(Effect.provide(Store.layerTemporary)) as Effect.Effect<void>
  )
})
