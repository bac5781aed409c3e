/**
 * The demonstration: a whole day of a company with four systems, played on this machine in a minute.
 *
 *   morning (before us) ─► observe ─► plan ─► canary ─► all ─► afternoon with traps ─► what stands in the systems
 */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import type { Report } from "@interchannel/runtime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Config from "../Config.ts"
import * as Launch from "../Launch.ts"
import { Process } from "../Process.ts"
import { planView } from "../render/PlanView.ts"
import { bar, count, of, percent } from "../render/Quantity.ts"
import { paint } from "../render/Style.ts"
import { Screen } from "../Screen.ts"
import { because, failed, type Stop } from "../Stop.ts"
import * as Stores from "../Stores.ts"
import { cardsOf, cardView } from "./CardView.ts"
import * as Cast from "./Cast.ts"
import { furnish } from "./home.ts"
import * as PlayedDay from "./PlayedDay.ts"
import type { Step } from "./Script.ts"
import * as Stage from "./Stage.ts"
import { timelineView } from "./TimelineView.ts"
import { totalsOf, totalsView } from "./Totals.ts"

const CANARY_RECORDS = 2
const LOOK_EVERY_MS = 250
/** Everything that is under way must be done within this time, or the demonstration says what hangs. */
const SETTLE_WITHIN_MS = 90_000
/** So long nothing may be under way: a push may be on the wire, and a card waits for the end of a burst. */
const QUIET_MS = 2_000
const BAR_COLUMNS = 30
/** The customer whose history is shown at the end. */
const SHOWN: Cast.CustomerName = "ada"

export interface Played {
  readonly stage: Stage.Stage
  readonly launched: Launch.Launched
  readonly status: Report.Status
  readonly configFile: string
}

/** Plays it in this folder, which should be empty; the daemon runs until the scope closes. */
export const play = (folder: string) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    const noon = yield* Clock.currentTimeMillis
    yield* say(
      `${Cast.company.name} talks to ${of(Cast.customerNames.length, "customer")} in Slack, on the phone (Twilio) and by mail, and keeps them in HubSpot. All four are stand-ins on this machine.`
    )
    const stage = yield* morning(noon)
    const { launched, configFile } = yield* start(folder, stage)
    yield* observe(launched)
    yield* approve(launched)
    yield* afternoon(stage, launched)
    const status = yield* launched.control.status.pipe(Effect.mapError(because))
    yield* show(stage, status)
    return { stage, launched, status, configFile } satisfies Played
  })

// ---------------------------------------------------------------------------------------------------------------------

const act = (title: string) => Effect.flatMap(Screen, ({ say, style }) => say(`\n${paint(style, "bold", title)}`))

const morning = (noon: number) =>
  Effect.gen(function* () {
    yield* act("The morning, before there is a daemon")
    const beginsAt = noon - PlayedDay.MORNING_MS
    const stage = yield* Stage.set(beginsAt)
    for (const step of PlayedDay.morning) stage.play(step, beginsAt + step.at)
    stage.waitUntil(noon)
    const { say } = yield* Screen
    yield* say(`  ${of(PlayedDay.morning.length, "thing")} happened in the four systems.`)
    return stage
  })

const start = (folder: string, stage: Stage.Stage) =>
  Effect.gen(function* () {
    yield* act("interchannel start")
    const { pid, version } = yield* Process
    const { say } = yield* Screen
    const configFile = furnish(folder, stage.addresses, { intakePort: 0, canaryRecords: CANARY_RECORDS })
    // Only what is written there: no variable of this shell may reach into the demonstration.
    const load = Config.load(configFile, {})
    const loaded = yield* load.pipe(Effect.mapError(because))
    const launched = yield* Launch.launch({
      loaded,
      reload: Effect.map(Effect.either(load), (read) =>
        Either.mapBoth(read, { onLeft: ({ problems }) => problems, onRight: ({ installation }) => installation })
      ),
      store: Stores.layer(loaded),
      host: hostname(),
      pid,
      run: randomUUID(),
      version
    }).pipe(Effect.mapError(because))
    const clock = yield* Effect.clock
    yield* stage.pushTo(launched.intake.url, { now: () => clock.unsafeCurrentTimeMillis() })
    yield* say("  It observes: it reads what there is, and writes nothing.")
    return { launched, configFile }
  })

const observe = (launched: Launch.Launched) =>
  Effect.gen(function* () {
    const { say, style } = yield* Screen
    yield* settled(launched, (status) => {
      const feeds = status.connections.flatMap((connection) => connection.feeds)
      const read = feeds.reduce((sum, { progress }) => sum + progress, 0) / Math.max(1, feeds.length)
      return `  reading  ${bar(read, BAR_COLUMNS)} ${percent(read)}  ${of(status.interactions, "interaction")}, ${of(status.contacts, "contact")}`
    })
    yield* act("interchannel plan")
    const plans = yield* launched.control.plan().pipe(Effect.mapError(because))
    yield* say(indented(planView(plans, { ...style, columns: style.columns - 2 })))
  })

