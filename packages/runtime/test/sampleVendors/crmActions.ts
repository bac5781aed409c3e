/** What can be done in the invented CRM: entries, fields of records, records. */
import { Action, type RecordFields, VendorError } from "@interchannel/connector"
import { Ref } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { orFail } from "./orFail.ts"
import { CrmWorld, recordOf, setFields, type CrmRecord, type CrmState, type Entry } from "./crmWorld.ts"

const put = (world: CrmState, input: Action.Input<"AppendTimeline">): Action.Result => {
  const byKey = [...world.entries.values()].find(({ key }) => key === input.key)
  if (input.existing !== undefined && !world.entries.has(input.existing.id)) {
    return Either.left(VendorError.make("crm", "put", new VendorError.Gone({ detail: "no such entry" })))
  }
  const entry: Entry = byKey ?? { ref: `e${++world.ids}`, key: input.key, body: "", records: new Set(), writes: 0 }
  entry.body = input.entry.body
  entry.writes += 1
  entry.owner = input.owner?.id
  entry.links = input.entry.links.map(({ url }) => url)
  for (const { id } of input.records) entry.records.add(id)
  for (const { id } of input.leave) entry.records.delete(id)
  world.entries.set(entry.ref, entry)
  return Either.right({ ref: Ref.local("entry", entry.ref), written: entry.body })
}

export const appendTimeline = Action.AppendTimeline.with({
  idempotency: "vendor key",
  batchMax: 10,
  ownerKind: "agent",
  organizationKind: "company",
  write: (inputs) =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      const { meanwhile } = world
      world.meanwhile = Effect.void
      yield* meanwhile
      yield* orFail("crm", "put", world.failures)
      const refused = inputs.find(({ entry }) => world.refused.has(entry.body))
      if (refused !== undefined) {
        const reason = new VendorError.Rejected({ code: "BATCH", detail: `refused: ${refused.entry.body}` })
        return yield* Effect.fail(VendorError.make("crm", "put", reason))
      }
      const results = inputs.map((input) => put(world, input))
      if (inputs.some(({ key }) => world.lost.delete(key))) {
        const reason = new VendorError.Unavailable({ detail: "the answer was lost", uncertain: true })
        return yield* Effect.fail(VendorError.make("crm", "put", reason))
      }
      return results
    }),
  remove: ({ id }) => Effect.map(CrmWorld, (world) => void world.entries.delete(id))
})

const noRecord = VendorError.make("crm", "fields", new VendorError.Gone({ detail: "no such record" }))

const standing = (record: CrmRecord, name: string): RecordFields.Standing => {
  const [value, changedAt] = [record.values?.[name], record.changed?.[name]]
  return { ...(value === undefined ? {} : { value }), ...(changedAt === undefined ? {} : { changedAt }) }
}

const fields: RecordFields.RecordFields<CrmWorld> = {
  paths: { job: "title", firm: "organizationName" },
  read: (asked) =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      world.reads += 1
      yield* orFail("crm", "read fields", world.failures)
      return asked.map(({ ref, names }) => {
        const record = recordOf(world, ref.id)
        return record === undefined
          ? Either.left(noRecord)
          : Either.right(Object.fromEntries(names.map((name) => [name, standing(record, name)])))
      })
    }),
  write: (changes) =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      const now = yield* Clock.currentTimeMillis
      const { meanwhile } = world
      world.meanwhile = Effect.void
      yield* orFail("crm", "set fields", world.failures)
      const refused = changes.flatMap(({ set }) => Object.values(set)).find((value) => world.refused.has(value ?? ""))
      if (refused !== undefined) {
        const reason = new VendorError.Rejected({ code: "BATCH", detail: `refused: ${refused}` })
        return yield* Effect.fail(VendorError.make("crm", "set fields", reason))
      }
      const answers = changes.map(({ ref, set }) => {
        if (recordOf(world, ref.id) === undefined) return Either.left(noRecord)
        setFields(world, ref.id, set, now)
        world.set.push({ id: ref.id, set })
        const record = recordOf(world, ref.id)!
        return Either.right(Object.fromEntries(Object.keys(set).map((name) => [name, standing(record, name)])))
      })
      yield* meanwhile
      if (changes.some(({ ref }) => world.lost.delete(ref.id))) {
        const reason = new VendorError.Unavailable({ detail: "the answer was lost", uncertain: true })
        return yield* Effect.fail(VendorError.make("crm", "set fields", reason))
      }
      return answers
    })
}

/** A record of its own for each key. */
export const upsertContact = Action.UpsertContact.with({
  idempotency: "vendor key",
  batchMax: 10,
  fields,
  remove: ({ id }) =>
    Effect.map(CrmWorld, ({ records: all }) => {
      const index = all.findIndex((record) => (record as CrmRecord).id === id)
      if (index >= 0) all.splice(index, 1)
    }),
  write: Action.each(({ key, fields }) =>
    Effect.map(CrmWorld, ({ records: all }) => {
      const id = `created ${key}`
      const email = fields.handles?.find(({ kind }) => kind === "email")?.value ?? ""
      const name = fields.name?.full === undefined ? {} : { name: fields.name.full }
      const values = fields.organizationName === undefined ? {} : { values: { firm: fields.organizationName } }
      if (!all.some((record) => (record as CrmRecord).id === id))
        all.push({ id, email, ...name, ...values, updatedAt: 1, key })
      return { ref: Ref.local("person", id) }
    })
  )
})
