/**
 * One performance of the played day with the daemon in a process of its own, which is killed at random moments and started
 * again. The vendors' stand-ins live here, and so outlive it. What stands in them at the end, by our keys, must be what
 * stands there when nobody was killed.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Report } from "@interchannel/runtime"
import { ControlClient } from "@interchannel/server"
import * as Effect from "effect/Effect"
import manifest from "../package.json" with { type: "json" }
import { furnish } from "../src/demo/home.ts"
import * as PlayedDay from "../src/demo/PlayedDay.ts"
import * as Stage from "../src/demo/Stage.ts"
import * as DaemonProcess from "./DaemonProcess.ts"
import { freePort } from "./freePort.ts"

export interface Options {
  readonly kills: number
  /** 0 … 1, the same sequence for the same seed. */
  readonly random: () => number
}

export interface Performed {
  /** What we wrote in all systems, times counted from noon. */
  readonly canonical: string
  readonly kills: number
  readonly seconds: number
}

/** A life of the daemon lasts between these, from the start of its process. */
const LIFE_MS = { shortest: 300, longest: 4_000 }
const LOOK_EVERY_MS = 100
/** Vendors try for minutes to hours; here a daemon that comes and goes within seconds is met by one of these. */
const RETRY_AFTER_MS = [250, 1_000, ...Array.from({ length: 10 }, () => 4_000)]
/** So long nothing may be under way at the end: pushes are tried again after seconds, cards wait for the end of a burst. */
const QUIET_MS = 6_000
const DONE_WITHIN_MS = 120_000

export const perform = (options: Options): Promise<Performed> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const begunAt = Date.now()
        const folder = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-soak-"))),
          (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
        )
        const noon = wholeSecond(begunAt)
        const stage = yield* Stage.set(noon - PlayedDay.MORNING_MS)
        const morning = PlayedDay.morning.map((step) => noon - PlayedDay.MORNING_MS + step.at)
        for (const [index, step] of PlayedDay.morning.entries()) stage.play(step, morning[index]!)
        stage.waitUntil(noon)
        const intakePort = yield* Effect.promise(freePort)
        furnish(folder, stage.addresses, { intakePort, canaryRecords: 2 })
        yield* stage.pushTo(`http://127.0.0.1:${intakePort}`, { now: Date.now, retryAfterMs: RETRY_AFTER_MS })
        const keeper = yield* Effect.acquireRelease(
          Effect.sync(() => keep(folder, options)),
          ({ end }) => Effect.promise(end)
        )
        const control = controlOf(folder)
        const playedAt = yield* Effect.promise(() => play(stage, control, keeper))
        const canonical = canonicalOf(stage, [...morning, ...playedAt])
        return { canonical, kills: keeper.kills(), seconds: Math.round((Date.now() - begunAt) / 1_000) }
      })
    )
  )

/** What only one of two canonical states has; what stands there twice counts twice. */
export const difference = (calm: string, other: string): string => {
  const left = other.split("\n")
  const missing: Array<string> = []
  for (const line of calm.split("\n")) {
    const index = left.indexOf(line)
    if (index < 0) missing.push(line)
    else left.splice(index, 1)
  }
  return [...missing.map((line) => `-${line}`), ...left.map((line) => `+${line}`)].join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------

interface Keeper {
  readonly kills: () => number
  /** All kills are done; from now on it lives. */
  readonly survived: () => boolean
  readonly lastLines: () => ReadonlyArray<string>
  readonly end: () => Promise<void>
}

/** Starts the daemon, kills it after a random time, starts it again, as often as asked for. */
const keep = (folder: string, { kills, random }: Options): Keeper => {
  let done = 0
  let ended = false
  let daemon = DaemonProcess.start(folder)
  const cycle = async () => {
    while (done < kills && !ended) {
      await sleep(LIFE_MS.shortest + random() * (LIFE_MS.longest - LIFE_MS.shortest))
      await daemon.kill()
      done += 1
      if (!ended) daemon = DaemonProcess.start(folder)
    }
  }
  const running = cycle()
  return {
    kills: () => done,
    survived: () => done >= kills,
    lastLines: () => daemon.lastLines(),
    end: async () => {
      ended = true
      await running
      await daemon.stop()
    }
  }
}

type Control = Effect.Effect.Success<ReturnType<typeof ControlClient.find>>
type AskControl = <A>(ask: (control: NonNullable<Control>) => Effect.Effect<A, unknown>) => Promise<A | undefined>

/** Asks whatever daemon lives; `undefined` when none does at the moment, or when it dies over the question. */
const controlOf =
  (folder: string): AskControl =>
  (ask) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const control = yield* ControlClient.find(folder, manifest.version)
        return control === undefined ? undefined : yield* ask(control)
      }).pipe(Effect.catchAllCause(() => Effect.succeed(undefined)))
    )

