/** Signatures under the master key, for what leaves the house and comes back: a link in an entry, a form on a page. */
import { createHmac, timingSafeEqual } from "node:crypto"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { MasterKey } from "./MasterKey.ts"

export class Signature extends Context.Tag("@interchannel/store/Signature")<
  Signature,
  {
    /** 128 bits as base64url; the same for the same text, and of no use for another purpose. */
    readonly sign: (purpose: string, text: string) => string
    /** Also what was signed under an earlier master key. */
    readonly verify: (purpose: string, text: string, signature: string) => boolean
  }
>() {}

const SIGNATURE_BYTES = 16

export const layer = (masterKey: MasterKey): Layer.Layer<Signature> => Layer.succeed(Signature, make(masterKey))

export const make = (masterKey: MasterKey): Context.Tag.Service<Signature> => {
  const under = (key: Redacted.Redacted<Uint8Array>, purpose: string, text: string) => {
    // A key of its own, so that a signature tells nothing about what is sealed.
    const own = createHmac("sha256", Redacted.value(key)).update("signature").digest()
    return createHmac("sha256", own)
      .update(JSON.stringify([purpose, text]))
      .digest()
      .subarray(0, SIGNATURE_BYTES)
  }
  return {
    sign: (purpose, text) => under(masterKey.bytes, purpose, text).toString("base64url"),
    verify: (purpose, text, signature) => {
      const given = Buffer.from(signature, "base64url")
      if (given.length !== SIGNATURE_BYTES || given.toString("base64url") !== signature) return false
      const keys = [masterKey.bytes, ...masterKey.earlier.values()]
      return keys.some((key) => timingSafeEqual(given, under(key, purpose, text)))
    }
  }
}
