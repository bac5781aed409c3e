/** The vendor fails: the reason says what to do next, nothing is lost, and reading goes on where it was. */
import * as Effect from "effect/Effect"
import type * as Feed from "../Feed.ts"
import type { VendorError } from "../VendorError.ts"
import { always, type Check, CheckFailed, ensure, fail, failureOf } from "./Check.ts"
import * as Faults from "./Faults.ts"
import type { Host } from "./Host.ts"
import { secretsIn, shown } from "./secrets.ts"
import { enoughOf, ensureAlike, ensureRead, playAll, type Stage } from "./Stage.ts"

/** Not a round number of any vendor, so that it cannot come from a default. */
const WAIT_MS = 7_000
/** Headers count in whole seconds. */
const WAIT_ROUNDING_MS = 1_000

type Stepping = Effect.Effect<unknown, VendorError | CheckFailed>

type Trial = (feed: Feed.Any, step: Stepping) => Effect.Effect<void, VendorError | CheckFailed>

/** Tries what `trial` does at the first page of every feed and at a later one, then reads on and compares. */
const atEveryFeed = (stage: Stage, trial: Trial) =>
  Effect.forEach(stage.connector.feeds, (feed) => atFeed(stage, feed, trial), { discard: true })

const atFeed = (stage: Stage, feed: Feed.Any, trial: Trial) =>
  Effect.gen(function* () {
    const { name } = feed
    const played = yield* stage.play(name, enoughOf(stage.subject, name))
    const host = yield* stage.host()
    const [partition] = yield* host.partitions(name)
    if (partition === undefined) return yield* fail(`${name} has no partition`)
    yield* trial(feed, host.step(name, partition))
    yield* host.step(name, partition)
    if (yield* hasMore(stage, host, name, partition)) yield* trial(feed, host.step(name, partition))
    yield* host.pull([name])
    yield* ensureRead(host, played)
    const straight = yield* stage.host()
    yield* straight.pull([name])
    yield* ensureAlike(straight, host, `${name}: after the failures`)
  })

/** Would another step read? Tried on a copy. */
const hasMore = (stage: Stage, host: Host, feed: string, partition: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const copy = yield* stage.host({ saved: host.save() })
      return (yield* copy.step(feed, partition)) !== "waiting"
    })
  )

/** The failure of a step under a fault. */
const under = (stage: Stage, fault: Faults.Fault, feed: Feed.Any, step: Stepping) => {
  const { faults } = stage.subject.emulator
  return Effect.gen(function* () {
    const met = faults.met()
    faults.next("*", 1, fault)
    const error = yield* failure(
      step,
      `${feed.name} read a page although the vendor answered with \`${fault._tag}\`; switch off retries of its own, and map every failure to a reason`
    )
    yield* ensure(faults.met() > met, `${feed.name} failed before it called the vendor: ${error.message}`)
    return error
  })
}

const failure = (step: Stepping, otherwise: string): Effect.Effect<VendorError, CheckFailed> =>
  Effect.flatMap(Effect.either(step), (result) =>
    result._tag === "Right"
      ? Effect.fail(new CheckFailed({ detail: otherwise }))
      : result.left._tag === "CheckFailed"
        ? Effect.fail(result.left)
        : Effect.succeed(result.left)
  )

const throttled: Check = {
  name: "a 429 is RateLimited, with the vendor's wait when it gives one",
  applies: always,
  run: (stage) =>
    atEveryFeed(stage, (feed, step) =>
      Effect.gen(function* () {
        const told = yield* under(stage, Faults.throttle({ retryAfterMs: WAIT_MS }), feed, step)
        const waitMs = told.reason._tag === "RateLimited" ? told.reason.retryAfterMs : undefined
        yield* ensure(
          waitMs !== undefined && waitMs >= WAIT_MS && waitMs <= WAIT_MS + WAIT_ROUNDING_MS,
          `${feed.name}: asked to wait ${WAIT_MS} ms, the reason is ${shown(told.reason)}`
        )
        const untold = yield* under(stage, Faults.throttle(), feed, step)
        yield* ensure(
          untold.reason._tag === "RateLimited" && untold.reason.retryAfterMs === undefined,
          `${feed.name}: throttled without a wait, the reason is ${shown(untold.reason)}`
        )
      })
    )
}

const unavailable: Check = {
  name: "a 5xx, a dead socket and a cut answer are failures to try again, not empty pages",
  applies: always,
  run: (stage) =>
    atEveryFeed(stage, (feed, step) =>
      Effect.gen(function* () {
        for (const code of [500, 502, 503, 504]) {
          const error = yield* under(stage, Faults.status(code, "upstream failed"), feed, step)
          yield* ensure(
            error.reason._tag === "Unavailable",
            `${feed.name}: a ${code} must be Unavailable, the reason is ${shown(error.reason)}`
          )
        }
        for (const fault of [Faults.reset(), Faults.timeoutAfterCommit()]) {
          const dead = yield* under(stage, fault, feed, step)
          yield* ensure(
            dead.reason._tag === "Unavailable",
            `${feed.name}: a dead socket must be Unavailable, the reason is ${shown(dead.reason)}`
          )
        }
        const cut = yield* under(stage, Faults.malformed(), feed, step)
        yield* ensure(
          cut.reason._tag === "Unavailable" || cut.reason._tag === "Malformed",
          `${feed.name}: a cut answer must be Malformed or Unavailable, the reason is ${shown(cut.reason)}`
        )
      })
    )
}

