/** What belongs to the account rather than to its records: properties, owners, the app's own token. */
import { type Emulator, Faults } from "@interchannel/connector/testing"
import { type ObjectType, typeOf } from "../objects.ts"
import { notFound, Refusal } from "./Refusal.ts"
import { allProperties, define, findProperty, UNIQUE_PROPERTIES_MAX } from "./schema.ts"
import type { Portal, PropertyDefinition } from "./State.ts"
import type { World } from "./World.ts"

const TOKEN_LIVES_S = 1_800
const OWNERS_LIMIT_MAX = 500

interface Asked {
  readonly world: World
  readonly portal: Portal
  readonly call: Emulator.Call
  readonly pageItems: number
}

export const getProperty = ({ portal, call }: Asked): Emulator.Reply => {
  const property = findProperty(portal, typeIn(call), call.params["name"] ?? "")
  if (property === undefined) throw notFound(`property ${call.params["name"]}`)
  return { status: 200, body: shown(property) }
}

export const listProperties = ({ portal, call }: Asked): Emulator.Reply => ({
  status: 200,
  body: { results: allProperties(portal, typeIn(call)).map(shown) }
})

/** Uniqueness is decided here and never again. */
export const createProperty = ({ portal, call }: Asked): Emulator.Reply => {
  const type = typeIn(call)
  const given = (call.json() ?? {}) as Partial<PropertyDefinition>
  const { name = "", groupName = "", label, type: valueType, fieldType } = given
  if (!label || !valueType || !fieldType || !/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Refusal(400, "VALIDATION_ERROR", "name, label, type, groupName and fieldType are required")
  }
  if (findProperty(portal, type, name) !== undefined) {
    throw new Refusal(409, "OBJECT_ALREADY_EXISTS", `A property named '${name}' already exists.`)
  }
  if (groupName !== "information" && !portal.groups[type].some((group) => group.name === groupName)) {
    throw new Refusal(400, "VALIDATION_ERROR", `Property group ${groupName} does not exist`)
  }
  const unique = portal.properties[type].filter(({ hasUniqueValue }) => hasUniqueValue).length
  if (given.hasUniqueValue === true && unique >= UNIQUE_PROPERTIES_MAX) {
    throw new Refusal(
      400,
      "VALIDATION_ERROR",
      `${type} have ${UNIQUE_PROPERTIES_MAX} properties with unique values already`
    )
  }
  const made = define(name, { ...given })
  portal.properties[type].push(made)
  return { status: 201, body: shown(made) }
}

export const createGroup = ({ portal, call }: Asked): Emulator.Reply => {
  const { name = "", label = "" } = (call.json() ?? {}) as { readonly name?: string; readonly label?: string }
  const groups = portal.groups[typeIn(call)]
  if (groups.some((group) => group.name === name)) {
    throw new Refusal(409, "CONFLICT", `A property group named '${name}' already exists.`)
  }
  groups.push({ name, label })
  return { status: 201, body: { name, label, displayOrder: -1, archived: false } }
}

export const listOwners = ({ portal, call, pageItems }: Asked): Emulator.Reply => {
  const limit = Number(call.query.get("limit") ?? 100)
  const after = Number(call.query.get("after") ?? 0)
  if (!(limit >= 1 && limit <= OWNERS_LIMIT_MAX) || (call.fault?._tag === "expireCursor" && after > 0)) {
    throw new Refusal(400, "VALIDATION_ERROR", "limit or after is not valid")
  }
  const all = portal.owners.filter(({ id }) => Number(id) > after)
  const some = all.slice(0, Math.min(limit, pageItems))
  const results = some.map(({ createdAt, updatedAt, ...owner }) => ({
    ...owner,
    type: "PERSON",
    archived: false,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString()
  }))
  const last = some.at(-1)
  return {
    status: 200,
    body: {
      results: Faults.disturbed(results, call.fault),
      ...(all.length > some.length && last !== undefined ? { paging: { next: { after: last.id } } } : {})
    }
  }
}

/** The token of the app itself, for its id and secret. */
export const appToken = (world: World, call: Emulator.Call): Emulator.Reply => {
  const { grant_type, client_id, client_secret } = call.form()
  const portal = world.state.portals.find((one) => one.clientId === client_id && one.clientSecret === client_secret)
  if (grant_type !== "client_credentials" || portal === undefined || portal.revoked) {
    throw new Refusal(401, "INVALID_AUTHENTICATION", "missing or invalid client id or secret")
  }
  const token = `app-token-${portal.portalId}-${world.draw()}`
  const alive = portal.appTokens.filter(({ until }) => until > call.at)
  portal.appTokens.splice(0, portal.appTokens.length, ...alive, { token, until: call.at + TOKEN_LIVES_S * 1000 })
  const body = { access_token: token, expires_in: TOKEN_LIVES_S, token_type: "bearer", token_use: "client_credentials" }
  return { status: 200, body }
}

// ---------------------------------------------------------------------------------------------------------------------

const typeIn = (call: Emulator.Call): ObjectType => {
  const type = typeOf(call.params["type"] ?? "")
  if (type === undefined)
    throw new Refusal(400, "VALIDATION_ERROR", `Unable to infer object type from ${call.params["type"]}`)
  return type
}

const shown = (property: PropertyDefinition) => ({
  ...property,
  options: [],
  archived: false,
  hidden: false,
  formField: false
})
