/** Addresses of records: `LocalRef` inside one Connection, `VendorRef` across the installation. */
import * as Schema from "effect/Schema"

export const ConnectionId = Schema.String.pipe(
  Schema.pattern(/^[a-z0-9][a-z0-9-]{0,62}$/, {
    message: () => "a Connection id has 1-63 lower-case letters, digits and hyphens, and starts with a letter or digit"
  }),
  Schema.annotations({ identifier: "ConnectionId" })
)
export type ConnectionId = typeof ConnectionId.Type

/** Vendor ids are opaque text; the limit keeps a broken answer out of the indexes. */
const ID_LENGTH_MAX = 512
const Id = Schema.NonEmptyString.pipe(Schema.maxLength(ID_LENGTH_MAX))
/** Without a slash, so that `format` can be read back. */
const Kind = Schema.String.pipe(
  Schema.pattern(/^[^/]{1,64}$/, { message: () => "a kind has 1-64 characters and no slash" })
)

/** A record's address within its own Connection: the vendor's word for what it is, and the vendor's id. */
export const LocalRef = Schema.Struct({ kind: Kind, id: Id }).annotations({ identifier: "LocalRef" })
export type LocalRef = typeof LocalRef.Type

/** A record's address: connection, kind, id. */
export const VendorRef = Schema.Struct({ connection: ConnectionId, kind: Kind, id: Id }).annotations({
  identifier: "VendorRef"
})
export type VendorRef = typeof VendorRef.Type

export const local = (kind: string, id: string): LocalRef => ({ kind, id })

export const at = (connection: ConnectionId, ref: LocalRef): VendorRef => ({ connection, kind: ref.kind, id: ref.id })

export const same = (a: LocalRef, b: LocalRef): boolean => a.kind === b.kind && a.id === b.id

/** `support-eu/message/T1/C1/17.1`: how people write a VendorRef on the command line and read it in logs. */
export const format = (ref: VendorRef): string => `${ref.connection}/${ref.kind}/${ref.id}`

/** The inverse of `format`; `undefined` when a piece is missing. */
export const parse = (text: string): VendorRef | undefined => {
  const match = /^([a-z0-9][a-z0-9-]{0,62})\/([^/]{1,64})\/(.{1,512})$/s.exec(text)
  return match === null ? undefined : { connection: match[1]!, kind: match[2]!, id: match[3]! }
}
