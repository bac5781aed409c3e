/** CRM records over the API: one, a list, a search. What comes back is stamped with what it is, so that it speaks for itself. */
import { Feed, Http, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { call, fail, type HubSpotApi, settings } from "./api.ts"
import type { Settings } from "./credentials.ts"
import { engagementProperties } from "./engagement.ts"
import { companyProperties, contactProperties } from "./normalize.ts"
import { associationPath, type EngagementType, isEngagement, type ObjectType, objectPath, objects } from "./objects.ts"
import { Associated, List, SearchList } from "./wire.ts"

/** HubSpot's own maxima of a page. */
const LIST_PAGE_MAX = 100
const SEARCH_PAGE_MAX = 200

type Read<A> = Effect.Effect<A, VendorError.VendorError, HubSpotApi>

/** One record as it is now; `undefined` when it was deleted. The id of a merged record leads to what it became. */
export const one = (type: ObjectType, id: string): Read<unknown | undefined> =>
  Effect.gen(function* () {
    const known = yield* settings
    const associations = isEngagement(type) ? "contacts" : undefined
    const query = { properties: propertiesOf(known, type).join(","), associations }
    const request = { path: objectPath(type, Http.path`/${id}`), query }
    return stamp(known, type, yield* VendorError.unlessGone(call(`${type}.get`, Schema.Unknown, request)))
  })

/** In order of id; the only complete reading HubSpot offers. */
export const list = (type: ObjectType, token: string | undefined, archived: boolean): Read<Feed.Page> =>
  Effect.gen(function* () {
    const known = yield* settings
    const query = { properties: propertiesOf(known, type).join(","), archived: archived || undefined }
    const page = yield* listPage(archived ? `${type}.archived` : `${type}.list`, objectPath(type), token, query)
    return { ...page, items: page.items.map((record) => stamp(known, type, record)) }
  })

/** One page of any list. A token that HubSpot takes no more begins the reading anew. */
export const listPage = (
  operation: string,
  path: string,
  after: string | undefined,
  query: NonNullable<Http.Request["query"]> = {}
): Read<Feed.Page> =>
  Effect.catchIf(
    Effect.map(call(operation, List, { path, query: { limit: LIST_PAGE_MAX, after, ...query } }), (answer) =>
      Feed.page(answer.results, answer.paging?.next?.after)
    ),
    ({ reason }) => after !== undefined && reason._tag === "Rejected",
    () => fail.cursorExpired(operation, "HubSpot refuses the page token")
  )

/**
 * What was changed in [from, to), in order of id. The token is the last id, never an offset: offsets end at 10,000 results,
 * and a bulk import gives more records than that the very same time.
 */
export const changed = (type: ObjectType, { from, to, token }: Feed.WindowRequest): Read<Feed.Page> =>
  Effect.gen(function* () {
    const known = yield* settings
    const { modified } = objects[type]
    const filters = [
      { propertyName: modified, operator: "GTE", value: String(from) },
      { propertyName: modified, operator: "LT", value: String(to) },
      ...(token === undefined ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: token }])
    ]
    // One property to sort by only: HubSpot takes no second one.
    const json = {
      filterGroups: [{ filters }],
      sorts: ["hs_object_id"],
      properties: propertiesOf(known, type),
      limit: SEARCH_PAGE_MAX
    }
    const operation = `${type}.search`
    const {
      results: hits,
      total,
      paging
    } = yield* call(operation, SearchList, {
      path: objectPath(type, "/search"),
      json
    })
    const last = hits.map(idOf).reduce(later, token)
    if (hits.length > 0 && last === token) {
      return yield* fail.unavailable(operation, "the search began again from the start; its index may be in repair")
    }
    // The index lags behind and has been seen to answer past its filter.
    const kept = hits.filter((hit) => isWithin(hit, modified, from, to))
    const items = kept.map((hit) => stamp(known, type, hit))
    const more = hits.length > 0 && (total > hits.length || Boolean(paging?.next))
    return Feed.page(isEngagement(type) ? yield* associated(type, items) : items, more ? last : undefined)
  })

// ---------------------------------------------------------------------------------------------------------------------

const propertiesOf = ({ contactProperties: asked, uniqueProperty }: Settings, type: ObjectType) => {
  if (isEngagement(type)) return [...engagementProperties(type), uniqueProperty]
  return type === "contacts" ? [...contactProperties, ...asked, uniqueProperty] : [...companyProperties, uniqueProperty]
}

/** Says on the record what it is, and takes our own property out of HubSpot's. A bad record is left for the decoder. */
const stamp = ({ portalId, uniqueProperty }: Settings, objectType: ObjectType, record: unknown): unknown => {
  if (!Wire.isRecord(record)) return record
  if (!Wire.isRecord(record["properties"])) return { ...record, objectType, portalId }
  const { [uniqueProperty]: marker, ...properties } = record["properties"]
  return { ...record, properties, objectType, portalId, marker: marker || undefined }
}

/** Searches leave associations out; they come in one call for the whole page. */
const associated = (type: EngagementType, items: ReadonlyArray<unknown>): Read<ReadonlyArray<unknown>> =>
  Effect.gen(function* () {
    const ids = items.map(idOf).filter((id) => id !== undefined)
    if (ids.length === 0) return items
    const { results } = yield* call(`${type}.associations`, Associated, {
      path: associationPath(type, "contacts", "read"),
      json: { inputs: ids.map((id) => ({ id })) }
    })
    const contacts = new Map(results.map(({ from, to }) => [from.id, to.map(({ toObjectId }) => ({ id: toObjectId }))]))
    return items.map((item) => {
      const associations = { contacts: { results: contacts.get(idOf(item) ?? "") ?? [] } }
      return Wire.isRecord(item) ? { ...item, associations } : item
    })
  })

const isWithin = (hit: unknown, modified: string, from: number, to: number): boolean => {
  const at = Date.parse(String(Wire.field(Wire.field(hit, "properties"), modified)))
  return Number.isNaN(at) || (at >= from && at < to)
}

const numberAsText = Wire.one(Schema.String.pipe(Schema.pattern(/^\d{1,20}$/)))
const idOf = (record: unknown): string | undefined => numberAsText(Wire.field(record, "id"))

/** Ids are whole numbers without leading zeros, some beyond what a JavaScript number holds. */
const later = (a: string | undefined, b: string | undefined): string | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  return a.length > b.length || (a.length === b.length && a > b) ? a : b
}
