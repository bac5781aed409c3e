/** Twilio's REST APIs for one account: a host a product, one pair of credentials, lists in two shapes of paging. */
import { type Connector, Feed, type Gate, Http, VendorError } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
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

export const rejected = (operation: string, code: string, detail: string): VendorError.VendorError =>
  VendorError.make(VENDOR, operation, new VendorError.Rejected({ code, detail }))

export const gone = (operation: string, detail: string): VendorError.VendorError =>
  VendorError.make(VENDOR, operation, new VendorError.Gone({ detail }))

/** `undefined` when the vendor says that the thing is not there. */
export const unlessGone = <A, R>(
  effect: Effect.Effect<A, VendorError.VendorError, R>
): Effect.Effect<A | undefined, VendorError.VendorError, R> =>
  Effect.catchIf(
    effect,
    (error) => error.reason._tag === "Gone",
    () => Effect.succeed(undefined)
  )

/** The answer's data by a schema. */
export const decoded = <A, I>(operation: string, schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(schema)
  return (answer: Http.Answer): Effect.Effect<A, VendorError.VendorError> =>
    Effect.flatMap(answer.json(), (data) =>
      Effect.mapError(decode(data), () =>
        VendorError.make(
          VENDOR,
          operation,
          new VendorError.Malformed({ detail: "the answer is not what Twilio documents" })
        )
      )
    )
}

// ---------------------------------------------------------------------------------------------------------------------

/** The path of the next page, in the older API and in the newer ones. */
const Listing = Schema.Struct(
  {
    next_page_uri: Schema.optional(Schema.NullOr(Schema.String)),
    meta: Schema.optional(Schema.Struct({ next_page_url: Schema.optional(Schema.NullOr(Schema.String)) }))
  },
  { key: Schema.String, value: Schema.Unknown }
)

const make = ({ credentials, settings }: Connector.Account<Credentials, Settings>) =>
  Effect.gen(function* () {
    const { accountSid, apiKeySid, apiUrl } = settings
    const { authToken, apiKeySecret } = credentials
    if ((apiKeySid === undefined) !== (apiKeySecret === undefined)) {
      const detail = `the API key lacks its ${apiKeySid === undefined ? "SID" : "secret"}`
      const remedy = "set settings.apiKeySid and credentials.apiKeySecret, or neither"
      return yield* VendorError.make(VENDOR, "connect", new VendorError.Misconfigured({ detail, remedy }))
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
          const answer = yield* call(operation, product, token ?? path, asked)
          const listing = yield* decoded(operation, Listing)(answer)
          const found = listing[items]
          if (!Array.isArray(found)) {
            return yield* VendorError.make(VENDOR, operation, new VendorError.Malformed({ detail: `no list ${items}` }))
          }
          return Feed.page(found, pathOf(listing.next_page_uri ?? listing.meta?.next_page_url))
        })
    } satisfies Context.Tag.Service<TwilioApi>
  })

/** Without its host: the next page is asked for where this one came from. */
const pathOf = (next: string | null | undefined): string | undefined =>
  next ? next.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^(?!\/)/, "/") : undefined
