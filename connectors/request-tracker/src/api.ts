/** The REST 2.0 API of one Request Tracker: its token, its paged lists, and who in it works for the company. */
import { type Connector, Feed, type Gate, Http, Kept, Pages, VendorError, Wire } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { base, type Credentials, type Settings } from "./credentials.ts"
import { Group, Listing, Named } from "./wire.ts"

export const VENDOR = "request-tracker"
/** The most that a list gives at once. */
export const PAGE_MAX = 100
/** Pages of a list that has to be read whole: 5,000 of anything. */
const PAGES_MAX = 50
/** Who is staff is asked again after so long. */
const STAFF_FOR_MS = 5 * Instant.MINUTE_MS

type Query = NonNullable<Http.Request["query"]>

export class RequestTrackerApi extends Context.Tag("@interchannel/connector-request-tracker/RequestTrackerApi")<
  RequestTrackerApi,
  {
    readonly settings: Settings
    readonly http: Http.Http
    /** The names of the privileged users: those who work in Request Tracker. */
    readonly staff: Effect.Effect<ReadonlySet<string>, VendorError.VendorError>
  }
>() {}

export type Doing<A> = Effect.Effect<A, VendorError.VendorError, RequestTrackerApi>

export const fail = VendorError.of(VENDOR)

export const settings = Effect.map(RequestTrackerApi, (api) => api.settings)

export const get = <A, I>(schema: Schema.Schema<A, I>, operation: string, path: string, query: Query = {}): Doing<A> =>
  Effect.flatMap(RequestTrackerApi, ({ http }) => http.decoded(schema, operation, { path, query }))

export const send = (
  operation: string,
  method: "POST" | "PUT" | "DELETE",
  path: string,
  json?: unknown
): Doing<Http.Answer> =>
  Effect.flatMap(RequestTrackerApi, ({ http }) => http.request(operation, { path, method, json }))

/** One page of a list; `next` is the number of the page after it. */
export const page = (operation: string, path: string, query: Query, token?: string): Doing<Feed.Page> =>
  Effect.map(get(Listing, operation, path, { per_page: PAGE_MAX, ...query, page: token }), (listing) =>
    Feed.page(listing.items, nextOf(listing, token))
  )

/** A list of which no page may be left out. */
export const whole = (operation: string, path: string, query: Query): Doing<ReadonlyArray<unknown>> =>
  Pages.all({ vendor: VENDOR, operation, pagesMax: PAGES_MAX, page: (token) => page(operation, path, query, token) })

export interface Condition {
  readonly field: string
  readonly value: string | number
  readonly operator?: ">" | ">=" | "<" | "LIKE"
  /** Several conditions on one field mean "or" unless this says otherwise. */
  readonly entry_aggregator?: "AND"
}

/** A search of anything but tickets. A field that cannot be searched by is ignored without a word: check every hit. */
export const where = (...conditions: ReadonlyArray<Condition>): string => JSON.stringify(conditions)

export const layer = ({
  credentials,
  settings
}: Connector.Account<Credentials, Settings>): Layer.Layer<RequestTrackerApi, VendorError.VendorError, Gate.Gate> =>
  Layer.scoped(
    RequestTrackerApi,
    Effect.gen(function* () {
      const url = new URL(base(settings.url))
      const http = yield* Http.make({
        vendor: VENDOR,
        hosts: [url.hostname],
        baseUrl: `${base(url.href)}/REST/2.0`,
        authorize: Effect.succeed({ authorization: Redacted.make(`token ${Redacted.value(credentials.token)}`) })
      })
      const asking = { settings, http, staff: Effect.never }
      const staff = yield* Kept.make(Effect.provideService(privileged, RequestTrackerApi, asking), () => STAFF_FOR_MS)
      return { settings, http, staff: staff.get }
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

/**
 * Of transactions and attachments Request Tracker tells nobody but a super user how many there are and where they go on, and
 * leaves out of each page what we may not see. Such a list ends where a page is empty.
 */
const nextOf = ({ items, next_page, total }: typeof Listing.Type, token: string | undefined): string | undefined => {
  if (total === undefined) return items.length === 0 ? undefined : String(Number(token ?? "1") + 1)
  return next_page === undefined ? undefined : (new URL(next_page).searchParams.get("page") ?? undefined)
}

/** Request Tracker keeps them in a group of its own; no list of users tells who is in it. */
const privileged: Doing<ReadonlySet<string>> = Effect.gen(function* () {
  const query = where({ field: "Domain", value: "SystemInternal" }, { field: "Name", value: "Privileged" })
  const groups = Wire.fitting(Named)(yield* whole("groups.list", "/groups", { query, fields: "Name" }))
  const group = groups.find(({ Name }) => Name === "Privileged")
  if (group === undefined) {
    const detail = "the group of privileged users is not shown"
    return yield* fail.because("groups.list", new VendorError.Unauthorized({ detail, missingScope: "SeeGroup" }))
  }
  // The list of its members would need the right to change it.
  const { Members } = yield* get(Group, "groups.get", Http.path`/group/${group.id}`)
  return new Set(Members.filter(({ type }) => type === "user").map(({ id }) => id))
})
