/**
 * By what a person could come back: their records, their addresses and numbers, and the interactions they took part in. Each
 * as one text, which the store keeps as a keyed hash. Pure.
 */
import type { ConnectionId, Handle, LocalRef, Part } from "@interchannel/domain"

export const ofRecord = (connection: ConnectionId, subject: Part.Subject, ref: LocalRef): string =>
  JSON.stringify([subject, connection, ref.kind, ref.id])

/** A shared address names nobody in particular. */
export const ofHandle = ({ kind, value, shared }: Handle.Handle): ReadonlyArray<string> =>
  shared === true ? [] : [JSON.stringify(["handle", kind, value])]

/** The subject of a part under all its refs. */
export const ofRecords = (connection: ConnectionId, part: Part.Part): ReadonlyArray<string> =>
  [part.ref, ...(part.former ?? [])].map((ref) => ofRecord(connection, part.subject, ref))

/** And, of a contact, by its handles. */
export const ofSubject = (connection: ConnectionId, part: Part.Part): ReadonlyArray<string> => [
  ...ofRecords(connection, part),
  ...(part.subject === "contact" ? (part.fields.handles ?? []).flatMap(ofHandle) : [])
]

/** Whoever and whatever a part speaks of: one name that is turned away, and the part is. */
export const mentionedIn = (connection: ConnectionId, part: Part.Part): ReadonlyArray<string> => [
  ...ofSubject(connection, part),
  ...(part.subject === "interaction" ? (part.fields.participants ?? []) : []).flatMap(({ contact, handle }) => [
    ...(contact === undefined ? [] : [ofRecord(connection, "contact", contact)]),
    ...(handle === undefined ? [] : ofHandle(handle))
  ])
]

/** What of a name would stand in a raw body; a short id stands in too many. */
export const tracesOf = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names
    .flatMap((name) => (JSON.parse(name) as ReadonlyArray<string>).slice(-1))
    .filter(({ length }) => length >= TRACE_MIN)

const TRACE_MIN = 6