const approve = ({ control, ...launched }: Launch.Launched) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    const { user: by } = yield* Process
    const { crm, chat, phone } = Stage.connections
    yield* act(`interchannel approve ${crm}`)
    const canary = yield* control.approve(crm, { all: false, by }).pipe(Effect.mapError(because))
    yield* say(`  HubSpot is prepared: ${of(canary.prepared.length, "step")}, the last one: ${canary.prepared.at(-1)}.`)
    yield* settled({ control, ...launched }, delivering)
    yield* say(`  Only ${of(canary.records, "record")} may be written to so far.`)
    yield* act(`interchannel approve ${crm} --all, and ${chat}, and ${phone}`)
    for (const destination of [crm, chat, phone]) {
      yield* control.approve(destination, { all: true, by }).pipe(Effect.mapError(because))
    }
    yield* settled({ control, ...launched }, delivering)
  })

const afternoon = (stage: Stage.Stage, launched: Launch.Launched) =>
  Effect.gen(function* () {
    yield* act("The afternoon, with traps in it")
    const { say, style } = yield* Screen
    const beginsAt = yield* Clock.currentTimeMillis
    for (const step of PlayedDay.afternoon) {
      yield* until(stage, step, beginsAt + step.at)
      stage.play(step, beginsAt + step.at)
      if (step.trap !== undefined) yield* say(`  ${paint(style, "yellow", "·")} ${step.trap.told}`)
    }
    yield* settled(launched, delivering, (status) => PlayedDay.caught(stage.standing(status)))
  })

/** When its time has come, and what it needs is there. */
const until = (stage: Stage.Stage, step: Step, at: number): Effect.Effect<void, Stop> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (now >= at && stage.isReady(step)) return
    if (now > at + SETTLE_WITHIN_MS) {
      return yield* failed(
        `The demonstration waits in vain: what the ${step.deed.on} needs to ${step.deed.does} never came.`
      )
    }
    yield* Effect.sleep(Math.max(10, Math.min(LOOK_EVERY_MS, at - now)))
    yield* until(stage, step, at)
  })

const delivering = (status: Report.Status): string => {
  const destinations = status.connections.flatMap(({ destination }) => (destination === undefined ? [] : [destination]))
  const sum = (field: "delivered" | "due" | "held") => destinations.reduce((total, it) => total + it[field], 0)
  const [delivered, due] = [sum("delivered"), sum("due")]
  const share = delivered + due === 0 ? 1 : delivered / (delivered + due)
  return `  writing  ${bar(share, BAR_COLUMNS)} ${percent(share)}  ${count(delivered)} delivered, ${count(due)} due`
}

/** Nothing is under way: all is read, decoded and planned, and what may be written is written. */
const isSettled = (status: Report.Status): boolean =>
  status.toPlan === 0 &&
  status.connections.every(
    ({ pending, health, feeds, destination }) =>
      health === "running" &&
      pending === 0 &&
      feeds.every(({ progress }) => progress >= 1) &&
      (destination === undefined || destination.mode !== "live" || destination.due === 0)
  )

/** `missing`: what should be there by then, and is not. */
const settled = (
  { control }: Launch.Launched,
  line: (status: Report.Status) => string,
  missing: (status: Report.Status) => ReadonlyArray<string> = () => []
) =>
  Effect.gen(function* () {
    const { redraw, interactive } = yield* Screen
    const begunAt = yield* Clock.currentTimeMillis
    let quietSince: number | undefined
    let activity = ""
    for (let now = begunAt; now < begunAt + SETTLE_WITHIN_MS; now = yield* Clock.currentTimeMillis) {
      const status = yield* control.status.pipe(Effect.mapError(because))
      if (interactive) yield* redraw(line(status))
      const seen = JSON.stringify(totalsOf(status))
      const isDone = isSettled(status) && missing(status).length === 0
      quietSince = isDone && seen === activity ? (quietSince ?? now) : undefined
      activity = seen
      if (quietSince !== undefined && now - quietSince >= QUIET_MS) {
        if (!interactive) yield* redraw(line(status))
        return
      }
      yield* Effect.sleep(LOOK_EVERY_MS)
    }
    const status = yield* control.status.pipe(Effect.mapError(because))
    const what = isSettled(status) ? missing(status).join("; ") : JSON.stringify(status.connections)
    return yield* failed(`The demonstration is not done after ${SETTLE_WITHIN_MS / 1_000} s: ${what}`)
  })

const show = (stage: Stage.Stage, status: Report.Status) =>
  Effect.gen(function* () {
    const { say, style } = yield* Screen
    const { name } = Cast.customerOf(SHOWN)
    const standing = stage.standing(status)
    yield* act(`${name}'s timeline, as HubSpot holds it`)
    yield* say(
      timelineView(
        standing.entries.filter(({ on }) => on.includes(SHOWN)),
        style
      )
    )
    yield* act(`${name}'s card, as Slack shows it to staff in #${Cast.staffChannels.cards}`)
    for (const card of cardsOf(stage.chat.slack, Cast.staffChannels.cards, name).slice(0, 1))
      yield* say(cardView(card, style))
    yield* act("Totals")
    yield* say(totalsView(totalsOf(status), style))
    yield* say(`\n${paint(style, "green", "✓")} ${of(PlayedDay.traps.length, "trap")}, and nobody fell into one.`)
  })

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ")
