/** Which records stand on which. */
import type { Emulator } from "@interchannel/connector/testing"
import { associationTypeIds, isEngagement, type ObjectType, typeOf } from "../objects.ts"
import { notFound, Refusal } from "./Refusal.ts"
import type { Portal, Source, Stored } from "./State.ts"
import type { World } from "./World.ts"

interface Asked {
  readonly world: World
  readonly portal: Portal
  readonly call: Emulator.Call
  readonly by: Source
}
interface Pair {
  readonly from?: { readonly id?: string }
  readonly to?: { readonly id?: string }
  readonly types?: ReadonlyArray<{ readonly associationTypeId?: number }>
}

/** HubSpot's own types from one object type to another. */
const definedTypes = (from: ObjectType, to: ObjectType): ReadonlyArray<number> => {
  if (isEngagement(from) && !isEngagement(to)) return [associationTypeIds[from][to]]
  return from === "contacts" && to === "companies" ? [1, 279] : []
}

export const batchCreate = ({ world, portal, call, by }: Asked): Emulator.Reply => {
  const [fromType, toType] = typesOf(call)
  return inEach(call, 201, (input: Pair) => {
    const from = needed(world, portal, fromType, input.from?.id)
    const to = needed(world, portal, toType, input.to?.id)
    const typeIds = (input.types ?? []).map(({ associationTypeId = 0 }) => associationTypeId)
    const unknown = typeIds.find((typeId) => !definedTypes(fromType, toType).includes(typeId))
    if (unknown !== undefined || typeIds.length === 0) {
      throw new Refusal(
        400,
        "VALIDATION_ERROR",
        `association type ${unknown} does not lead from ${fromType} to ${toType}`
      )
    }
    world.associate(portal, from, to, typeIds, by)
    return {
      fromObjectTypeId: fromType,
      fromObjectId: from.id,
      toObjectTypeId: toType,
      toObjectId: to.id,
      labels: []
    }
  })
}

interface Leaving {
  readonly from?: { readonly id?: string }
  readonly to?: ReadonlyArray<{ readonly id?: string }>
}

/** What is not there is taken away as well: no input is refused, and the answer has no results. */
export const batchArchive = ({ world, portal, call, by }: Asked): Emulator.Reply => {
  const [fromType, toType] = typesOf(call)
  const { inputs = [] } = (call.json() ?? {}) as { readonly inputs?: ReadonlyArray<Leaving> }
  for (const input of inputs) {
    const from = world.find(portal, fromType, input.from?.id ?? "")
    for (const { id = "" } of input.to ?? []) {
      const to = world.find(portal, toType, id)?.id ?? id
      if (from !== undefined) world.dissociate(portal, from, `${toType}/${to}`, by)
    }
  }
  const at = new Date(call.at).toISOString()
  return { status: 200, body: { status: "COMPLETE", startedAt: at, completedAt: at } }
}

/** Records without any are named in `errors`, as HubSpot does. */
export const batchRead = ({ world, portal, call }: Asked): Emulator.Reply => {
  const [fromType, toType] = typesOf(call)
  return inEach(call, 200, (input: { readonly id?: string }) => {
    const from = needed(world, portal, fromType, input.id)
    const to = Object.entries(from.on)
      .filter(([key]) => key.startsWith(`${toType}/`))
      .map(([key, typeIds]) => ({
        toObjectId: key.slice(toType.length + 1),
        associationTypes: typeIds.map((typeId) => ({ category: "HUBSPOT_DEFINED", typeId }))
      }))
    if (to.length === 0) {
      throw new Refusal(404, "OBJECT_NOT_FOUND", `No ${toType} is associated with ${from.id}`, {
        subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND"
      })
    }
    return { from: { id: from.id }, to }
  })
}

export const labels = ({ call }: Asked): Emulator.Reply => {
  const [from, to] = typesOf(call)
  const results = definedTypes(from, to).map((typeId) => ({ category: "HUBSPOT_DEFINED", typeId, label: null }))
  return { status: 200, body: { results } }
}

export const put = ({ world, portal, call, by }: Asked): Emulator.Reply => {
  const [from, to] = pairOf(world, portal, call)
  const specs = call.json() as ReadonlyArray<{ readonly associationTypeId: number }>
  world.associate(
    portal,
    from,
    to,
    specs.map(({ associationTypeId }) => associationTypeId),
    by
  )
  const ids = { fromObjectId: from.id, toObjectId: to.id, fromObjectTypeId: from.type, toObjectTypeId: to.type }
  return { status: 201, body: { ...ids, labels: [] } }
}

export const remove = ({ world, portal, call, by }: Asked): Emulator.Reply => {
  const [from, to] = pairOf(world, portal, call)
  world.dissociate(portal, from, `${to.type}/${to.id}`, by)
  return { status: 204 }
}

// ---------------------------------------------------------------------------------------------------------------------

const typesOf = (call: Emulator.Call): readonly [ObjectType, ObjectType] => {
  const [from, to] = [typeOf(call.params["from"] ?? ""), typeOf(call.params["to"] ?? "")]
  if (from === undefined || to === undefined) throw new Refusal(400, "VALIDATION_ERROR", "Unable to infer object type")
  return [from, to]
}

const needed = (world: World, portal: Portal, type: ObjectType, id = ""): Stored => {
  const record = world.find(portal, type, id)
  if (record === undefined) throw notFound(`${type} ${id}`)
  return record
}

const pairOf = (world: World, portal: Portal, call: Emulator.Call): readonly [Stored, Stored] => {
  const [from, to] = typesOf(call)
  return [needed(world, portal, from, call.params["id"]), needed(world, portal, to, call.params["toId"])]
}

const inEach = <Input>(call: Emulator.Call, status: number, run: (input: Input) => object): Emulator.Reply => {
  const { inputs = [] } = (call.json() ?? {}) as { readonly inputs?: ReadonlyArray<Input> }
  const results: Array<object> = []
  const errors: Array<object> = []
  for (const input of inputs) {
    try {
      results.push(run(input))
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause
      errors.push(cause.row({}))
    }
  }
  const at = new Date(call.at).toISOString()
  const body = {
    status: "COMPLETE",
    startedAt: at,
    completedAt: at,
    results
  }
  return errors.length === 0 ? { status, body } : { status: 207, body: { ...body, numErrors: errors.length, errors } }
}
