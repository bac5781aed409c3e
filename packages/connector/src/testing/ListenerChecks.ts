/** A held socket brings what happens, is acknowledged, and ends in words when the credentials do. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Listener from "../Listener.ts"
import type { VendorError } from "../VendorError.ts"
import { always, type Check, CheckFailed, ensure, fail, failureOf } from "./Check.ts"
import { shown } from "./secrets.ts"
import type { Host } from "./Host.ts"
import type { Stage } from "./Stage.ts"

/** Envelopes and closings come within this time, by the machine's clock. */
const HEARD_WITHIN_MS = 5_000

type Connect = Effect.Effect<Stream.Stream<Listener.Envelope, VendorError>, VendorError, unknown>

/** The first envelope that comes when an item is played. */
const hear = (stage: Stage, host: Host, listener: Listener.Any, feed: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const stream = yield* host.use(listener.connect as Connect)
      const [, heard] = yield* Effect.all([stage.play(feed, 1), inTime(listener, Stream.runHead(stream))], {
        concurrency: 2
      })
      if (Option.isNone(heard)) return yield* fail(`${listener.name}: the stream ended without an envelope`)
      yield* heard.value.acknowledge
      return heard.value
    })
  )

const inTime = <A, E>(listener: Listener.Any, effect: Effect.Effect<A, E>): Effect.Effect<A, E | CheckFailed> =>
  Effect.timeoutFail(effect, {
    duration: HEARD_WITHIN_MS,
    onTimeout: () =>
      new CheckFailed({ detail: `${listener.name}: nothing came over the socket within ${HEARD_WITHIN_MS} ms` })
  })

const brings: Check = {
  name: "a socket brings what happens, again after a reconnect, and what it says is what the feed says",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      for (const listener of stage.connector.listeners) {
        const feed = stage.subject.heard?.[listener.name]
        if (feed === undefined)
          return yield* fail(`the Subject's \`heard\` does not say which feed ${listener.name} tells of`)
        const host = yield* stage.host()
        const keys: Array<string> = []
        for (let connection = 1; connection <= 2; connection++) {
          const { key, data } = yield* hear(stage, host, listener, feed)
          keys.push(key)
          const subjects = yield* host.hear(listener.as, data)
          yield* ensure(subjects.length > 0, `${listener.name}: the envelope ${key} tells nothing`)
        }
        yield* ensure(new Set(keys).size === keys.length, `${listener.name}: two envelopes have the key ${keys[0]}`)
        const reader = yield* stage.host()
        yield* reader.pull()
        for (const { subject, ref } of host.told()) {
          yield* ensure(
            reader.ledger().of({ subject, ref }) !== undefined,
            `${listener.name} tells of ${subject} ${ref.kind} ${ref.id}, which no feed knows`
          )
        }
      }
    })
}

const refused: Check = {
  name: "a socket with refused credentials fails as Unauthorized",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      const host = yield* stage.host()
      stage.subject.accounts[0].expireToken()
      for (const listener of stage.connector.listeners) {
        const opened = Effect.scoped(
          Effect.flatMap(host.use(listener.connect as Connect), (stream) => Stream.runHead(stream))
        )
        const error = yield* inTime(
          listener,
          failureOf(opened, `${listener.name} opens with a token that the vendor does not accept`)
        )
        yield* ensure(
          error.reason.recovery === "reauthorize",
          `${listener.name}: refused credentials must be Unauthorized, the reason is ${shown(error.reason)}`
        )
      }
    })
}

export const listenerChecks: ReadonlyArray<Check> = [brings, refused].map((check) => ({
  ...check,
  applies: (connector) => connector.listeners.length > 0
}))
