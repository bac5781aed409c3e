/**
 * What a replay would change, found without changing anything: every row is read by today's code and folded against the
 * ledger as it is. Works beside a running daemon.
 */
import { Text } from "@interchannel/connector"
import type { Contact, Interaction } from "@interchannel/domain"
import { Key } from "@interchannel/domain"
import { Inbox, type Ledger, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Desire from "../entries/Desire.ts"
import * as Destinations from "../writing/Destinations.ts"
import type { Installation } from "../configuration/Installation.ts"
import * as Normalizer from "./Normalizer.ts"
import type * as Report from "../health/Report.ts"

export type Services = Normalizer.Reading | Inbox.Inbox | Ledger.Ledger | Projections.Projections

/** Rows that are looked at; of more we say that there are more. */
const ROWS_MAX = 200_000
const PAGE = 400
const SAMPLES_MAX = 10
const VALUE_LENGTH_MAX = 120

export const rehearse = (
  installation: Installation,
  connection: string,
  options: { readonly state: "done" | "quarantined"; readonly destinations: ReadonlyArray<Desire.Destination> }
): Effect.Effect<Report.Rehearsal, StoreError, Services> =>
  Effect.gen(function* () {
    const inbox = yield* Inbox.Inbox
    const tally = new Tally()
    let after = ""
    while (tally.rows < ROWS_MAX) {
      const rows = yield* inbox.settled({ connection, state: options.state, after, limit: PAGE })
      const last = rows.at(-1)
      if (last === undefined) break
      const { decoded, folded, known } = yield* Normalizer.rehearse(rows, {
        installed: (id) => installation.connections.get(id),
        defaultRegion: installation.defaultRegion
      })
      tally.rows += rows.length
      tally.unreadable += decoded.filter(({ problems }) => problems.length > 0).length
      for (const row of folded.changes.contacts)
        tally.note("contact", row.contact, known.contacts.get(row.contact.key)?.contact, row.deleted)
      const changed: Array<Interaction> = []
      for (const row of folded.changes.interactions) {
        const { interaction } = row
        const isNews = tally.note(
          "interaction",
          interaction,
          known.interactions.get(interaction.key)?.interaction,
          row.deleted
        )
        if (isNews) changed.push(interaction)
      }
      yield* countEntries(changed, options.destinations, tally)
      after = last.id
    }
    return tally.report(connection, Destinations.titleOf(installation)(connection))
  })

// ---------------------------------------------------------------------------------------------------------------------

const countEntries = (
  changed: ReadonlyArray<Interaction>,
  destinations: ReadonlyArray<Desire.Destination>,
  tally: Tally
) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    for (const destination of destinations) {
      const wanted = changed.filter((interaction) => Desire.wants(interaction, destination))
      if (wanted.length === 0) continue
      const known = yield* projections.get(wanted.map(({ key }) => Desire.entryKey(destination, key)))
      const standing = [...known.values()].filter(({ delivered }) => delivered !== undefined).length
      tally.entries(destination.installed.id, { update: standing, other: wanted.length - standing })
    }
  })

type Change = Report.Rehearsal["samples"][number]

class Tally {
  rows = 0
  unreadable = 0
  private readonly seen = new Set<string>()
  private readonly counts = {
    interaction: { create: 0, update: 0, remove: 0 },
    contact: { create: 0, update: 0, remove: 0 }
  }
  private readonly byDestination = new Map<string, { update: number; other: number }>()
  private readonly samples: Array<Change> = []

  /** Answers whether it is the first change of this record. */
  note(
    kind: "interaction" | "contact",
    now: Interaction | Contact,
    before: Interaction | Contact | undefined,
    deleted: boolean
  ): boolean {
    if (this.seen.has(now.key)) return false
    this.seen.add(now.key)
    const what = deleted ? "remove" : before === undefined ? "create" : "update"
    this.counts[kind][what] += 1
    if (this.samples.length < SAMPLES_MAX) {
      const fields = what === "update" && before !== undefined ? differences(before, now) : []
      this.samples.push({ kind, what, ref: { connection: now.connection, ...now.ref }, fields })
    }
    return true
  }

  entries(destination: string, { update, other }: { readonly update: number; readonly other: number }): void {
    const known = this.byDestination.get(destination) ?? { update: 0, other: 0 }
    this.byDestination.set(destination, { update: known.update + update, other: known.other + other })
  }

  report(connection: string, title: string): Report.Rehearsal {
    return {
      connection,
      title,
      rows: this.rows,
      isWhole: this.rows < ROWS_MAX,
      unreadable: this.unreadable,
      interactions: this.counts.interaction,
      contacts: this.counts.contact,
      entries: [...this.byDestination].map(([destination, { update, other }]) => ({ destination, update, other })),
      samples: this.samples
    }
  }
}

/** Field by field, at most one level deep: what a person can read at a glance. */
const differences = (before: object, now: object): Change["fields"] => {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => name !== "version")
  return names.flatMap((name) => {
    const [was, is] = [valueOf(before, name), valueOf(now, name)]
    return Key.contentHash(was) === Key.contentHash(is) ? [] : [{ name, before: shown(was), after: shown(is) }]
  })
}

const valueOf = (record: object, name: string): unknown => (record as Readonly<Record<string, unknown>>)[name]

const shown = (value: unknown): string => {
  if (value === undefined) return ""
  return Text.cut(typeof value === "string" ? value : JSON.stringify(value), VALUE_LENGTH_MAX)
}
