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
type Failing<A> = Effect.Effect<A, VendorError.VendorError>

export class RequestTrackerApi extends Context.Tag("@interchannel/connector-request-tracker/RequestTrackerApi")<
  RequestTrackerApi,
  {
    readonly settings: Settings
    readonly get: <A, I>(schema: Schema.Schema<A, I>, operation: string, path: string, query?: Query) => Failing<A>
    readonly send: (
      operation: string,
      method: "POST" | "PUT" | "DELETE",
      path: string,
      json?: unknown
    ) => Failing<Http.Answer>
    /** One page of a list; `next` is the number of the page after it. */
    readonly page: (operation: string, path: string, query: Query, token?: string) => Failing<Feed.Page>
    /** A list of which no page may be left out. */
    readonly whole: (operation: string, path: string, query: Query) => Failing<ReadonlyArray<unknown>>
    /** The names of the privileged users: those who work in Request Tracker. */
    readonly staff: Failing<ReadonlySet<string>>
  }
>() {}

export const layer = (
  account: Connector.Account<Credentials, Settings>
): Layer.Layer<RequestTrackerApi, VendorError.VendorError, Gate.Gate> => Layer.scoped(RequestTrackerApi, make(account))

export const fail = VendorError.of(VENDOR)

export interface Condition {
  readonly field: string
  readonly value: string | number
  readonly operator?: ">" | ">=" | "<" | "LIKE"
  /** Several conditions on one field mean "or" unless this says otherwise. */
  readonly entry_aggregator?: "AND"
}

/** A search of anything but tickets. A field that cannot be searched by is ignored without a word: check every hit. */
export const where = (...conditions: ReadonlyArray<Condition>): string => JSON.stringify(conditions)

// ---------------------------------------------------------------------------------------------------------------------

const make = ({ credentials, settings }: Connector.Account<Credentials, Settings>) =>
  Effect.gen(function* () {
    const url = new URL(base(settings.url))
    const http = yield* Http.make({
      vendor: VENDOR,
      hosts: [url.hostname],
      baseUrl: `${url.href.replace(/\/$/, "")}/REST/2.0`,
      authorize: Effect.succeed({ authorization: Redacted.make(`token ${Redacted.value(credentials.token)}`) })
    })
    const get: Api["get"] = (schema, operation, path, query = {}) => http.decoded(schema, operation, { path, query })
    const page: Api["page"] = (operation, path, query, token) =>
      Effect.map(get(Listing, operation, path, { per_page: PAGE_MAX, ...query, page: token }), (listing) =>
        Feed.page(listing.items, nextOf(listing, token))
      )
    const whole: Api["whole"] = (operation, path, query) =>
      Pages.all({
        vendor: VENDOR,
        operation,
        pagesMax: PAGES_MAX,
        page: (token) => page(operation, path, query, token)
      })
    const staff = yield* Kept.make(privileged(get, whole), () => STAFF_FOR_MS)
    const api: Api = {
      settings,
      get,
      send: (operation, method, path, json) =>
        http.request(operation, { path, method, ...(json === undefined ? {} : { json }) }),
      page,
      whole,
      staff: staff.get
    }
    return api
  })

type Api = Context.Tag.Service<RequestTrackerApi>

/**
 * Of transactions and attachments Request Tracker tells nobody but a super user how many there are and where they go on, and
 * leaves out of each page what we may not see. Such a list ends where a page is empty.
 */
const nextOf = ({ items, next_page, total }: typeof Listing.Type, token: string | undefined): string | undefined => {
  if (total === undefined) return items.length === 0 ? undefined : String(Number(token ?? "1") + 1)
  return next_page === undefined ? undefined : (new URL(next_page).searchParams.get("page") ?? undefined)
}

/** Request Tracker keeps them in a group of its own; no list of users tells who is in it. */
const privileged = (get: Api["get"], whole: Api["whole"]): Failing<ReadonlySet<string>> =>
  Effect.gen(function* () {
    const query = where({ field: "Domain", value: "SystemInternal" }, { field: "Name", value: "Privileged" })
    const groups = yield* whole("groups.list", "/groups", { query, fields: "Name" })
    const group = named(groups).find(({ Name }) => Name === "Privileged")
    if (group === undefined) {
      const detail = "the group of privileged users is not shown"
      return yield* fail.because("groups.list", new VendorError.Unauthorized({ detail, missingScope: "SeeGroup" }))
    }
    // The list of its members would need the right to change it.
    const { Members } = yield* get(Group, "groups.get", Http.path`/group/${group.id}`)
    return new Set(Members.filter(({ type }) => type === "user").map(({ id }) => id))
  })

const named = Wire.fitting(Named)
