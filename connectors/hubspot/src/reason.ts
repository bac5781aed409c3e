/** What an answer of HubSpot other than success means for what happens next. Pure. */
import { Http, VendorError, Wire } from "@interchannel/connector"
import { ApiError } from "./wire.ts"

/** HubSpot asks to wait at least so long before a locked record is tried again. */
const LOCKED_WAIT_MS_MIN = 2_000
const DETAIL_CHARACTERS_MAX = 300

/** Which of our buckets a 429 speaks of. */
const bucketOf: Readonly<Record<string, string>> = { DAILY: "daily", TEN_SECONDLY_ROLLING: "burst" }

type Answered = Parameters<typeof Http.reasonOf>[0]

export const reasonOf = (
  answered: Answered,
  request: { readonly method: string; readonly now: number }
): VendorError.Reason | undefined => {
  const { status } = answered
  if (status >= 200 && status < 300) return undefined
  const said = readError(answered.text)
  const retryAfterMs = Http.retryAfter(answered.headers["retry-after"], request.now)
  switch (status) {
    case 400:
    case 409:
      return rejected(said, status)
    case 403:
      return new VendorError.Unauthorized({ detail: detailOf(said, status), missingScope: missingScope(said) })
    case 423:
    case 477: {
      const waitMs = Math.max(LOCKED_WAIT_MS_MIN, retryAfterMs ?? 0)
      return new VendorError.Unavailable({ detail: detailOf(said, status), uncertain: false, retryAfterMs: waitMs })
    }
    case 429:
      return new VendorError.RateLimited({ retryAfterMs, bucket: bucketOf[said.policyName ?? ""] })
    default:
      return Http.reasonOf(answered, request)
  }
}

/** The reason for one input of a batch that HubSpot did not take. */
export const ofInput = (said: ApiError): VendorError.Reason =>
  said.category === "OBJECT_NOT_FOUND" ? new VendorError.Gone({ detail: detailOf(said, 404) }) : rejected(said, 400)

/** The values that an error names under one of these words, in HubSpot's loose way. */
export const named = (said: ApiError, ...words: ReadonlyArray<string>): ReadonlyArray<string> =>
  [said.context, ...(said.errors ?? []).map(({ context }) => context)]
    .flatMap((context) => words.map((word) => context?.[word]))
    .flat()
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map(String)

// ---------------------------------------------------------------------------------------------------------------------

const asError = Wire.one(ApiError)

const readError = (text: string): ApiError => asError(Wire.fromJson(text)) ?? {}

const rejected = (said: ApiError, status: number): VendorError.Reason =>
  new VendorError.Rejected({
    code: said.category ?? (status === 409 ? "CONFLICT" : `HTTP ${status}`),
    detail: detailOf(said, status)
  })

/** HubSpot's own words, with the property first: that is what somebody has to correct. */
const detailOf = (said: ApiError, status: number): string => {
  const fields = [...new Set([...named(said, "propertyName", "properties"), ...propertiesIn(said)])]
  const words = [...new Set([said.message, ...(said.errors ?? []).map(({ message }) => message)])]
  const text = [fields.length === 0 ? `HTTP ${status}` : `property ${fields.join(", ")}`, ...words]
    .filter((piece) => typeof piece === "string" && piece !== "")
    .join(": ")
    .replace(/\s+/g, " ")
  return text.length > DETAIL_CHARACTERS_MAX ? `${text.slice(0, DETAIL_CHARACTERS_MAX - 1)}…` : text
}

/** Some messages hold a list of `{"name": …}` as text, some errors say where in `in`. */
const propertiesIn = (said: ApiError): ReadonlyArray<string> => [
  ...[...(said.message ?? "").matchAll(/"name":"(\w{1,100})"/g)].map((match) => match[1]!),
  ...(said.errors ?? []).flatMap((error) => error.in ?? [])
]

const missingScope = (said: ApiError): string | undefined =>
  named(said, "requiredGranularScopes", "requiredScopes").join(" ") || undefined
