/**
 * Makes the model anew each night, keeps it with what it would change, and, where the configuration says so, puts it into
 * use. Never does so by itself where much would change: then it waits for a person like any other.
 */
import { Database, type Leases, Persons, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Next } from "../connections/Loop.ts"
import type { Configuration } from "../configuration/Configuration.ts"
import { onlyKnown, type Report } from "../configuration/Problem.ts"
import { ControlError } from "../control/Control.ts"
import * as Models from "./Models.ts"

export interface Schedule {
  /** The hour of the day, UTC; `undefined`: only when somebody asks. */
  readonly hour: number | undefined
  /** Models are put into use without asking. */
  readonly unasked: boolean
}

export type Services = Database.Database | Persons.Persons

const HOUR = 3
/** Of all persons, the share that may be joined or parted without asking. */
const UNASKED_SHARE_MAX = 0.01
const DAY_MS = 24 * 3_600_000
const HOUR_MS = 3_600_000

export const load = ({ identity = {} }: Configuration, report: Report): Schedule => {
  onlyKnown("identity", identity, ["estimateAt", "switchUnasked"], report)
  const { estimateAt = HOUR, switchUnasked = false } = identity
  const hour = estimateAt === "off" ? undefined : estimateAt
  if (hour !== undefined && !(Number.isInteger(hour) && hour >= 0 && hour <= 23)) {
    report("identity.estimateAt", "it is no hour of the day", 'give a whole number from 0 to 23, in UTC, or "off"')
  }
  if (typeof switchUnasked !== "boolean") report("identity.switchUnasked", "it is neither", "write true or false")
  return { hour, unasked: switchUnasked }
}

/** When the hour strikes for the first time after `after`. */
export const nextAt = (hour: number, after: number): number => {
  const today = after - (after % DAY_MS) + hour * HOUR_MS
  return today > after ? today : today + DAY_MS
}

export type Verdict = "changes nothing" | "waits for a person" | "is put into use"

export const verdict = ({ merges, splits, persons }: Models.Summary, { unasked }: Schedule): Verdict => {
  if (merges + splits === 0) return "changes nothing"
  return unasked && merges + splits <= persons * UNASKED_SHARE_MAX ? "is put into use" : "waits for a person"
}

/** Somebody wants one now. */
export const ask: Effect.Effect<void, StoreError, Services> = Effect.gen(function* () {
  const database = yield* Database.Database
  const persons = yield* Persons.Persons
  const at = yield* Clock.currentTimeMillis
  yield* database.write(Effect.zipRight(persons.setState(ASKED, at), database.signal("control")))
})

/** `since`: nights before that were others'. */
export const step = (
  schedule: Schedule,
  since: number,
  lease: Leases.Lease
): Effect.Effect<Next, StoreError, Services> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const now = yield* Clock.currentTimeMillis
    const last = (yield* Models.lastEstimate)?.at
    const asked = ((yield* persons.state(ASKED)) as number | undefined) ?? 0
    const { hour } = schedule
    const dueAt = hour === undefined ? Number.POSITIVE_INFINITY : nextAt(hour, last ?? since)
    if (now < dueAt && asked <= (last ?? 0)) return { restUntil: dueAt }
    yield* estimate(schedule, lease)
    return "more"
  })

// ---------------------------------------------------------------------------------------------------------------------

const ASKED = "estimate asked"

const estimate = (schedule: Schedule, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const made = yield* Effect.either(Models.make)
    const at = yield* Clock.currentTimeMillis
    if (made._tag === "Left") {
      if (!(made.left instanceof ControlError)) return yield* made.left
      yield* database.write(Models.note({ at, said: made.left.message }), { lease })
      return yield* Effect.logWarning(`no model was estimated: ${made.left.message}`)
    }
    const { model, summary } = made.right
    const found = verdict(summary, schedule)
    const said = `${model.version} ${found}: +${summary.merges} merges, −${summary.splits} splits`
    yield* database.write(
      Effect.gen(function* () {
        if (found !== "changes nothing") yield* Models.keep(made.right, at)
        yield* Models.note({ at, said })
      }),
      { lease }
    )
    yield* Effect.logInfo(`the model was estimated anew: ${said}`)
    if (found !== "is put into use") return
    // Somebody may have chosen another one meanwhile; then this one waits.
    if ((yield* Models.nameInUse) !== summary.from) return
    yield* Models.use(model.version, { by: "configuration", why: "identity.switchUnasked" }).pipe(
      Effect.catchTag("ControlError", ({ message }) =>
        Effect.logWarning(`${model.version} is not put into use: ${message}`)
      )
    )
  })
