/** Twilio's REST APIs for one account: a host a product, one pair of credentials, lists in two shapes of paging. */
import { type Connector, Feed, type Gate, Http, VendorError, Wire } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credentials, Settings } from "./credentials.ts"

export const VENDOR = "twilio"
/** Items of a page; Twilio gives up to 1,000. */
const PAGE_SIZE = 200

export type Product = "api" | "taskrouter" | "intelligence"
type Query = NonNullable<Http.Request["query"]>

export class TwilioApi extends Context.Tag("@interchannel/connector-twilio/TwilioApi")<
  TwilioApi,
  {
    readonly settings: Settings
    /** The path of something of the account: `/Calls/CA….json`. */
    readonly ofAccount: (path: string) => string
    readonly call: (
      operation: string,
      product: Product,
      path: string,
      request?: Pick<Http.Request, "query" | "headers" | "form">
    ) => Effect.Effect<Http.Answer, VendorError.VendorError>
    /** One page of the list named `items`; `token` is the path of the page that follows another. */
    readonly page: (
      operation: string,
      product: Product,
      list: { readonly items: string; readonly path: string; readonly query: Query; readonly token: string | undefined }
    ) => Effect.Effect<Feed.Page, VendorError.VendorError>
  }
>() {}

export const layer = (
  account: Connector.Account<Credentials, Settings>
): Layer.Layer<TwilioApi, VendorError.VendorError, Gate.Gate> => Layer.scoped(TwilioApi, make(account))

export const fail = VendorError.of(VENDOR)

// ---------------------------------------------------------------------------------------------------------------------

const make = ({ credentials, settings }: Connector.Account<Credentials, Settings>) =>
  Effect.gen(function* () {
    const { accountSid, apiKeySid, apiUrl } = settings
    const { authToken, apiKeySecret } = credentials
    if ((apiKeySid === undefined) !== (apiKeySecret === undefined)) {
      const detail = `the API key lacks its ${apiKeySid === undefined ? "SID" : "secret"}`
      return yield* fail.misconfigured(
        "connect",
        detail,
        "set settings.apiKeySid and credentials.apiKeySecret, or neither"
      )
    }
    const http = yield* Http.make({
      vendor: VENDOR,
      hosts: ["*.twilio.com"],
      baseUrl: apiUrl ?? "https://api.twilio.com",
      authorize: Http.basic(apiKeySid ?? accountSid, apiKeySecret ?? authToken),
      statusToReason: ({ status }) =>
        status === 412 ? new VendorError.Unavailable({ detail: "changed meanwhile", uncertain: false }) : undefined
    })
    const call: Context.Tag.Service<TwilioApi>["call"] = (operation, product, path, request = {}) => {
      const base = apiUrl?.replace(/\/+$/, "") ?? `https://${product}.twilio.com`
      return http.request(operation, { url: base + path, ...request } as Http.Request)
    }
    return {
      settings,
      ofAccount: (path: string) => `/2010-04-01/Accounts/${accountSid}${path}`,
      call,
      page: (operation, product, { items, path, query, token }) =>
        Effect.gen(function* () {
          const asked = token === undefined ? { query: { ...query, PageSize: PAGE_SIZE } } : {}
          const listing = yield* Effect.flatMap(call(operation, product, token ?? path, asked), (it) => it.json())
          const found = Wire.field(listing, items)
          if (!Array.isArray(found)) return yield* fail.malformed(operation, `the answer has no list ${items}`)
          // The older API names it in one place, the newer ones in another.
          const next = Wire.field(listing, "next_page_uri") ?? Wire.field(Wire.field(listing, "meta"), "next_page_url")
          return Feed.page(found, pathOf(next))
        })
    } satisfies Context.Tag.Service<TwilioApi>
  })

/** Without its host: the next page is asked for where this one came from. */
const pathOf = (next: unknown): string | undefined =>
  typeof next === "string" ? next.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^(?!\/)/, "/") : undefined
