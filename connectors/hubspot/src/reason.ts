/** What an answer of HubSpot other than success means for what happens next. Pure. */
import { Http, Text, VendorError, Wire } from "@interchannel/connector"
import { ApiError } from "./wire.ts"

/** HubSpot asks to wait at least so long before a locked record is tried again. */
const LOCKED_WAIT_MS_MIN = 2_000
const DETAIL_CHARACTERS_MAX = 300

/** Which of our buckets a 429 speaks of. */
const bucketOf: Readonly<Record<string, string>> = { DAILY: "daily", TEN_SECONDLY_ROLLING: "burst" }

export const reasonOf: NonNullable<Http.Options["statusToReason"]> = (answered, request) => {
  const { status } = answered
  if (status >= 200 && status < 300) return undefined
  const said = asError(Wire.fromJson(answered.text)) ?? {}
  const retryAfterMs = Http.retryAfter(answered.headers["retry-after"], request.now)
  const detail = detailOf(said) || `HTTP ${status}`
  switch (status) {
    case 400:
    case 409:
      return rejected(said, status === 409 ? "CONFLICT" : `HTTP ${status}`)
    case 403: {
      const scopes = named(said, "requiredGranularScopes", "requiredScopes").join(" ")
      return new VendorError.Unauthorized({ detail, missingScope: scopes || undefined })
    }
    case 423:
    case 477: {
      const waitMs = Math.max(LOCKED_WAIT_MS_MIN, retryAfterMs ?? 0)
      return new VendorError.Unavailable({ detail, uncertain: false, retryAfterMs: waitMs })
    }
    case 429:
      return new VendorError.RateLimited({ retryAfterMs, bucket: bucketOf[said.policyName ?? ""] })
    default:
      return Http.reasonOf(answered, request)
  }
}

/** The reason for one input of a batch that HubSpot did not take. */
export const ofInput = (said: ApiError): VendorError.Reason =>
  said.category === "OBJECT_NOT_FOUND"
    ? new VendorError.Gone({ detail: detailOf(said) || "HTTP 404" })
    : rejected(said, "HTTP 400")

/** The values that an error names under one of these words, in HubSpot's loose way. */
export const named = (said: ApiError, ...words: ReadonlyArray<string>): ReadonlyArray<string> =>
  [said, ...(said.errors ?? [])]
    .flatMap(({ context }) => words.map((word) => context?.[word]))
    .flat()
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map(String)

// ---------------------------------------------------------------------------------------------------------------------

const asError = Wire.one(ApiError)

const rejected = (said: ApiError, code: string): VendorError.Reason =>
  new VendorError.Rejected({ code: said.category ?? code, detail: detailOf(said) || code })

/** HubSpot's own words, with the property first: that is what somebody has to correct. Some messages hold it as JSON. */
const detailOf = (said: ApiError): string => {
  const errors = said.errors ?? []
  const quoted = [...(said.message ?? "").matchAll(/"name":"(\w{1,100})"/g)].map((match) => match[1]!)
  const fields = [...named(said, "propertyName", "properties"), ...quoted, ...errors.flatMap((error) => error.in ?? [])]
  const properties = fields.length === 0 ? undefined : `property ${[...new Set(fields)].join(", ")}`
  const words = new Set([properties, said.message, ...errors.map(({ message }) => message)])
  const text = [...words].filter(Boolean).join(": ")
  return Text.cut(text.replace(/\s+/g, " "), DETAIL_CHARACTERS_MAX)
}
