/**
 * What is wrong, what is good to know, and what to do about each. Pure: from what the store says to findings. `doctor` shows
 * them, alarms are made of those that are problems.
 */
import type { Alarms, Arrivals, Connections, Erasures, Leases, Quarantine } from "@interchannel/store"
import { isDirect } from "../alarms/AlarmChannel.ts"
import type { Installation, Installed } from "../configuration/Installation.ts"
import { isRunning } from "./Attendance.ts"
import * as looks from "./looks.ts"
import * as Pushes from "../feeds/Pushes.ts"
import type * as Report from "./Report.ts"

/** Taking some hundred entries out of a vendor takes minutes. */
const ERASING_MS = 6 * 3_600_000
/** Messages in a row that a channel did not take. */
const FAILURES_MAX = 3

export interface Facts {
  readonly now: number
  readonly installation: Installation
  readonly rows: ReadonlyArray<Connections.ConnectionRow>
  readonly status: Report.Status
  /** By connection. */
  readonly feeds: ReadonlyMap<string, ReadonlyArray<Report.FeedDiagnosis>>
  readonly quota: ReadonlyMap<string, Report.ConnectionDiagnosis["quota"]>
  readonly arrivals: ReadonlyArray<Arrivals.Arrival>
  readonly leases: ReadonlyArray<Leases.Lease & { readonly expiresAt: number }>
  /** Some of what is set aside; the tally in `status` counts all. */
  readonly asides: ReadonlyArray<Quarantine.Aside>
  readonly oldestPendingAt: number | undefined
  readonly channels: ReadonlyArray<Alarms.ChannelState>
  /** With their receipts. */
  readonly erasures: ReadonlyArray<Erasures.Erasure & { readonly receipts: ReadonlyArray<Erasures.Receipt> }>
}

export const of = (facts: Facts): Report.Diagnosis => {
  const connections = facts.status.connections.flatMap((status) => {
    const installed = facts.installation.connections.get(status.id)
    return installed === undefined ? [] : [connectionOf(status, installed, facts)]
  })
  const findings = installationWide(facts)
  const healthy = connections.every((one) => one.healthy) && !findings.some(isProblem)
  return { at: facts.now, healthy, connections, findings }
}

export const isProblem = ({ severity }: Report.Finding): boolean => severity === "problem"

/** All of them, whatever they concern. */
export const findingsOf = (diagnosis: Report.Diagnosis): ReadonlyArray<Report.Finding> => [
  ...diagnosis.findings,
  ...diagnosis.connections.flatMap(({ findings }) => findings)
]

// ---------------------------------------------------------------------------------------------------------------------

const installationWide = (facts: Facts): ReadonlyArray<Report.Finding> => {
  if (!isRunning(facts)) {
    const what = "no daemon is running; nothing is read or written, and webhooks are not taken"
    return [{ key: "daemon", severity: "problem", what, remedy: "start it: interchannel start" }, ...told(facts)]
  }
  return [...backlog(facts), ...told(facts), ...erasing(facts)]
}

const backlog = ({ now, oldestPendingAt }: Facts): ReadonlyArray<Report.Finding> => {
  if (oldestPendingAt === undefined || now - oldestPendingAt < looks.BEHIND_MS) return []
  const what = `what came in ${looks.ago(now - oldestPendingAt)} is not worked off yet`
  const remedy = "see the daemon's log for what holds it up; a long first reading is no fault and ends by itself"
  return [{ key: "backlog", severity: "problem", what, remedy }]
}

/** What an erasure leaves to a person, and one that does not get on. */
const erasing = ({ erasures, now }: Facts): ReadonlyArray<Report.Finding> =>
  erasures.flatMap(({ id, askedAt, doneAt, receipts }): ReadonlyArray<Report.Finding> => {
    const key = `erasure ${id}`
    const left = receipts.filter(({ state }) => state === "by hand").length
    if (doneAt !== undefined && left > 0) {
      const what = `${left} records of somebody erased are left to be deleted by hand`
      return [{ key, severity: "problem", what, remedy: `see: interchannel erasures ${id}` }]
    }
    if (doneAt !== undefined || now - askedAt < ERASING_MS) return []
    const due = receipts.filter(({ state }) => state === "due").map(({ connection }) => connection)
    const where = due.length === 0 ? "" : `; entries wait in ${[...new Set(due)].join(", ")}`
    const what = `an erasure begun ${looks.ago(now - askedAt)} is not done${where}`
    return [
      { key, severity: "problem", what, remedy: "resume the destination if it is paused; see its findings below" }
    ]
  })

/** Does anybody hear of problems? */
const told = ({ installation: { alarms }, channels }: Facts): ReadonlyArray<Report.Finding> => {
  const silent = channels.flatMap(({ channel, failures, why = "it failed" }): ReadonlyArray<Report.Finding> => {
    if (failures < FAILURES_MAX || !alarms.some(({ name }) => name === channel)) return []
    const what = `alarms do not get through over ${channel}: ${why}`
    return [{ key: `alarms ${channel}`, severity: "problem", what, remedy: `correct \`alarms.${channel}\`` }]
  })
  const advice =
    alarms.length === 0 ? NOBODY : alarms.every((channel) => !isDirect(channel)) ? ONLY_BY_CONNECTION : undefined
  return advice === undefined ? silent : [...silent, { key: "alarms", severity: "notice", ...advice }]
}

const NOBODY = {
  what: "nobody is told when something has to be mended",
  remedy: "give `alarms` in the configuration: a webhook, a mail server, or a connection that sends messages"
}
const ONLY_BY_CONNECTION = {
  what: "all alarms go through connections, which may be what fails",
  remedy: "add a webhook or a mail server to `alarms`"
}

const connectionOf = (
  status: Report.ConnectionStatus,
  installed: Installed,
  facts: Facts
): Report.ConnectionDiagnosis => {
  const { id } = status
  const feeds = facts.feeds.get(id) ?? []
  const quota = facts.quota.get(id) ?? []
  const pushes = Pushes.of(installed, facts.arrivals, facts.now)
  const seen: looks.Seen = { status, installed, feeds, quota, pushes, facts }
  const findings = looks.all.flatMap((look) =>
    look(seen).map((finding) => ({ ...finding, key: `${id} ${finding.key}`, connection: id }))
  )
  const tallies = facts.status.quarantine.filter(({ connection }) => connection === id)
  return {
    id,
    title: status.title,
    health: status.health,
    healthy: !findings.some(isProblem),
    feeds,
    quota,
    ...(pushes === undefined ? {} : { pushes }),
    ...(status.destination === undefined ? {} : { destination: status.destination }),
    echoes: facts.status.echoes.filter(({ connection }) => connection === id),
    pending: status.pending,
    setAside: tallies.reduce((sum, { count }) => sum + count, 0),
    findings
  }
}
