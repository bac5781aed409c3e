/**
 * AES-256-GCM under the master key: `key id (1) · nonce (12) · tag (16) · ciphertext`. What is sealed is bound to the row it
 * stands in, so bytes that were changed, or moved to another row, do not open.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto"
import * as Context from "effect/Context"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { MasterKey } from "./MasterKey.ts"
import { StoreError } from "./StoreError.ts"
import { pooledRandom, type Random } from "./Uuid.ts"

export class Seal extends Context.Tag("@interchannel/store/Seal")<
  Seal,
  {
    /** `row` names the row, such as `inbox 0192…`; the same must be given to open it. */
    readonly seal: (row: string, plain: Uint8Array) => Buffer
    readonly open: (row: string, sealed: Uint8Array) => Either.Either<Buffer, StoreError>
    /** Keyed hashes of a text, under the present key first, then under each earlier one. Nobody without the keys can try texts. */
    readonly digests: (text: string) => ReadonlyArray<string>
  }
>() {}

const ALGORITHM = "aes-256-gcm"
const NONCE_BYTES = 12
const TAG_BYTES = 16
const DIGEST_KEY_BYTES = 32
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES

export const layer = (masterKey: MasterKey, random: Random = pooledRandom()): Layer.Layer<Seal> =>
  Layer.succeed(Seal, make(masterKey, random))

export const make = (masterKey: MasterKey, random: Random = pooledRandom()): Context.Tag.Service<Seal> => {
  const keyOf = (id: number | undefined) =>
    id === masterKey.id ? masterKey.bytes : id === undefined ? undefined : masterKey.earlier.get(id)
  const digestKeys = [masterKey.bytes, ...masterKey.earlier.values()].map((bytes) =>
    Buffer.from(hkdfSync("sha256", Redacted.value(bytes), "", "digests of names", DIGEST_KEY_BYTES))
  )
  return {
    digests: (text) => digestKeys.map((key) => createHmac("sha256", key).update(text).digest("base64url").slice(0, 22)),
    seal: (row, plain) => {
      const nonce = random(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, Redacted.value(masterKey.bytes), nonce).setAAD(Buffer.from(row))
      const text = cipher.update(plain)
      cipher.final()
      return Buffer.concat([Buffer.of(masterKey.id), nonce, cipher.getAuthTag(), text])
    },
    open: (row, sealed) => {
      const key = keyOf(sealed[0])
      if (key === undefined || sealed.length < HEAD_BYTES) {
        return refused(row, `was sealed with master key ${sealed[0] ?? "none"}, which is not among those given; add it`)
      }
      try {
        const decipher = createDecipheriv(ALGORITHM, Redacted.value(key), sealed.subarray(1, 1 + NONCE_BYTES))
          .setAAD(Buffer.from(row))
          .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES))
        return Either.right(Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]))
      } catch {
        return refused(row, "was changed since it was sealed, or the master key is another; restore the row or the key")
      }
    }
  }
}

const refused = (row: string, detail: string): Either.Either<never, StoreError> =>
  Either.left(new StoreError({ operation: "open sealed", reason: "broken", detail: `${row} ${detail}` }))
