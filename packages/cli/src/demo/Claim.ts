/** What the played day claims to be true of the systems, one sentence each, and whether it is. */
import type { Report } from "@interchannel/runtime"
import type { CustomerName } from "./Cast.ts"
import type { Entry, EntryType } from "./silos/Crm.ts"

/** Everything that stands in the four systems, as far as claims speak of it. */
export interface Standing {
  /** Every entry in HubSpot. */
  readonly entries: ReadonlyArray<Entry>
  /** The text of all cards in Slack that are about this customer. */
  readonly card: (who: CustomerName) => string
  /** Our card in the task of a call; `undefined` while there is none. */
  readonly briefing: (call: string) => string | undefined
  readonly status: Report.Status | undefined
}

export type Claim = (standing: Standing) => boolean

export const all =
  (...claims: ReadonlyArray<Claim>): Claim =>
  (standing) =>
    claims.every((claim) => claim(standing))

/** An entry of ours with these words stands once on the record of each of these customers, and on nobody else's. */
export const says =
  (words: string, ...who: ReadonlyArray<CustomerName>): Claim =>
  ({ entries }) => {
    const on = entries.filter((entry) => entry.ours && reads(entry, words)).flatMap((entry) => entry.on)
    return same(on, who)
  }

/** They stand on one entry. */
export const saysOnce =
  (words: string, ...who: ReadonlyArray<CustomerName>): Claim =>
  (standing) =>
    says(words, ...who)(standing) && standing.entries.filter((entry) => entry.ours && reads(entry, words)).length === 1

/** No entry has these words, whoever wrote it. */
export const nowhere =
  (words: string): Claim =>
  ({ entries }) =>
    !entries.some((entry) => reads(entry, words))

/** Of entries of ours of this type, the customer has exactly one with these properties (in part or whole) and words. */
export const has =
  (who: CustomerName, type: EntryType, properties: Readonly<Record<string, string>>, words = ""): Claim =>
  ({ entries }) =>
    entries.filter(
      (entry) =>
        entry.ours &&
        entry.type === type &&
        entry.on.includes(who) &&
        reads(entry, words) &&
        Object.entries(properties).every(([name, value]) => entry.properties[name]?.includes(value) === true)
    ).length === 1

/** This customer has so many entries of ours of this type. */
export const count =
  (who: CustomerName, type: EntryType, times: number): Claim =>
  ({ entries }) =>
    entries.filter((entry) => entry.ours && entry.type === type && entry.on.includes(who)).length === times

export const card =
  (who: CustomerName, words: string): Claim =>
  (standing) =>
    standing.card(who).includes(words)

export const cardWithout =
  (who: CustomerName, words: string): Claim =>
  (standing) =>
    !standing.card(who).includes(words)

export const briefed =
  (call: string, words: string): Claim =>
  ({ briefing }) =>
    briefing(call)?.includes(words) === true

export const notBriefed =
  (call: string): Claim =>
  ({ briefing }) =>
    briefing(call) === undefined

/** Of this Connection so many items were set aside, for this reason. */
export const quarantined =
  (connection: string, reason: string, items: number): Claim =>
  ({ status }) =>
    status?.quarantine.some((tally) => {
      return tally.connection === connection && tally.reason === reason && tally.count === items
    }) === true

// ---------------------------------------------------------------------------------------------------------------------

const reads = ({ title, text }: Entry, words: string): boolean => `${title}\n${text}`.includes(words)

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.toSorted().join() === b.toSorted().join()
