/**
 * The daemon's processes, one after the other and at times two at once, and what befalls them: they are killed at an await,
 * freeze until their leases are somebody else's, have wrong clocks, and find vendors down.
 */
import type { Store } from "@interchannel/store"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Company from "./Company.ts"
import * as Daemon from "./Daemon.ts"
import * as Dice from "./Dice.ts"
import * as Disk from "./Disk.ts"
import type { Log } from "./Log.ts"
import type { Mutant } from "./Mutant.ts"
import type { Door } from "./Post.ts"
import * as Process from "./Process.ts"
import type { Time } from "./Time.ts"
import type { Trouble } from "./Trouble.ts"
import type { Turns } from "./Turns.ts"
import * as Wire from "./Wire.ts"
import type { World } from "./World.ts"

export interface Fleet {
  /** Starts a process in so many milliseconds. */
  readonly launch: (inMs: number) => void
  /** Where pushes are taken now. */
  readonly door: () => Door | undefined
  /** Whom a person would ask. */
  readonly newest: () => Daemon.Running | undefined
  readonly isStopped: () => boolean
  /** Does the process with this name live? */
  readonly isAlive: (name: string) => boolean
  /** So much goes wrong in the next `ms`; answers how much longer it takes until what froze is awake. */
  readonly trouble: (ms: number) => number
  /** From now on all is well; one daemon runs. */
  readonly calm: () => void
  /** Everybody dies, and who starts again has the code of today. */
  readonly renew: () => void
  /** Everybody dies, and nobody starts again. */
  readonly stop: () => void
}

interface Options {
  readonly seed: number
  readonly time: Time
  readonly turns: Turns
  readonly log: Log
  readonly trouble: Trouble
  readonly world: World
  readonly store: Context.Context<Store.Services>
  readonly mutant: Mutant | undefined
}

const HALF_MINUTE_MS = 30_000
/** Awaits that a doomed process has left, at most: about half a minute of work. */
const AWAITS_MAX = 1_500
/** How often a person looks whether a connection is parked. */
const RENEW_EVERY_MS = 10_000
/** Longer than a lease. */
const FREEZE_MS = [65_000, 75_000] as const
/** What still wants something after such a sleep gets so much time for it. */
const AWAKE_MS = 15_000
const VENDORS = ["chat", "chat-b", "phone", "mail", "crm", "desk"]

interface Member {
  readonly process: Process.Process
  readonly host: string
  readonly daemon: Daemon.Running
}

export const make = (options: Options): Fleet => {
  const { seed, time, log, trouble, world, mutant } = options
  const dice = Dice.make(seed, "fleet")
  const members: Array<Member> = []
  let launches = 0
  let stopped = false
  let stoppedOn: string | undefined
  const living = () => members.filter(({ process }) => process.isAlive())
  const newest = () => living().at(-1)
  const dieAll = () => {
    for (const { process } of living()) process.die()
  }
  const isAlive = (name: string) => living().some(({ process }) => process.name === name)

  const launch = (inMs: number, host = "first") => {
    const pid = ++launches
    time.after(inMs, () => {
      if (stopped) return
      const process: Process.Process = Process.make(nameOf(pid), time, {
        aheadMs: trouble.isOver() ? 0 : dice.between(-2_000, 2_000),
        died: () => {
          log.say(process.name, () => "dies")
          members.find((member) => member.process === process)?.daemon.stop()
          // Another one may be waiting for its leases already.
          if (!stopped && living().length === 0) launch(dice.between(1_500, 10_000), host)
        }
      })
      log.say(process.name, () => `starts on ${host}`)
      const wire = Wire.make({
        ...options,
        dice: Dice.make(seed, `wire ${pid}`),
        process,
        rests: world.rests,
        isDown: (vendor) => world.down.has(vendor)
      })
      const disk = Disk.make({ ...options, dice: Dice.make(seed, `disk ${pid}`), process })
      const daemon = Daemon.start({
        ...options,
        process,
        host,
        pid,
        disk: mutant?.disk?.(disk, { time, process }) ?? disk,
        installation: Company.installation(world, mutant?.wire?.(wire) ?? wire, { trouble, now: time.now }),
        isAlive: (other) => isAlive(nameOf(other))
      })
      members.push({ process, host, daemon })
    })
  }

  const freeze = () => {
    const one = newest()
    if (one === undefined) return
    const ms = trouble.dice("freeze").between(...FREEZE_MS)
    log.say(one.process.name, () => `freezes for ${ms} ms`)
    one.process.freeze(ms)
    launch(2_000, "second")
    time.after(ms + AWAKE_MS, one.process.die)
  }

  const troubleOfHalfMinute = () => {
    const one = newest()
    if (trouble.happens("crash")) one?.process.dieIn(trouble.dice("crash").between(1, AWAITS_MAX))
    if (trouble.happens("clock step")) one?.process.setClock(trouble.dice("clock step").between(-5_000, 5_000))
    if (trouble.happens("outage")) {
      const vendor = trouble.dice("outage").pick(VENDORS)
      log.say(vendor, () => "is down")
      world.down.add(vendor)
      time.after(trouble.dice("outage").between(5_000, 40_000), () => world.down.delete(vendor))
    }
  }

  let renewed = 0
  let seen = 0
  /** Somebody gives new tokens for those that expired. */
  const renewTokens = () => {
    if (stopped) return
    time.after(RENEW_EVERY_MS, renewTokens)
    // What expired a moment ago may not have parked its connection yet, so they come once more.
    const parked = seen
    seen = trouble.counts()["expired token"] ?? 0
    if (seen === renewed) return
    const done = Effect.sync(() => {
      renewed = parked
    })
    for (const { daemon } of living()) daemon.ask((control) => Effect.zipRight(control.reload, done))
  }
  time.after(RENEW_EVERY_MS, renewTokens)

  return {
    // Elsewhere it would wait for each lease of the one that was stopped.
    launch: (inMs) => {
      stopped = false
      launch(inMs, stoppedOn)
    },
    door: () => newest()?.daemon.door,
    newest: () => newest()?.daemon,
    isStopped: () => stopped,
    isAlive,
    trouble: (ms) => {
      if (trouble.happens("second daemon")) launch(2_000, "second")
      const freezes = trouble.happens("freeze")
      const longerMs = freezes ? FREEZE_MS[1] : 0
      if (freezes) time.after(trouble.dice("freeze").between(5_000, ms - AWAKE_MS), freeze)
      for (let at = 1_000; at < ms + longerMs; at += HALF_MINUTE_MS) {
        time.after(dice.between(at, at + HALF_MINUTE_MS), troubleOfHalfMinute)
      }
      return longerMs
    },
    calm: () => {
      trouble.end()
      world.down.clear()
      for (const { process } of living().slice(0, -1)) process.die()
      const last = newest()
      last?.process.setClock(0)
      last?.process.dieIn(Number.POSITIVE_INFINITY)
    },
    renew: dieAll,
    stop: () => {
      stopped = true
      stoppedOn = newest()?.host
      dieAll()
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const nameOf = (pid: number): string => `daemon-${pid}`