const expired: Check = {
  name: "a credential that ends in the middle is Unauthorized, and nothing is lost",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      yield* atEveryFeed(stage, (feed, step) =>
        Effect.flatMap(under(stage, Faults.unauthorized(), feed, step), (error) => ensureReauthorize(feed.name, error))
      )
      const host = yield* stage.host()
      const feed = stage.connector.feeds[0]!
      const [partition] = yield* host.partitions(feed.name)
      yield* host.step(feed.name, partition!)
      stage.subject.accounts[0].expireToken()
      const accepted = "was read with a token that the vendor does not accept any more"
      yield* ensureReauthorize("reading", yield* failure(stage.settle(host), `everything ${accepted}`))
      for (const { name } of stage.connector.feeds) {
        yield* ensureReauthorize(name, yield* failure(host.pull([name]), `${name} ${accepted}`))
      }
      yield* ensureUnhealthy(stage, host)
    })
}

const ensureReauthorize = (what: string, error: VendorError) =>
  ensure(
    error.reason.recovery === "reauthorize",
    `${what}: refused credentials must be Unauthorized, the reason is ${shown(error.reason)}`
  )

/** `check` says so too. */
const ensureUnhealthy = (stage: Stage, host: Host) =>
  Effect.flatMap(Effect.either(host.use(stage.connector.check)), (checked) =>
    checked._tag === "Left"
      ? ensureReauthorize("check", checked.left)
      : ensure(
          checked.right.some(({ ok }) => !ok),
          "`check` finds nothing wrong with a token that the vendor does not accept"
        )
  )

const cursorExpired: Check = {
  name: "an expired cursor is reset, and what it missed is read",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      const before = yield* playAll(stage)
      const host = yield* stage.host()
      yield* host.pull()
      yield* ensureRead(host, before)
      yield* playAll(stage)
      for (const feed of stage.connector.feeds) {
        if (feed.shape === "changes") yield* loseCursor(stage, host, feed)
        else yield* loseToken(stage, host, feed)
      }
      yield* stage.settle(host)
      const straight = yield* stage.host()
      yield* straight.pull()
      yield* ensureAlike(straight, host, "after the cursor was lost")
    })
}

const loseCursor = (stage: Stage, host: Host, feed: Feed.Any) =>
  Effect.gen(function* () {
    stage.subject.emulator.clock.advance(feed.cadenceMs)
    for (const partition of yield* host.partitions(feed.name)) {
      stage.subject.emulator.faults.next("*", 1, Faults.expireCursor())
      const stepped = yield* host.step(feed.name, partition)
      yield* ensure(
        stepped === "reset",
        `${feed.name}: the vendor forgot the cursor and the page was not CursorExpired; make the stand-in act on \`expireCursor\` and map its answer`
      )
    }
  })

/** Page tokens may expire; where they do, the walk begins anew. */
const loseToken = (stage: Stage, host: Host, feed: Feed.Any) =>
  Effect.gen(function* () {
    stage.subject.emulator.clock.advance(feed.cadenceMs)
    const [partition] = yield* host.partitions(feed.name)
    if (partition === undefined) return
    yield* host.step(feed.name, partition)
    const end = stage.subject.emulator.faults.during("*", Faults.expireCursor())
    const result = yield* Effect.either(host.step(feed.name, partition))
    end()
    const error = result._tag === "Left" ? result.left : undefined
    yield* ensure(
      error === undefined,
      () =>
        `${feed.name}: a page token that the vendor forgot must be CursorExpired, so that the walk begins anew: ${error?.message}`
    )
  })

const noSecrets: Check = {
  name: "secrets are redacted, and no error shows one",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      const host = yield* stage.host()
      const secrets = secretsIn(host.account.credentials)
      yield* ensure(secrets.length > 0, "no field of the credentials is `Schema.Redacted`")
      const settings = shown(host.account.settings)
      yield* ensure(
        !secrets.some((secret) => settings.includes(secret)),
        "a secret of the credentials stands in the settings"
      )
      const { faults } = stage.subject.emulator
      for (const fault of [
        Faults.unauthorized(),
        Faults.echo(),
        Faults.status(503, "upstream failed"),
        Faults.reset()
      ]) {
        const end = faults.during("*", fault)
        const error = yield* failureOf(host.use(stage.connector.check), "").pipe(Effect.either)
        const pulled = yield* Effect.either(host.pull())
        end()
        const texts = [
          error._tag === "Right" ? error.right : undefined,
          pulled._tag === "Left" ? pulled.left : undefined
        ]
          .filter((each) => each !== undefined)
          .map((each) => `${each.message} ${shown(each)}`)
        yield* ensure(
          !texts.some((text) => secrets.some((secret) => text.includes(secret))),
          `an error after \`${fault._tag}\` holds a secret of the credentials`
        )
      }
    })
}

export const failureChecks: ReadonlyArray<Check> = [throttled, unavailable, expired, cursorExpired, noSecrets].map(
  (check) => ({
    ...check,
    applies: (connector) => connector.feeds.length > 0
  })
)
