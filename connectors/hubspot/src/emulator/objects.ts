/** The endpoints of CRM records: one, a list, batches, merge. */
import { type Emulator, Faults } from "@interchannel/connector/testing"
import { isEngagement, type ObjectType, type RecordType } from "../objects.ts"
import { notFound, Refusal } from "./Refusal.ts"
import { findProperty, uniqueNames } from "./schema.ts"
import type { Portal, Source, Stored } from "./State.ts"
import { asOf, type World } from "./World.ts"

const LIST_LIMIT_MAX = 100
const BATCH_MAX = 100
/** Inputs of one call that asks for the history of properties. */
const HISTORY_BATCH_MAX = 50

export interface Asked {
  readonly world: World
  readonly portal: Portal
  readonly type: ObjectType
  readonly call: Emulator.Call
  /** Items on a page at most, so that little data has several pages. */
  readonly pageItems: number
  /** The app that asks. */
  readonly by: Source
}

interface Input {
  readonly id?: unknown
  readonly idProperty?: unknown
  readonly properties?: unknown
  readonly objectWriteTraceId?: unknown
}

export const get = ({ world, portal, type, call }: Asked): Emulator.Reply => {
  const id = call.params["id"] ?? ""
  const record = lookUp(world, portal, type, id, call.query.get("idProperty") ?? undefined)
  if (record === undefined) throw notFound(`${type} ${id}`)
  return {
    status: 200,
    body: { ...shown(record, listOf(call.query.get("properties"))), ...associationsOf(record, call) }
  }
}

/** `after` is the id of the last record of the page before. */
export const list = ({ world, portal, type, call, pageItems }: Asked): Emulator.Reply => {
  const limit = Number(call.query.get("limit") ?? 10)
  if (!(limit >= 1 && limit <= LIST_LIMIT_MAX)) throw new Refusal(400, "VALIDATION_ERROR", "limit must be 1 to 100")
  const after = Number(call.query.get("after") ?? 0)
  if (Number.isNaN(after) || (call.fault?._tag === "expireCursor" && after > 0)) {
    throw new Refusal(400, "VALIDATION_ERROR", "Invalid after")
  }
  const archived = call.query.get("archived") === "true"
  const at = call.fault?._tag === "stale" ? call.at - call.fault.ms : undefined
  const all = world
    .all(portal, type, archived)
    .filter((record) => Number(record.id) > after && (at === undefined || asOf(record, at) !== undefined))
  const size = Math.min(limit, pageItems)
  const some = all.slice(0, size)
  const names = listOf(call.query.get("properties"))
  const results = some.map((record) => ({ ...shown(record, names, at), ...associationsOf(record, call) }))
  const last = some.at(-1)
  return {
    status: 200,
    body: {
      results: Faults.disturbed(results, call.fault),
      ...(all.length > size && last !== undefined ? { paging: { next: { after: last.id } } } : {})
    }
  }
}

export const create = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  const { properties } = bodyOf(call)
  const record = world.create(portal, type, valuesOf(properties), by)
  return { status: 201, body: shown(record, Object.keys(record.properties)) }
}

export const update = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  const values = valuesOf(bodyOf(call).properties)
  const record = lookUp(world, portal, type, call.params["id"] ?? "", call.query.get("idProperty") ?? undefined)
  if (record === undefined) throw notFound(`${type} ${call.params["id"]}`)
  return { status: 200, body: shown(world.update(portal, type, record.id, values, by), Object.keys(values)) }
}

export const archive = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  const id = call.params["id"] ?? ""
  if (world.find(portal, type, id) !== undefined) world.archive(portal, type, id, by)
  else if (world.find(portal, type, id, true) === undefined) throw notFound(`${type} ${id}`)
  return { status: 204 }
}

export const merge = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  const { primaryObjectId, objectIdToMerge } = call.json() as Readonly<Record<string, unknown>>
  if (isEngagement(type)) throw new Refusal(400, "VALIDATION_ERROR", `${type} cannot be merged`)
  const record = world.merge(portal, type as RecordType, String(primaryObjectId), String(objectIdToMerge), by)
  return { status: 200, body: shown(record, Object.keys(record.properties)) }
}

