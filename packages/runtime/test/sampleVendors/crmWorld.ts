/** What the invented CRM holds, and what becomes of its calls. */
import type { VendorError } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Entry {
  readonly ref: string
  readonly key: string
  body: string
  readonly records: Set<string>
  writes: number
  owner?: string | undefined
  links?: ReadonlyArray<string>
}

export interface CrmRecord {
  readonly id: string
  readonly email: string
  readonly phone?: string
  readonly name?: string
  readonly updatedAt: number
  readonly former?: ReadonlyArray<string>
  readonly deleted?: boolean
  /** Our key, where we created it. */
  readonly key?: string
  readonly company?: string
  /** One of the company's own users, not a customer's record. */
  readonly user?: boolean
  /** Its single fields, and when each was changed. */
  readonly values?: Readonly<Record<string, string>>
  readonly changed?: Readonly<Record<string, number>>
}

export interface CrmState {
  readonly records: Array<unknown>
  readonly entries: Map<string, Entry>
  readonly failures: Array<VendorError.Reason>
  /** Keys whose write commits, though the answer is lost. */
  readonly lost: Set<string>
  /** A batch that holds one of these texts is refused as a whole. */
  readonly refused: Set<string>
  /** Runs once, while the next write is under way. */
  meanwhile: Effect.Effect<void>
  /** How often fields were read. */
  reads: number
  /** Each setting of fields that was done. */
  readonly set: Array<{ readonly id: string; readonly set: Readonly<Record<string, string | null>> }>
  readonly observed: Array<{
    readonly id: string
    readonly at: number
    readonly key: string
    readonly body: string
    readonly deleted?: boolean
    /** It is shown without our key. */
    readonly unmarked?: boolean
    /** A mail that the CRM logged by itself. */
    readonly messageId?: string
  }>
  ids: number
}
export const crmWorld = (): CrmState => ({
  records: [],
  entries: new Map(),
  failures: [],
  lost: new Set(),
  refused: new Set(),
  meanwhile: Effect.void,
  reads: 0,
  set: [],
  observed: [],
  ids: 0
})
export class CrmWorld extends Context.Tag("test/CrmWorld")<CrmWorld, CrmState>() {}

export const recordOf = ({ records: all }: CrmState, id: string) =>
  (all as Array<CrmRecord>).find((record) => record.id === id)

/** What a person or we do to a record's fields. */
export const setFields = (
  world: CrmState,
  id: string,
  values: Readonly<Record<string, string | null>>,
  at: number
): void => {
  const index = world.records.findIndex((record) => (record as CrmRecord).id === id)
  const record = world.records[index] as CrmRecord
  const kept = Object.entries({ ...record.values, ...values }).filter(
    (entry): entry is [string, string] => entry[1] !== null
  )
  const changed = { ...record.changed, ...Object.fromEntries(Object.keys(values).map((name) => [name, at])) }
  world.records[index] = { ...record, values: Object.fromEntries(kept), changed, updatedAt: at }
}