/** Answers when each step of the afternoon was played. */
const play = async (stage: Stage.Stage, control: AskControl, keeper: Keeper): Promise<ReadonlyArray<number>> => {
  const { crm, chat, phone } = Stage.connections
  const by = "soak"
  await eventually("the history of the morning is planned", keeper, async () => {
    const plans = await control(({ plan }) => plan(crm))
    return plans?.some(({ writes }) => writes.some(({ create }) => create > 0)) === true
  })
  for (const destination of [crm, chat, phone]) {
    await eventually(`${destination} is approved`, keeper, async () => {
      return (await control(({ approve }) => approve(destination, { all: true, by }))) !== undefined
    })
  }
  // Some vendors' times are whole seconds: every performance has its steps at the same fractions of one.
  let begunAt = wholeSecond(Date.now())
  const playedAt: Array<number> = []
  for (const step of PlayedDay.afternoon) {
    const isTime = () => Date.now() >= begunAt + step.at
    await eventually(`the ${step.deed.on} can ${step.deed.does}`, keeper, async () => isTime() && stage.isReady(step))
    if (step.when !== undefined) begunAt += wholeSecond(Math.max(0, Date.now() - begunAt - step.at - SECOND_MS))
    const at = begunAt + step.at
    stage.play(step, at)
    playedAt.push(at)
  }
  let quietSince: number | undefined
  let seen = ""
  let missing: ReadonlyArray<string> = []
  const whatIsMissing = () => missing.join("; ")
  await eventually(
    "everything is written",
    keeper,
    async () => {
      const status = keeper.survived() ? await control((live) => live.status) : undefined
      const now = status === undefined ? "" : fingerprint(status)
      missing = status === undefined ? ["no daemon answers"] : [...unsettled(status), ...caughtIn(stage, status)]
      const isDone = missing.length === 0
      quietSince = isDone && now === seen ? (quietSince ?? Date.now()) : undefined
      seen = now
      return quietSince !== undefined && Date.now() - quietSince >= QUIET_MS
    },
    whatIsMissing
  )
  return playedAt
}

const caughtIn = (stage: Stage.Stage, status: Report.Status): ReadonlyArray<string> =>
  PlayedDay.caught(stage.standing(status))

/** What is still under way, in words. */
const unsettled = ({ toResolve, toPlan, connections }: Report.Status): ReadonlyArray<string> => [
  ...(toResolve === 0 ? [] : [`${toResolve} to resolve`]),
  ...(toPlan === 0 ? [] : [`${toPlan} to plan`]),
  ...connections.flatMap(({ id, pending, health, feeds, destination }) => [
    ...(health === "running" ? [] : [`${id} is ${health}`]),
    ...(pending === 0 ? [] : [`${pending} of ${id} to read`]),
    ...feeds.filter(({ progress }) => progress < 1).map(({ feed, progress }) => `${id} ${feed} at ${progress}`),
    ...((destination?.due ?? 0) === 0 ? [] : [`${destination!.due} to write to ${id}`])
  ])
]

const fingerprint = ({ interactions, contacts, connections }: Report.Status): string =>
  JSON.stringify([
    interactions,
    contacts,
    connections.map(({ accepted, destination }) => [accepted, destination?.delivered])
  ])

const eventually = async (
  what: string,
  keeper: Keeper,
  condition: () => Promise<boolean>,
  why: () => string = () => ""
): Promise<void> => {
  const until = Date.now() + DONE_WITHIN_MS
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`never: ${what}: ${why()}\n${keeper.lastLines().join("\n")}`)
    await sleep(LOOK_EVERY_MS)
  }
}

/**
 * All systems as sorted JSON. Vendors' ids, and with them our keys, are made of the time of day, and how long a call lasted
 * depends on how long the daemon was dead: so each date becomes the step it belongs to; keys, record ids, lengths of
 * time and times of whole seconds, which may be before their step, are left out. What was written twice stands there twice.
 */
const canonicalOf = (stage: Stage.Stage, playedAt: ReadonlyArray<number>): string => {
  const stepAt = (date: string) => playedAt.findLastIndex((at) => at <= Date.parse(date))
  return stage
    .canonical()
    .map((written) =>
      JSON.stringify(written, (name, value) => (name === "key" ? undefined : value))
        .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, (date) =>
          date.endsWith(".000Z") ? "…" : `step ${stepAt(date)}`
        )
        .replace(/(record\/0-1\/)\d+/g, "$1…")
        .replace(/("hs_call_duration":")\d+/g, "$1…")
        // Drawn in a row with what our own cards set off.
        .replace(/(Recordings\/RE|"hs_call_external_id":"CA)[0-9a-f]{32}/g, "$1…")
        .replace(/(Waited: )\d+ s/g, "$1…")
    )
    .sort()
    .join("\n")
}

const SECOND_MS = 1_000
/** The next one. */
const wholeSecond = (at: number): number => Math.ceil(at / SECOND_MS) * SECOND_MS

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
