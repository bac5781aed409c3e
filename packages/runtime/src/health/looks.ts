/** What a look at one Connection finds, each look by itself. Pure. */
import * as Duration from "effect/Duration"
import { isAttended, isRunning } from "./Attendance.ts"
import type { Facts } from "./Diagnosis.ts"
import type { Installed } from "../configuration/Installation.ts"
import type * as Report from "./Report.ts"

/** A stage that is behind by less than this has only just been busy. */
export const BEHIND_MS = 10 * 60_000
/** Looks that a feed may miss before somebody is told. */
const LOOKS_MISSED_MAX = 3
/** News that a feed alone brought before a subscription counts as silent, and for how long at least it told nothing. */
const SILENT_NEWS_MIN = 5
const SILENT_MS = 3_600_000
/** Of one day. */
const MISSED_MIN = 3
const SCARCE = 0.1
const LONG_MS = 24 * 3_600_000
/** Places of one connection that are named each by itself. */
const PLACES_MAX = 20

export interface Seen {
  readonly status: Report.ConnectionStatus
  readonly installed: Installed
  readonly feeds: ReadonlyArray<Report.FeedDiagnosis>
  readonly quota: Report.ConnectionDiagnosis["quota"]
  readonly pushes: Report.PushDiagnosis | undefined
  readonly facts: Facts
}
type Found = Omit<Report.Finding, "connection">
type Look = (seen: Seen) => ReadonlyArray<Found>

const problem = (key: string, what: string, remedy: string): Found => ({ key, severity: "problem", what, remedy })
const notice = (key: string, what: string, remedy: string): Found => ({ key, severity: "notice", what, remedy })

const health: Look = ({ status, installed, facts }) => {
  if (installed.paused) return [notice("paused", "it is paused in the configuration", "remove `paused` there")]
  if (status.health === "parked") {
    const what = `it stopped: ${status.detail ?? "its vendor refused it"}`
    return [problem("parked", what, "mend that, then save the configuration file: the daemon reads it and tries again")]
  }
  if (isAttended(status.id, facts) || !isRunning(facts) || facts.now - changedAt(status, facts) < BEHIND_MS) return []
  return [
    problem("idle", "nobody works on it, though a daemon runs", "see the daemon's log; restart it if the log is silent")
  ]
}

const rowOf = (status: Report.ConnectionStatus, { rows }: Facts) => rows.find(({ id }) => id === status.id)
const changedAt = (status: Report.ConnectionStatus, facts: Facts): number => rowOf(status, facts)?.healthAt ?? facts.now

// Nothing is read while nobody works: that is said once, where it belongs.
const behind: Look = (seen) =>
  isRunning(seen.facts) && rowOf(seen.status, seen.facts)?.health === "running"
    ? seen.feeds.flatMap((feed) => behindIn(feed, seen))
    : []

const behindIn = (feed: Report.FeedDiagnosis, { installed, status, facts }: Seen): ReadonlyArray<Found> => {
  const { cadenceMs } = installed.connector.feeds.find(({ name }) => name === feed.feed) ?? { cadenceMs: 0 }
  // It has no partitions: there is nothing that could be behind.
  if (feed.partitions === 0 && feed.progress === 1) return []
  const allowedMs = Math.max(BEHIND_MS, LOOKS_MISSED_MAX * cadenceMs)
  const key = `feed ${feed.feed}`
  const silentMs = facts.now - (feed.lastReadAt ?? changedAt(status, facts))
  if (silentMs > allowedMs) {
    const what = `feed ${feed.feed} was ${feed.lastReadAt === undefined ? "never" : "last"} read, ${ago(silentMs)}`
    return [problem(key, what, "see below what is set aside, and the daemon's log")]
  }
  const lagMs = facts.now - (feed.readUntil ?? facts.now)
  if (feed.progress < 0.999) {
    const left = feed.doneAt === undefined ? "" : `, about ${span(feed.doneAt - facts.now)} left`
    return [notice(key, `feed ${feed.feed} is still reading its history${left}`, "nothing: it goes on by itself")]
  }
  return lagMs <= allowedMs
    ? []
    : [notice(key, `feed ${feed.feed} is ${span(lagMs)} behind and catching up`, "nothing: it goes on by itself")]
}

