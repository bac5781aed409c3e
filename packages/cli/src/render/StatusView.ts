/** `interchannel status`: what runs, how far the reading is, what was written, what waits and for whom. */
import { Text } from "@interchannel/connector"
import { echoText } from "./echoes.ts"
import type { Report } from "@interchannel/runtime"
import { count, ago, bar, duration, of, percent } from "./Quantity.ts"
import { harmless, paint, type Style, wrap } from "./Style.ts"
import { table } from "./Table.ts"

/** `daemon`: a daemon told it. `store`: read from the store, since none answers here. */
export type Source = "daemon" | "store"

export const statusView = (status: Report.Status, source: Source, style: Style): string =>
  [
    ...(source === "store" ? [paint(style, "yellow", nobodyAnswers(status)), ""] : []),
    connections(status, style),
    ...concerns(status, style),
    ...reading(status, style),
    ...destinations(status, style),
    "",
    totals(status),
    ...echoes(status),
    ...setAside(status, style),
    ...toDecide(status),
    ...next(status)
  ].join("\n")

/** Several machines may share one PostgreSQL; what the leases say counts. */
export const nobodyAnswers = ({ connections: all }: Pick<Report.Status, "connections">): string =>
  all.some(({ health }) => health === "running" || health === "starting")
    ? "A daemon is at work, and does not answer here: it runs elsewhere, or is starting or stopping"
    : "No daemon is running; start it with: interchannel start"

// ---------------------------------------------------------------------------------------------------------------------

const connections = (status: Report.Status, style: Style): string =>
  table(
    [
      { title: "CONNECTION", shrinks: true },
      { title: "SYSTEM", shrinks: true },
      { title: "STATE" },
      { title: "ACCEPTED", align: "right" },
      { title: "IN WORK", align: "right" },
      { title: "LATEST", align: "right" }
    ],
    status.connections.map((connection) => [
      connection.id,
      connection.title,
      connection.health,
      count(connection.accepted),
      count(connection.pending),
      connection.lastAcceptedAt === undefined ? "never" : ago(connection.lastAcceptedAt, status.at)
    ]),
    style,
    (row, column, cell) => {
      const health = status.connections[row]?.health
      if (column !== 2) return cell
      return paint(style, health === "running" ? "green" : health === "parked" ? "red" : "yellow", cell)
    }
  )

const concerns = (status: Report.Status, style: Style): ReadonlyArray<string> =>
  status.connections.flatMap(({ id, detail }) =>
    detail === undefined || detail === ""
      ? []
      : ["", paint(style, "red", `${id}:`), wrap(harmless(detail), style.columns, 2)]
  )

const BAR_COLUMNS = 20

const reading = (status: Report.Status, style: Style): ReadonlyArray<string> => {
  const behind = status.connections.flatMap(({ id, feeds }) =>
    feeds.filter(({ progress }) => progress < 1).map((feed) => ({ id, feed }))
  )
  if (behind.length === 0) return []
  const rows = behind.map(({ id, feed }) => [
    `${id} ${feed.feed}`,
    bar(feed.progress, BAR_COLUMNS),
    percent(feed.progress),
    feed.doneAt === undefined ? "" : `about ${duration(Math.max(0, feed.doneAt - status.at))} left`
  ])
  const columns = [{ title: "READING HISTORY", shrinks: true }, { title: "" }, { title: "" }, { title: "" }]
  return ["", table(columns, rows, style)]
}

const destinations = (status: Report.Status, style: Style): ReadonlyArray<string> => {
  const rows = status.connections.flatMap(({ id, destination }) =>
    destination === undefined ? [] : [{ id, destination }]
  )
  if (rows.length === 0) return ["", "No connection is a destination: nothing is ever written."]
  const drawn = table(
    [
      { title: "DESTINATION", shrinks: true },
      { title: "MODE" },
      { title: "DELIVERED", align: "right" },
      { title: "DUE", align: "right" },
      { title: "WAITING", align: "right" },
      { title: "HELD", align: "right" },
      { title: "DROPPED", align: "right" },
      { title: "SET ASIDE", align: "right" },
      { title: "LAST HOUR", align: "right" }
    ],
    rows.map(({ id, destination }) => [
      id,
      destination.paused ? `${destination.mode}, paused` : destination.mode,
      count(destination.delivered),
      count(destination.due),
      count(destination.waiting),
      count(destination.held),
      count(destination.dropped),
      count(destination.quarantined),
      `${count(destination.writesLastHour)} of ${count(destination.writesPerHourMax)}`
    ]),
    style,
    (row, column, cell) => {
      const found = rows[row]?.destination
      if (column === 1) return paint(style, found?.mode === "live" && !found.paused ? "green" : "yellow", cell)
      return column === 7 && (found?.quarantined ?? 0) > 0 ? paint(style, "red", cell) : cell
    }
  )
  const made = rows.flatMap(({ id, destination: { created } }) =>
    created === 0 ? [] : [`${of(created, "record")} in ${id} were made for customers who had none.`]
  )
  return ["", drawn, ...made]
}

const totals = (status: Report.Status): string =>
  [
    of(status.interactions, "interaction"),
    of(status.contacts, "contact"),
    of(status.persons, "person", "people"),
    ...(status.toResolve > 0 ? [`${count(status.toResolve)} still to place`] : []),
    ...(status.unresolved > 0 ? [`${count(status.unresolved)} of them too much connected`] : []),
    ...(status.toPlan > 0 ? [`${count(status.toPlan)} still to plan`] : [])
  ].join(", ")

/** One line a connection; nothing as long as none of our writing came back. */
const echoes = (status: Report.Status): ReadonlyArray<string> =>
  [...new Set(status.echoes.map(({ connection }) => connection))].map((id) => {
    const mine = status.echoes.filter(({ connection }) => connection === id)
    return `Our own writing read back from ${id}: ${echoText(mine)}`
  })

const setAside = (status: Report.Status, style: Style): ReadonlyArray<string> =>
  status.quarantine.length === 0
    ? []
    : [
        "",
        "Set aside (interchannel quarantine list):",
        ...status.quarantine.map(({ connection, reason, count: many, example }) =>
          wrap(
            `${count(many)} of ${connection}: ${harmless(reason)}, such as: ${Text.cut(harmless(example), EXAMPLE_LENGTH_MAX)}`,
            style.columns,
            2
          )
        )
      ]

const toDecide = (status: Report.Status): ReadonlyArray<string> => {
  const waiting = status.reviews.reduce((sum, tally) => sum + tally.count, 0)
  return waiting === 0 ? [] : ["", `${of(waiting, "question waits", "questions wait")} for you: interchannel review`]
}

/** The rest is in the list. */
const EXAMPLE_LENGTH_MAX = 160

const next = (status: Report.Status): ReadonlyArray<string> => {
  const observed = status.connections.filter(
    ({ destination }) => destination?.mode === "observe" && destination.due + destination.waiting > 0
  )
  return observed.length === 0
    ? []
    : ["", ...observed.map(({ id }) => `Nothing is written to ${id} until you approve it: interchannel plan ${id}`)]
}
