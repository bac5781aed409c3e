/** The daemon under test: the real one, on a disk and a wire on which things go wrong, in a process that can be killed. */
import { Control, Daemon, type Installation, Quota, Receiver } from "@interchannel/runtime"
import { Database, Inbox, type Store } from "@interchannel/store"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { Log } from "./Log.ts"
import type { Door } from "./Post.ts"
import type { Process } from "./Process.ts"
import type { Turns } from "./Turns.ts"

export interface Running {
  /** Its process has died: its fibers end, and do nothing any more. */
  readonly stop: () => void
  /** Webhooks come in here. */
  readonly door: Door
  /** Asks it for something, as a person does; `false`: it is not up. */
  readonly ask: (what: (control: Control["Type"]) => Effect.Effect<unknown, unknown>) => boolean
}

interface Options {
  readonly process: Process
  readonly disk: Context.Context<Store.Services>
  readonly installation: Installation.Installation
  readonly turns: Turns
  readonly log: Log
  readonly host: string
  readonly pid: number
  readonly isAlive: (pid: number) => boolean
}

export const start = ({ process, disk, installation, turns, log, ...who }: Options): Running => {
  const layer = Daemon.layer({
    ...who,
    run: process.name,
    installation,
    reload: Effect.succeed(Either.right(installation))
  }).pipe(Layer.provide(Layer.succeed(Quota.Slots, Quota.open)), Layer.provide(Layer.succeedContext(disk)))
  const logger = Logger.make(({ logLevel, message, cause }) => {
    log.say(
      process.name,
      () => `${logLevel.label}: ${String(message)}${Cause.isEmpty(cause) ? "" : ` ${Cause.pretty(cause)}`}`
    )
  })
  const run = (effect: Effect.Effect<unknown, unknown>) =>
    Effect.runFork(
      effect.pipe(
        Effect.withClock(process.clock),
        // Nobody looks at spans here, and they take a fifth of the time.
        Effect.withTracerEnabled(false),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      ),
      { scheduler: turns }
    )
  let up: Context.Context<Control | Daemon.Connected> | undefined
  const fiber = run(
    Effect.scoped(
      Effect.flatMap(Layer.build(layer), (built) => {
        up = built
        return Effect.never
      })
    )
  )
  fiber.addObserver((exit) => log.say(process.name, () => `ended ${exit._tag}`))
  const intake: Door = (path, delivery, taken) => {
    if (up === undefined || !process.isAlive()) return
    const receivedAt = process.clock.unsafeCurrentTimeMillis()
    const judged = Receiver.judge(Context.get(up, Daemon.Connected), path, { ...delivery, receivedAt })
    if (judged._tag !== "Store") return
    const store = Effect.flatMap(Inbox.Inbox, (inbox) =>
      Effect.flatMap(Database.Database, (database) =>
        database.write(inbox.accept([judged.incoming]), { priority: "intake" })
      )
    )
    run(Effect.zipRight(Effect.provide(store, disk), Effect.sync(taken)))
  }
  return {
    stop: () => fiber.unsafeInterruptAsFork(FiberId.none),
    door: intake,
    ask: (what) => {
      if (up === undefined || !process.isAlive()) return false
      run(what(Context.get(up, Control)))
      return true
    }
  }
}
