/**
 * Twilio's signature: HMAC-SHA1 over the URL it called and the form fields, sorted, name and value one after the other. A
 * JSON body is signed by its hash in the query. What Twilio takes for the URL varies: with the port or without, the query as
 * it was or encoded anew. No time is in it, so an old delivery stays genuine; its key makes it known.
 */
import { createHash, createHmac } from "node:crypto"
import { parse, stringify } from "node:querystring"
import { type Delivery, Verifier } from "@interchannel/connector"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "./credentials.ts"

export const verifier: Verifier.Verifier<Credentials> = (delivery, { authToken }) => {
  const given = delivery.headers["x-twilio-signature"]
  if (given === undefined || given === "") return Verifier.refused("the signature header is missing")
  const fields = signedFields(delivery)
  if (fields === undefined) return Verifier.refused("the body is neither a form nor what the hash in the URL tells")
  const secret = Redacted.value(authToken)
  const fits = urlForms(delivery.url).map((url) => Verifier.equal(given, sign(secret, url, fields)))
  return fits.includes(true)
    ? Verifier.genuine
    : Verifier.refused("the signature does not fit; the public URL must be the one that Twilio is given")
}

export const sign = (secret: string, url: string, fields: string): string =>
  createHmac("sha1", secret)
    .update(url + fields, "utf8")
    .digest("base64")

/** Each name with each of its values: sorted, the same pair once. */
export const joined = (form: URLSearchParams): string =>
  [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join("")

/** The forms of a URL that Twilio may have signed: with the port and without, each as it came and as URL parsers write it. */
export const urlForms = (url: string): ReadonlyArray<string> => {
  const written = URL.canParse(url) ? [url, new URL(url).href] : [url]
  return [...new Set(written.flatMap((each) => [each, reencoded(each)]).flatMap(withPorts))]
}

// ---------------------------------------------------------------------------------------------------------------------

const reencoded = (url: string): string => {
  const [place = "", ...query] = url.split("?")
  return query.length === 0 ? url : `${place}?${stringify(parse(query.join("?")))}`
}

const withPorts = (url: string): ReadonlyArray<string> => {
  const pieces = /^(https?:\/\/(?:[^/?#@]*@)?[^/?#@:]*)(:\d+)?(.*)$/.exec(url)
  if (pieces === null) return [url]
  const [, host = "", port = host.startsWith("https") ? ":443" : ":80", rest = ""] = pieces
  return [host + rest, host + port + rest]
}

/** `undefined`: nothing that is signed covers the body. */
const signedFields = ({ url, headers, body }: Delivery.Delivery): string | undefined => {
  const type = headers["content-type"]?.toLowerCase() ?? ""
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return joined(new URLSearchParams(Buffer.from(body).toString("utf8")))
  }
  const told = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "").get("bodySHA256")
  if (told === null) return undefined
  return Verifier.equal(told.toLowerCase(), createHash("sha256").update(body).digest("hex")) ? "" : undefined
}
