/** HubSpot's search: an index that lags behind, one sort, and no more than 10,000 results to one question. */
import { type Emulator, Faults } from "@interchannel/connector/testing"
import { type Asked, shown } from "./objects.ts"
import { Refusal } from "./Refusal.ts"
import { timeOf } from "./schema.ts"
import type { Stored } from "./State.ts"
import { asOf } from "./World.ts"

const LIMIT_MAX = 200
const RESULTS_MAX = 10_000
const GROUPS_MAX = 5
const FILTERS_MAX = 18

interface Filter {
  readonly propertyName?: string
  readonly operator?: string
  readonly value?: string
  readonly highValue?: string
  readonly values?: ReadonlyArray<string>
}
interface Body {
  readonly filterGroups?: ReadonlyArray<{ readonly filters?: ReadonlyArray<Filter> }>
  readonly sorts?: ReadonlyArray<string | { readonly propertyName?: string; readonly direction?: string }>
  readonly properties?: ReadonlyArray<string>
  readonly limit?: number
  readonly after?: string | number
}

export const search = ({ world, portal, type, call, pageItems }: Asked, lagMs: number): Emulator.Reply => {
  const body = (call.json() ?? {}) as Body
  const { fault } = call
  const groups = body.filterGroups ?? []
  const limit = body.limit ?? 10
  const after = Number(body.after ?? 0)
  const resultsMax = fault?._tag === "cap" ? fault.n : RESULTS_MAX
  refuseOdd(body, limit, after, resultsMax)
  const at = call.at - (fault?._tag === "stale" ? fault.ms : lagMs)
  const stale = at < call.at
  const isHit = (fields: Fields) =>
    fault?._tag === "unfiltered" ||
    groups.length === 0 ||
    groups.some(({ filters = [] }) => filters.every((filter) => fits(filter, fields)))
  const hits = world
    .all(portal, type)
    .filter((record) => !stale || asOf(record, at) !== undefined)
    .map((record) => ({ record, fields: fieldsOf(record, stale ? at : undefined) }))
    .filter(({ fields }) => isHit(fields))
    .sort(order(body.sorts?.[0]))
  const size = Math.min(limit, pageItems, resultsMax - after)
  const some = hits.slice(after, after + size)
  const results = some.map(({ record }) => shown(record, body.properties ?? [], stale ? at : undefined))
  const next = after + some.length
  return {
    status: 200,
    body: {
      total: hits.length,
      results: Faults.disturbed(results, fault),
      ...(next < hits.length && next < resultsMax ? { paging: { next: { after: String(next) } } } : {})
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** A property, times as epoch milliseconds: an index does not format what nobody asked for. */
type Fields = (name: string) => string | number

const fieldsOf = (record: Stored, at: number | undefined): Fields => {
  const revision = at === undefined ? undefined : asOf(record, at)
  const properties = revision?.properties ?? record.properties
  return (name) => {
    if (/^(hs_)?lastmodifieddate$/.test(name)) return revision?.at ?? record.updatedAt
    if (/^(hs_)?createdate$/.test(name)) return record.createdAt
    return name === "hs_object_id" ? record.id : (properties[name] ?? "")
  }
}

const refuseOdd = (body: Body, limit: number, after: number, resultsMax: number): void => {
  const refuse = (message: string) => {
    throw new Refusal(400, "VALIDATION_ERROR", message)
  }
  const filters = (body.filterGroups ?? []).flatMap((group) => group.filters ?? [])
  if (!(limit >= 1 && limit <= LIMIT_MAX)) refuse(`limit must be 1 to ${LIMIT_MAX}`)
  if (after >= resultsMax) refuse(`Paging ends at ${resultsMax} results`)
  if ((body.filterGroups ?? []).length > GROUPS_MAX || filters.length > FILTERS_MAX) refuse("Too many filters")
  if ((body.sorts ?? []).length > 1) refuse("Only one sort is possible")
}

const fits = (
  { propertyName = "", operator, value = "", highValue = "", values = [] }: Filter,
  fields: Fields
): boolean => {
  const own = String(fields(propertyName))
  const compared = (to: string) => numberOf(own) - numberOf(to)
  switch (operator) {
    case "EQ":
      return own.toLowerCase() === value.toLowerCase()
    case "NEQ":
      return own.toLowerCase() !== value.toLowerCase()
    case "LT":
      return compared(value) < 0
    case "LTE":
      return compared(value) <= 0
    case "GT":
      return compared(value) > 0
    case "GTE":
      return compared(value) >= 0
    case "BETWEEN":
      return compared(value) >= 0 && compared(highValue) <= 0
    case "IN":
      return values.includes(own)
    case "NOT_IN":
      return !values.includes(own)
    case "HAS_PROPERTY":
      return own !== ""
    case "NOT_HAS_PROPERTY":
      return own === ""
    default:
      throw new Refusal(400, "VALIDATION_ERROR", `operator ${operator} is not known`)
  }
}

const numberOf = (value: string | number): number => (typeof value === "number" ? value : timeOf(value))

const order = (sort: NonNullable<Body["sorts"]>[number] | undefined) => {
  const { propertyName = "createdate", direction = "ASCENDING" } =
    typeof sort === "string"
      ? { propertyName: sort.replace(/^-/, ""), direction: sort.startsWith("-") ? "DESCENDING" : "ASCENDING" }
      : (sort ?? {})
  const sign = direction === "DESCENDING" ? -1 : 1
  return (a: { readonly fields: Fields }, b: { readonly fields: Fields }): number =>
    sign * (numberOf(a.fields(propertyName)) - numberOf(b.fields(propertyName))) || 0
}