const aside: Look = ({ status, facts }) => {
  const mine = facts.asides.filter(({ connection }) => connection === status.id)
  const pages = mine.filter(({ kind }) => kind === "page")
  const others = facts.status.quarantine.flatMap(({ connection, reason, count }) => {
    const rest = count - pages.filter((page) => page.reason === reason).length
    if (connection !== status.id || rest <= 0) return []
    const sample = mine.find((one) => one.kind !== "page" && one.reason === reason)
    const what = `${rest} set aside: ${reason}${sample === undefined ? "" : `, such as ${sample.detail}`}`
    return [problem(`aside ${reason}`, what, sample?.remedy ?? "mend the cause, then: interchannel replay --set-aside")]
  })
  const places = pages
    .slice(0, PLACES_MAX)
    .map(({ subject, detail, remedy }) => problem(`aside ${subject}`, `a place cannot be read: ${detail}`, remedy))
  return [...places, ...others]
}

const asked: Look = ({ status, facts }) => {
  const mine = facts.status.reviews.filter(({ destination: id }) => id === status.id)
  const count = mine.reduce((sum, tally) => sum + tally.count, 0)
  return count === 0
    ? []
    : [notice("reviews", `${count} questions wait for a person's answer`, "answer them: interchannel review")]
}

const silent: Look = ({ pushes, installed, facts }) => {
  if (pushes === undefined || pushes.newsSince < SILENT_NEWS_MIN) return []
  const { lastAt, newsSince } = pushes
  if (lastAt === undefined) {
    const what = "no push ever came; its feeds bring the news, later than a push would"
    const unreachable = installed.connector.webhooks.length > 0 && facts.installation.intake.publicUrl === undefined
    const enter = "enter the addresses that `interchannel check` shows at the vendor"
    return [
      notice("pushes", what, unreachable ? `set \`intake.publicUrl\`, then ${enter}` : `${enter}, or leave it so`)
    ]
  }
  if (facts.now - lastAt < SILENT_MS) return []
  const what = `its subscription is silent: the last push came ${ago(facts.now - lastAt)}, and feeds brought ${newsSince} news since`
  return [
    problem("pushes", what, "look at the vendor whether it is active and its address right: `interchannel check`")
  ]
}

const missed: Look = ({ pushes }) => {
  const count = pushes?.missedLastDay ?? 0
  if (count === 0) return []
  const what = `pushes missed ${count} in the last day; reading again found them`
  const remedy = "nothing is lost; if it goes on, look for refused deliveries in the log and at the vendor"
  return [(count < MISSED_MIN ? notice : problem)("missed", what, remedy)]
}

const scarce: Look = ({ quota, status, facts }) =>
  quota.flatMap(({ bucket, left, of: all, daily, freeAt }) => {
    const waitMs = freeAt - facts.now
    const key = `quota ${bucket}`
    if (left === 0 && (daily || waitMs > BEHIND_MS)) {
      const due = status.destination?.due ?? 0
      const until = Number.isFinite(waitMs) ? `; it goes on in ${span(waitMs)}` : ""
      const what = `the allowance of ${bucket} is used up${until}${due > 0 ? `; ${due} writes wait` : ""}`
      return [notice(key, what, "wait, or lower what else uses this account; history gives way first")]
    }
    if (!daily || left > all * SCARCE) return []
    return [notice(key, `${left} of ${all} calls of ${bucket} are left today`, "nothing: less urgent work waits")]
  })

const destination: Look = ({ status: { destination: it, id }, facts }) => {
  if (it === undefined) return []
  if (it.paused) {
    return [notice("destination", `writing is paused; ${it.due} writes wait`, `go on: interchannel resume ${id}`)]
  }
  if (it.mode === "observe") {
    const waits = it.due + it.waiting
    return waits === 0
      ? []
      : [
          notice(
            "destination",
            waits === 1 ? "1 entry waits for approval" : `${waits} entries wait for approval`,
            `look at them: interchannel plan ${id}`
          )
        ]
  }
  if (it.doneAt === undefined || it.doneAt - facts.now < LONG_MS) return []
  const what = `${it.due} writes are due, about ${span(it.doneAt - facts.now)} at the pace of quota and hourly cap`
  return [notice("destination", what, "wait, or raise `writesPerHourMax`")]
}

export const all: ReadonlyArray<Look> = [health, behind, aside, asked, silent, missed, scarce, destination]

/** `3h 20m`; whole minutes. */
const span = (ms: number): string => Duration.format(Duration.millis(Math.max(1, Math.round(ms / 60_000)) * 60_000))

export const ago = (ms: number): string => `${span(ms)} ago`
