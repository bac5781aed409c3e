/** The two search languages of Request Tracker, as far as they are used, with what they do about words they do not know. */
import type { Ticket } from "./State.ts"

interface Limit {
  readonly field: string
  readonly operator?: string
  readonly value: string | number
  readonly entry_aggregator?: string
}

/** Conditions on one field mean "or" unless said otherwise; a field that cannot be searched by is passed over. */
export const byJson = (
  text: string | null,
  searchable: ReadonlyArray<string>
): ((record: Readonly<Record<string, unknown>>) => boolean) => {
  const limits = (text === null ? [] : (JSON.parse(text) as ReadonlyArray<Limit>)).filter(({ field }) =>
    searchable.includes(field)
  )
  const names = [...new Set(limits.map(({ field }) => field))]
  return (record) =>
    names.every((name) => {
      const [first, ...rest] = limits.filter(({ field }) => field === name)
      return rest.reduce(
        (so, limit) => (limit.entry_aggregator === "AND" ? so && holds(record, limit) : so || holds(record, limit)),
        first === undefined || holds(record, first)
      )
    })
}

/** `id = 1 OR id = 2`, or a custom field's value. Deleted and merged tickets are never found. */
export const byTicketSql = (text: string): ((ticket: Ticket) => boolean) => {
  const [, field, value] = /^'CF\.\{([^}]+)\}' = '((?:[^'\\]|\\.)*)'$/.exec(text) ?? []
  const isThere = ({ id, effectiveId, Status }: Ticket) => Status !== "deleted" && effectiveId === id
  if (field !== undefined) return (ticket) => isThere(ticket) && ticket.fields[field] === value
  const ids = text.split(" OR ").map((piece) => /^id = (\d+)$/.exec(piece)?.[1])
  if (ids.includes(undefined)) throw new Error(`TicketSQL of another shape: ${text}`)
  return (ticket) => isThere(ticket) && ids.includes(String(ticket.id))
}

// ---------------------------------------------------------------------------------------------------------------------

const holds = (record: Readonly<Record<string, unknown>>, { field, operator = "=", value }: Limit): boolean => {
  const given = record[field]
  // Times are compared as the database has them.
  const ordered =
    field === "Created"
      ? Date.parse(String(given)) - Date.parse(`${String(value).replace(" ", "T")}Z`)
      : Number(given) - Number(value)
  switch (operator) {
    case ">":
      return ordered > 0
    case ">=":
      return ordered >= 0
    case "<":
      return ordered < 0
    default:
      return String(given).toLowerCase() === String(value).toLowerCase()
  }
}
