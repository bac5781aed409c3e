/**
 * Keys are derived, not drawn: 128 bits of SHA-256 over (connection, kind, vendor id). A ledger rebuilt from the Inbox
 * gets the same keys, so nothing is written twice.
 */
import { hash } from "node:crypto"
import * as Schema from "effect/Schema"
import type { ConnectionId, LocalRef } from "./Ref.ts"

const key = (prefix: string) => Schema.String.pipe(Schema.pattern(new RegExp(`^${prefix}_[A-Za-z0-9_-]{22}$`)))

export const ContactKey = key("c").annotations({ identifier: "ContactKey" })
export type ContactKey = typeof ContactKey.Type
export const OrganizationKey = key("o").annotations({ identifier: "OrganizationKey" })
export type OrganizationKey = typeof OrganizationKey.Type
export const InteractionKey = key("i").annotations({ identifier: "InteractionKey" })
export type InteractionKey = typeof InteractionKey.Type
export const ConversationKey = key("v").annotations({ identifier: "ConversationKey" })
export type ConversationKey = typeof ConversationKey.Type

export const contact = (connection: ConnectionId, ref: LocalRef): ContactKey =>
  derive("c", connection, ref.kind, ref.id)
export const organization = (connection: ConnectionId, ref: LocalRef): OrganizationKey =>
  derive("o", connection, ref.kind, ref.id)
export const interaction = (connection: ConnectionId, ref: LocalRef): InteractionKey =>
  derive("i", connection, ref.kind, ref.id)
export const conversation = (connection: ConnectionId, ref: LocalRef): ConversationKey =>
  derive("v", connection, ref.kind, ref.id)

/** What a key names is told by its prefix. */
export const isContact = (key: string): boolean => key.startsWith("c_")
export const isOrganization = (key: string): boolean => key.startsWith("o_")
export const isInteraction = (key: string): boolean => key.startsWith("i_")
export const isConversation = (key: string): boolean => key.startsWith("v_")

/** Derives a key from pieces that together name one thing; as JSON, since then no two lists of pieces read the same. */
export const derive = (prefix: string, ...pieces: ReadonlyArray<string>): string =>
  `${prefix}_${shortHash(JSON.stringify(pieces))}`

/** A hash of JSON data that does not depend on the order of object fields; absent and `undefined` fields are alike. */
export const contentHash = (data: unknown): string => shortHash(canonicalJson(data))

const shortHash = (text: string): string => hash("sha256", text, "buffer").subarray(0, 16).toString("base64url")

const canonicalJson = (data: unknown): string => {
  if (data === undefined) return "null"
  if (data === null || typeof data !== "object") return JSON.stringify(data)
  if (Array.isArray(data)) return `[${data.map(canonicalJson).join(",")}]`
  const fields = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`).join(",")}}`
}
