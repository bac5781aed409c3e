/** CRM records over the API: one, a list, a search. What comes back is stamped with what it is, so that it speaks for itself. */
import { Feed, Http, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fail, HubSpotApi, Nothing, type Request } from "./api.ts"
import type { Settings } from "./credentials.ts"
import { engagementProperties } from "./engagement.ts"
import { companyProperties, contactProperties } from "./normalize.ts"
import { type EngagementType, isEngagement, type ObjectType, objects } from "./objects.ts"
import { Associated, List, SearchList } from "./wire.ts"

/** HubSpot's own maxima of a page. */
export const LIST_PAGE_MAX = 100
export const SEARCH_PAGE_MAX = 200

type Read<A> = Effect.Effect<A, VendorError.VendorError, HubSpotApi>

export const pathOf = (settings: Settings, type: ObjectType, rest = ""): string =>
  `/crm/objects/${settings.apiVersion}/${type}${rest}`

/** One record as it is now; `undefined` when it was deleted. The id of a merged record leads to what it became. */
export const one = (type: ObjectType, id: string): Read<unknown | undefined> =>
  Effect.gen(function* () {
    const { call, settings } = yield* HubSpotApi
    const request: Request = {
      path: pathOf(settings, type, Http.path`/${id}`),
      query: {
        properties: propertiesOf(settings, type).join(","),
        ...(isEngagement(type) ? { associations: "contacts" } : {})
      }
    }
    const record = yield* VendorError.unlessGone(call(`${type}.get`, Nothing, request))
    return stamp(settings, type, record)
  })

/** In order of id; the only complete reading HubSpot offers. A token that it takes no more begins the reading anew. */
export const list = (type: ObjectType, token: string | undefined, archived: boolean): Read<Feed.Page> =>
  Effect.gen(function* () {
    const { settings } = yield* HubSpotApi
    const operation = archived ? `${type}.archived` : `${type}.list`
    const query = {
      properties: propertiesOf(settings, type).join(","),
      ...(archived ? { archived: "true" } : {})
    }
    const answer = yield* listPage(operation, pathOf(settings, type), LIST_PAGE_MAX, token, query)
    return Feed.page(
      answer.results.map((record) => stamp(settings, type, record)),
      answer.paging?.next?.after
    )
  })

/** One page of any list. */
export const listPage = (
  operation: string,
  path: string,
  limit: number,
  token: string | undefined,
  query: Readonly<Record<string, string>> = {}
): Read<typeof List.Type> =>
  Effect.gen(function* () {
    const { call } = yield* HubSpotApi
    const after = token === undefined ? {} : { after: token }
    return yield* call(operation, List, { path, query: { limit: String(limit), ...after, ...query } })
  }).pipe(
    Effect.catchIf(
      ({ reason }) => token !== undefined && reason._tag === "Rejected",
      () => fail.cursorExpired(operation, "HubSpot refuses the page token")
    )
  )

/**
 * What was changed in [from, to), in order of id. The token is the last id, never an offset: offsets end at 10,000 results,
 * and a bulk import gives more records than that the very same time.
 */
export const changed = (type: ObjectType, request: Feed.WindowRequest): Read<Feed.Page> =>
  Effect.gen(function* () {
    const { call, settings } = yield* HubSpotApi
    const { from, to, token } = request
    const { modified } = objects[type]
    const operation = `${type}.search`
    const answer = yield* call(operation, SearchList, {
      method: "POST",
      path: pathOf(settings, type, "/search"),
      body: {
        filterGroups: [
          {
            filters: [
              { propertyName: modified, operator: "GTE", value: String(from) },
              { propertyName: modified, operator: "LT", value: String(to) },
              ...(token === undefined ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: token }])
            ]
          }
        ],
        // One property only: HubSpot takes no second one.
        sorts: ["hs_object_id"],
        properties: propertiesOf(settings, type),
        limit: SEARCH_PAGE_MAX
      }
    })
    const hits = answer.results
    const last = hits.map(idOf).reduce(later, token)
    if (hits.length > 0 && last === token) {
      return yield* fail.unavailable(operation, "the search began again from the start; its index may be in repair")
    }
    // The index lags behind and has been seen to answer past its filter.
    const kept = hits.filter((hit) => isWithin(hit, modified, from, to))
    const items = kept.map((hit) => stamp(settings, type, hit))
    const more = hits.length > 0 && (answer.total > hits.length || Boolean(answer.paging?.next))
    return Feed.page(isEngagement(type) ? yield* associated(type, items) : items, more ? last : undefined)
  })

// ---------------------------------------------------------------------------------------------------------------------

const propertiesOf = (settings: Settings, type: ObjectType): ReadonlyArray<string> => {
  const wanted = isEngagement(type)
    ? engagementProperties(type)
    : type === "contacts"
      ? [...contactProperties, ...settings.contactProperties]
      : companyProperties
  return [...wanted, settings.uniqueProperty]
}

interface Stamp {
  readonly objectType: ObjectType
  readonly portalId: number
  readonly marker?: string
}

/** Says on the record what it is, and takes our own property out of HubSpot's. A bad record is left for the decoder. */
const stamp = (settings: Settings, type: ObjectType, record: unknown): unknown => {
  if (!Wire.isRecord(record)) return record
  const stamped: Stamp = { objectType: type, portalId: settings.portalId }
  if (!Wire.isRecord(record["properties"])) return { ...record, ...stamped }
  const { [settings.uniqueProperty]: marker, ...properties } = record["properties"]
  return { ...record, properties, ...stamped, ...(typeof marker === "string" && marker !== "" ? { marker } : {}) }
}

/** Searches leave associations out; they come in one call for the whole page. */
const associated = (type: EngagementType, items: ReadonlyArray<unknown>): Read<ReadonlyArray<unknown>> =>
  Effect.gen(function* () {
    const ids = items.map(idOf).filter((id) => id !== undefined)
    if (ids.length === 0) return items
    const { call, settings } = yield* HubSpotApi
    const { results } = yield* call(`${type}.associations`, Associated, {
      method: "POST",
      path: `/crm/associations/${settings.apiVersion}/${type}/contacts/batch/read`,
      body: { inputs: ids.map((id) => ({ id })) }
    })
    const contacts = new Map(results.map(({ from, to }) => [from.id, to.map(({ toObjectId }) => ({ id: toObjectId }))]))
    return items.map((item) =>
      Wire.isRecord(item)
        ? { ...item, associations: { contacts: { results: contacts.get(idOf(item) ?? "") ?? [] } } }
        : item
    )
  })

const isWithin = (hit: unknown, modified: string, from: number, to: number): boolean => {
  const at = Date.parse(String(Wire.field(Wire.field(hit, "properties"), modified)))
  return Number.isNaN(at) || (at >= from && at < to)
}

const idOf = (record: unknown): string | undefined => numberAsText(Wire.field(record, "id"))
const numberAsText = Wire.one(Schema.String.pipe(Schema.pattern(/^\d{1,20}$/)))

/** Ids are whole numbers without leading zeros, some beyond what a JavaScript number holds. */
const later = (a: string | undefined, b: string | undefined): string | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  return a.length > b.length || (a.length === b.length && a > b) ? a : b
}