export const gdprDelete = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  const { objectId, idProperty } = call.json() as Readonly<Record<string, unknown>>
  const record = lookUp(
    world,
    portal,
    type,
    String(objectId),
    idProperty === undefined ? undefined : String(idProperty)
  )
  if (record !== undefined) world.forget(portal, type, record.id, by)
  return { status: 204 }
}

export const batchRead = ({ world, portal, type, call }: Asked): Emulator.Reply => {
  const archived = call.query.get("archived") === "true"
  const body = call.json() as {
    readonly idProperty?: string
    readonly properties?: ReadonlyArray<string>
    readonly propertiesWithHistory?: ReadonlyArray<string>
  }
  const withHistory = body.propertiesWithHistory ?? []
  if (withHistory.length > 0 && inputsOf(call).length > HISTORY_BATCH_MAX) {
    const message = `The maximum of inputs is ${HISTORY_BATCH_MAX} when properties with history are asked for`
    throw new Refusal(400, "VALIDATION_ERROR", message)
  }
  return batch(call, 200, (input) => {
    const record = lookUp(world, portal, type, String(input.id), body.idProperty, archived)
    if (record === undefined) throw notFound(`${type} ${String(input.id)}`)
    return { ...shown(record, body.properties ?? []), ...historyOf(record, withHistory) }
  })
}

export const batchCreate = ({ world, portal, type, call, by }: Asked): Emulator.Reply =>
  batch(call, 201, (input) => {
    const record = world.create(portal, type, valuesOf(input.properties), by)
    return { ...shown(record, Object.keys(record.properties)), ...traceOf(input) }
  })

export const batchUpdate = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  refuseTwice(inputsOf(call).map((input) => world.find(portal, type, String(input.id))?.id))
  return batch(call, 200, (input) => {
    const record = lookUp(world, portal, type, String(input.id), textOf(input.idProperty))
    if (record === undefined) throw notFound(`${type} ${String(input.id)}`)
    const values = valuesOf(input.properties)
    const updated = world.update(portal, type, record.id, values, by)
    return { ...shown(updated, Object.keys(values)), ...traceOf(input) }
  })
}

/** Finds or makes, by a property with unique values, which must be named. */
export const batchUpsert = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  refuseTwice(inputsOf(call).map((input) => String(input.id)))
  return batch(call, 200, (input) => {
    const idProperty = textOf(input.idProperty) ?? ""
    const id = String(input.id)
    const record = lookUp(world, portal, type, id, idProperty)
    const values = { [idProperty]: id, ...valuesOf(input.properties) }
    const written =
      record === undefined ? world.create(portal, type, values, by) : world.update(portal, type, record.id, values, by)
    return { ...shown(written, Object.keys(values)), new: record === undefined, ...traceOf(input) }
  })
}

export const batchArchive = ({ world, portal, type, call, by }: Asked): Emulator.Reply => {
  for (const { id } of inputsOf(call)) {
    if (world.find(portal, type, String(id)) !== undefined) world.archive(portal, type, String(id), by)
  }
  return { status: 204 }
}

/** What a reader of the API sees: the properties asked for, absent ones as null, and those that are always there. */
export const shown = (record: Stored, names: ReadonlyArray<string>, at?: number) => {
  const revision = at === undefined ? undefined : asOf(record, at)
  const values = valuesWithin(record, at)
  const always = ["hs_object_id", ...stampNames(record.type)]
  return {
    id: record.id,
    properties: Object.fromEntries([...names, ...always].map((name) => [name, values[name] ?? null])),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(revision?.at ?? record.updatedAt).toISOString(),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: new Date(record.archivedAt).toISOString() })
  }
}

