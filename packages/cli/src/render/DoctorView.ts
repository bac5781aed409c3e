/** `interchannel doctor`: each Connection, what was found about it, and what to do about that. */
import { echoText } from "./echoes.ts"
import type { Report } from "@interchannel/runtime"
import { ago, count, duration, of, percent, time } from "./Quantity.ts"
import { harmless, paint, type Style, wrap } from "./Style.ts"

export const doctorView = (diagnosis: Report.Diagnosis, style: Style): string =>
  [
    ...(diagnosis.findings.length === 0 ? [] : [diagnosis.findings.map((one) => finding(one, style)).join("\n")]),
    ...diagnosis.connections.map((one) => connection(one, diagnosis.at, style)),
    verdict(diagnosis, style)
  ].join("\n\n")

// ---------------------------------------------------------------------------------------------------------------------

const connection = (one: Report.ConnectionDiagnosis, at: number, style: Style): string =>
  [
    `${sign(one, style)} ${paint(style, "bold", one.id)} (${harmless(one.title)}), ${stateOf(one, style)}`,
    ...one.feeds.map((feed) => `  feed ${feed.feed}: ${feedText(feed, at)}`),
    ...(one.pushes === undefined ? [] : [`  pushes: ${pushText(one.pushes, at)}`]),
    ...quota(one, at),
    ...(one.destination === undefined ? [] : [`  destination: ${destinationText(one.destination, at)}`]),
    ...(one.echoes.length === 0 ? [] : [`  our own writing read back: ${echoText(one.echoes)}`]),
    `  waits: ${count(one.pending)} to be worked off, ${count(one.setAside)} set aside`,
    ...one.findings.map((found) => finding(found, style))
  ].join("\n")

const sign = ({ health, healthy }: Report.ConnectionDiagnosis, style: Style): string => {
  if (!healthy) return paint(style, "red", "ill ")
  return health === "stopped" ? paint(style, "yellow", "off ") : paint(style, "green", "well")
}

const stateOf = ({ health, feeds, pushes }: Report.ConnectionDiagnosis, style: Style): string => {
  if (health !== "stopped") return health
  const read = [...feeds.map(({ lastReadAt }) => lastReadAt), pushes?.lastAt].filter((at) => at !== undefined)
  return read.length === 0
    ? "stopped; nothing was read yet"
    : `stopped; nothing was read since ${time(Math.max(...read), style.timeZone)}`
}

const feedText = (feed: Report.FeedDiagnosis, at: number): string => {
  if (feed.lastReadAt === undefined) return "not read yet"
  if (feed.partitions === 0) return "nothing to read"
  const missing = feed.gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  const left = feed.doneAt === undefined ? "" : `, about ${duration(feed.doneAt - at)} left`
  return [
    `read ${ago(feed.lastReadAt, at)}`,
    ...(feed.readUntil === undefined ? [] : [`lag ${duration(at - feed.readUntil)}`]),
    ...(feed.progress < 0.999 ? [`history ${percent(feed.progress)}${left}`] : []),
    ...(missing === 0 ? [] : [`${of(feed.gaps.length, "gap")} of ${duration(missing)} in all`])
  ].join(", ")
}

const pushText = ({ lastAt, missedLastDay }: Report.PushDiagnosis, at: number): string =>
  `${lastAt === undefined ? "none came yet" : `the last came ${ago(lastAt, at)}`}${
    missedLastDay === 0 ? "" : `, ${count(missedLastDay)} missed in the last day`
  }`

/** Allowances of a day, and others that are used up: the rest is full again within seconds. */
const quota = ({ quota: buckets }: Report.ConnectionDiagnosis, at: number): ReadonlyArray<string> =>
  buckets
    .filter(({ daily, left }) => daily || left === 0)
    .map(
      ({ bucket, left, of: all, freeAt }) =>
        `  quota: ${count(left)} of ${count(all)} left of ${bucket}${left > 0 || !Number.isFinite(freeAt) ? "" : `, more ${ago(freeAt, at)}`}`
    )

const destinationText = (it: Report.DestinationStatus, at: number): string =>
  [
    it.paused ? `${it.mode}, paused` : it.mode,
    `${count(it.due)} due${it.doneAt === undefined ? "" : `, done in about ${duration(it.doneAt - at)}`}`,
    `${count(it.waiting)} waiting for a record`,
    `${count(it.held)} held`,
    `${count(it.quarantined)} set aside`
  ].join(", ")

const finding = ({ severity, what, remedy }: Report.Finding, style: Style): string => {
  const word = severity === "problem" ? paint(style, "red", "problem") : paint(style, "yellow", "notice ")
  return [
    `  ${word} ${wrap(harmless(what), style.columns, 10).trimStart()}`,
    wrap(`→ ${harmless(remedy)}`, style.columns, 10)
  ].join("\n")
}

const verdict = ({ connections, findings }: Report.Diagnosis, style: Style): string => {
  const all = [...findings, ...connections.flatMap((one) => one.findings)]
  const problems = all.filter(({ severity }) => severity === "problem").length
  return problems === 0
    ? paint(style, "green", "All is well.")
    : paint(style, "red", `${of(problems, "problem")} for a person to mend.`)
}
