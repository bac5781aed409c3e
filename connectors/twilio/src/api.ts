/** Twilio's REST APIs for one account: a host a product, one pair of credentials, lists in two shapes of paging. */
import { type Connector, Feed, type Gate, Http, VendorError, Wire } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credentials, Settings } from "./credentials.ts"

export const VENDOR = "twilio"
/** Items of a page; Twilio gives up to 1,000. */
const PAGE_SIZE = 200

type Product = "api" | "taskrouter" | "intelligence"
type Query = NonNullable<Http.Request["query"]>

export class TwilioApi extends Context.Tag("@interchannel/connector-twilio/TwilioApi")<
  TwilioApi,
  { readonly settings: Settings; readonly http: Http.Http }
>() {}

export type Doing<A> = Effect.Effect<A, VendorError.VendorError, TwilioApi>

export const fail = VendorError.of(VENDOR)

export const settings = Effect.map(TwilioApi, (api) => api.settings)

/** `path`: of something in the account, `/Calls/CA….json`; or a whole one, as other products have it and lists tell of the next page. */
export const call = (
  operation: string,
  product: Product,
  path: string,
  request: Pick<Http.Request, "query" | "headers" | "form"> = {}
): Doing<Http.Answer> =>
  Effect.flatMap(TwilioApi, ({ http, settings: { accountSid, apiUrl } }) => {
    const base = apiUrl?.replace(/\/+$/, "") ?? `https://${product}.twilio.com`
    const whole = product === "api" && !path.startsWith(ACCOUNTS) ? `${ACCOUNTS}/${accountSid}${path}` : path
    return http.request(operation, { url: base + whole, ...request } as Http.Request)
  })

/** One page of the list named `items`; `token` is the path of the page that follows another. */
export const page = (
  operation: string,
  product: Product,
  { items, path, query = {}, token }: { items: string; path: string; query?: Query; token: string | undefined }
): Doing<Feed.Page> =>
  Effect.gen(function* () {
    const asked = token === undefined ? { query: { ...query, PageSize: PAGE_SIZE } } : {}
    const listing = yield* (yield* call(operation, product, token ?? path, asked)).json()
    const found = Wire.field(listing, items)
    if (!Array.isArray(found)) return yield* fail.malformed(operation, `the answer has no list ${items}`)
    // The older API names it in one place, the newer ones in another.
    const next = Wire.field(listing, "next_page_uri") ?? Wire.field(Wire.field(listing, "meta"), "next_page_url")
    return Feed.page(found, pathOf(next))
  })

export const layer = ({
  credentials: { authToken, apiKeySecret },
  settings
}: Connector.Account<Credentials, Settings>): Layer.Layer<TwilioApi, VendorError.VendorError, Gate.Gate> =>
  Layer.scoped(
    TwilioApi,
    Effect.gen(function* () {
      const { accountSid, apiKeySid, apiUrl = "https://api.twilio.com" } = settings
      if ((apiKeySid === undefined) !== (apiKeySecret === undefined)) {
        const detail = `the API key lacks its ${apiKeySid === undefined ? "SID" : "secret"}`
        const remedy = "set settings.apiKeySid and credentials.apiKeySecret, or neither"
        return yield* fail.misconfigured("connect", detail, remedy)
      }
      const http = yield* Http.make({
        vendor: VENDOR,
        hosts: ["*.twilio.com"],
        baseUrl: apiUrl,
        authorize: Http.basic(apiKeySid ?? accountSid, apiKeySecret ?? authToken),
        statusToReason: ({ status }) =>
          status === 412 ? new VendorError.Unavailable({ detail: "changed meanwhile", uncertain: false }) : undefined
      })
      return { settings, http }
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

const ACCOUNTS = "/2010-04-01/Accounts"

/** Without its host: the next page is asked for where this one came from. */
const pathOf = (next: unknown): string | undefined =>
  typeof next === "string" ? next.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^(?!\/)/, "/") : undefined