/** All properties, HubSpot's own too. */
const valuesWithin = (record: Stored, at?: number): Readonly<Record<string, string>> => {
  const revision = at === undefined ? undefined : asOf(record, at)
  const [created, modified] = stampNames(record.type)
  return {
    ...(revision?.properties ?? record.properties),
    hs_object_id: record.id,
    [created]: new Date(record.createdAt).toISOString(),
    [modified]: new Date(revision?.at ?? record.updatedAt).toISOString()
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const stampNames = (type: ObjectType): readonly [string, string] => [
  isEngagement(type) ? "hs_createdate" : "createdate",
  type === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate"
]

/** Each value that a property had, newest first. */
const historyOf = (record: Stored, names: ReadonlyArray<string>) => {
  if (names.length === 0) return {}
  const history = (name: string) => {
    const changes = record.revisions.filter(
      ({ properties }, index) => properties[name] !== (record.revisions[index - 1]?.properties[name] ?? undefined)
    )
    return changes
      .map(({ at, properties }) => ({
        value: properties[name] ?? "",
        timestamp: new Date(at).toISOString(),
        sourceType: "CRM_UI"
      }))
      .reverse()
  }
  return { propertiesWithHistory: Object.fromEntries(names.map((name) => [name, history(name)])) }
}

const lookUp = (
  world: World,
  portal: Portal,
  type: ObjectType,
  id: string,
  idProperty: string | undefined,
  archived = false
) => {
  if (idProperty === undefined) return world.find(portal, type, id, archived)
  if (findProperty(portal, type, idProperty) === undefined || !uniqueNames(portal, type).includes(idProperty)) {
    const message = `Unable to perform update/upsert by non-unique property ${idProperty}`
    throw new Refusal(400, "VALIDATION_ERROR", message)
  }
  return world.findBy(portal, type, idProperty, id, archived)
}

/** Inputs one by one. A record that is not there is named and the rest goes on; any other mistake refuses them all. */
const batch = (call: Emulator.Call, status: number, run: (input: Input) => object): Emulator.Reply => {
  const inputs = inputsOf(call)
  const results: Array<object> = []
  const errors: Array<object> = []
  for (const input of inputs) {
    try {
      results.push(run(input))
    } catch (cause) {
      if (!(cause instanceof Refusal) || cause.category !== "OBJECT_NOT_FOUND") throw cause
      const trace = textOf(input.objectWriteTraceId)
      errors.push(
        cause.row({ ids: [String(input.id)], ...(trace === undefined ? {} : { objectWriteTraceId: [trace] }) })
      )
    }
  }
  const at = new Date(call.at).toISOString()
  return {
    status: errors.length > 0 ? 207 : status,
    body: {
      status: "COMPLETE",
      startedAt: at,
      completedAt: at,
      results,
      ...(errors.length > 0 ? { numErrors: errors.length, errors } : {})
    }
  }
}

const inputsOf = (call: Emulator.Call): ReadonlyArray<Input> => {
  const inputs = (call.json() as { readonly inputs?: unknown } | undefined)?.inputs
  if (!Array.isArray(inputs)) throw new Refusal(400, "VALIDATION_ERROR", "inputs is missing")
  if (inputs.length > BATCH_MAX) throw new Refusal(400, "VALIDATION_ERROR", `The maximum of inputs is ${BATCH_MAX}`)
  return inputs as ReadonlyArray<Input>
}

const refuseTwice = (ids: ReadonlyArray<string | undefined>): void => {
  const known = ids.filter((id) => id !== undefined)
  if (new Set(known).size < known.length) {
    throw new Refusal(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input")
  }
}

const bodyOf = (call: Emulator.Call): Input => (call.json() ?? {}) as Input

const valuesOf = (properties: unknown): Readonly<Record<string, string>> => {
  if (typeof properties !== "object" || properties === null) {
    throw new Refusal(400, "VALIDATION_ERROR", "properties is missing")
  }
  return properties as Readonly<Record<string, string>>
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const traceOf = ({ objectWriteTraceId }: Input) =>
  typeof objectWriteTraceId === "string" ? { objectWriteTraceId } : {}

const listOf = (text: string | null): ReadonlyArray<string> => (text ?? "").split(",").filter((piece) => piece !== "")

const associationsOf = (record: Stored, call: Emulator.Call) => {
  const types = listOf(call.query.get("associations"))
  if (types.length === 0) return {}
  const lists = types.map((type) => {
    const ids = Object.keys(record.on).filter((key) => key.startsWith(`${type}/`))
    return [
      type,
      { results: ids.map((key) => ({ id: key.slice(type.length + 1), type: `${record.type}_to_${type}` })) }
    ]
  })
  return {
    associations: Object.fromEntries(
      lists.filter(([, list]) => (list as { results: Array<unknown> }).results.length > 0)
    )
  }
}
