/** What records and entries look like on the wire, and what they mean. */
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import { shown } from "./fields.ts"
import { type Card, type Entry, fingerprint } from "./Office.ts"

export const Record = Schema.Struct({
  id: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  email: Schema.String,
  phone: Schema.String,
  home: Schema.optional(Schema.String),
  createdAt: Schema.Int,
  updatedAt: Schema.Int,
  former: Schema.Array(Schema.String),
  deleted: Schema.Boolean,
  key: Schema.optional(Schema.String),
  fields: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
})

export const recordItem = ({ customer: _, state, fields, ...card }: Card) => {
  const values = shown({ fields })
  return { ...card, deleted: state === "deleted", ...(values === undefined ? {} : { fields: values }) }
}

export const recordParts = (item: typeof Record.Type): ReadonlyArray<Part.Part> => {
  const ref = Ref.local("person", item.id)
  const version = Version.make(item.updatedAt)
  // Nobody may have read that it was merged before it was thrown away.
  if (item.deleted) {
    return [item.id, ...item.former].map((id) => Part.tombstone("contact", Ref.local("person", id), version))
  }
  const handles = [
    Handle.email(item.email, { verified: true }),
    Handle.phone(item.phone, { verified: true }),
    // Typed in by an agent: nobody vouches for it.
    item.home === undefined ? undefined : Handle.phone(item.home)
  ]
  return [
    Part.contact({
      ref,
      version,
      ...(item.key === undefined ? {} : { marker: item.key }),
      ...(item.former.length === 0 ? {} : { former: item.former.map((id) => Ref.local("person", id)) }),
      fields: {
        name: { full: item.name },
        createdAt: item.createdAt,
        ...(item.fields === undefined ? {} : { custom: item.fields }),
        handles: handles.filter((handle) => handle !== undefined)
      }
    })
  ]
}

/** After a reading of everything did not show it. */
export const recordGone = (id: string, at: number): ReadonlyArray<Part.Part> => [
  Part.tombstone("contact", Ref.local("person", id), Version.make(at))
]

export const Noted = Schema.Struct({
  id: Schema.NonEmptyString,
  createdAt: Schema.Int,
  updatedAt: Schema.Int,
  body: Schema.String,
  records: Schema.Array(Schema.String),
  deleted: Schema.Boolean,
  key: Schema.optional(Schema.String),
  written: Schema.String
})

export const entryItem = (entry: Entry): typeof Noted.Encoded => ({
  id: entry.id,
  createdAt: entry.createdAt,
  updatedAt: entry.updatedAt,
  body: entry.body,
  records: [...entry.records],
  deleted: entry.state !== "there",
  ...(entry.key === undefined ? {} : { key: entry.key }),
  written: fingerprint(entry)
})

export const entryParts = (item: typeof Noted.Type): ReadonlyArray<Part.Part> => {
  const ref = Ref.local("entry", item.id)
  const version = Version.make(item.updatedAt)
  const ours = item.key === undefined ? {} : { marker: item.key, written: item.written }
  if (item.deleted) return [{ ...Part.tombstone("interaction", ref, version), ...ours }]
  return [
    Part.interaction({
      ref,
      version,
      ...ours,
      fields: {
        kind: "note",
        direction: "internal",
        startedAt: item.createdAt,
        text: item.body,
        participants: item.records.map((id) => ({ contact: Ref.local("person", id), role: "customer" as const })),
        details: {}
      }
    })
  ]
}
