/** A phone system: a journal of calls that forgets, pushes that name a call and nothing more, recordings that come late. */
import { type Action, Connector, Feed, VendorError, Webhook } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Wire } from "../Wire.ts"
import { type Api, call, facts, pushing } from "./Api.ts"
import * as Stamp from "./Stamp.ts"

export interface Call {
  readonly id: string
  readonly startedAt: number
  changedAt: number
  endedAt: number | undefined
  readonly from: string
  readonly caller: string
  note: string
  recording: string | undefined
}

export interface Phone {
  readonly calls: Map<string, Call>
  readonly journal: Array<string>
  /** So much of the journal is not kept any more. */
  forgotten: number
  readonly ring: (given: Pick<Call, "from" | "caller" | "note">) => Call
  readonly change: (changed: Call) => void
}

export const phoneState = (now: () => number): Phone => {
  const stamp = Stamp.make(now)
  const calls: Phone["calls"] = new Map()
  const journal: Phone["journal"] = []
  const change = (changed: Call) => {
    changed.changedAt = stamp()
    journal.push(changed.id)
  }
  return {
    calls,
    journal,
    forgotten: 0,
    change,
    ring: (given) => {
      const at = stamp()
      const id = `c${calls.size + 1}`
      const ringing = { ...given, id, startedAt: at, changedAt: at, endedAt: undefined, recording: undefined }
      calls.set(id, ringing)
      journal.push(id)
      return ringing
    }
  }
}

const Item = Schema.Struct({
  id: Schema.NonEmptyString,
  startedAt: Schema.Int,
  changedAt: Schema.Int,
  endedAt: Schema.optional(Schema.Int),
  from: Schema.NonEmptyString,
  caller: Schema.NonEmptyString,
  note: Schema.String,
  recording: Schema.optional(Schema.String)
})

const shown = ({ endedAt, recording, ...rest }: Call): typeof Item.Encoded => ({
  ...rest,
  ...(endedAt === undefined ? {} : { endedAt }),
  ...(recording === undefined ? {} : { recording })
})

const normalize = (item: typeof Item.Type): ReadonlyArray<Part.Part> => {
  const from = Ref.local("number", item.from)
  const number = Handle.phone(item.from, { verified: true })
  const ref = Ref.local("call", item.id)
  const version = Version.make(item.changedAt)
  return [
    Part.contact({
      ref: from,
      kind: "address",
      version: Version.make(0),
      fields: number === undefined ? {} : { handles: [number] }
    }),
    Part.interaction({
      ref,
      part: "leg",
      version,
      fields: {
        kind: "voice",
        direction: "inbound",
        startedAt: item.startedAt,
        ...(item.endedAt === undefined ? {} : { endedAt: item.endedAt }),
        text: item.note,
        participants: [{ contact: from, ...(number === undefined ? {} : { handle: number }) }],
        details: {}
      }
    }),
    ...(item.recording === undefined
      ? []
      : [
          Part.interaction({
            ref,
            part: "recording",
            version,
            fields: { links: [{ label: "Recording", url: `https://phone.example.com/${item.recording}` }] }
          })
        ])
  ]
}

const PAGE = 5

export const phone = (state: Phone, wire: Wire, actions: ReadonlyArray<Action.Action<"SendMessage", Api>>) =>
  Connector.make("phone", {
    ...facts("phone", wire),
    feeds: [
      Feed.snapshot("calls", {
        yields: "interactions",
        item: Item,
        key: ({ id }) => id,
        cadenceMs: 3_600_000,
        normalize,
        page: () =>
          call("list calls", (fault) =>
            Either.right(Feed.page(Faults.disturbed([...state.calls.values()].map(shown), fault)))
          ),
        one: (id) =>
          call("read call", () => {
            const found = state.calls.get(id)
            return Either.right(found === undefined ? undefined : shown(found))
          })
      }),
      Feed.changes("journal", {
        yields: "interactions",
        item: Item,
        key: ({ id }) => id,
        cadenceMs: 8_000,
        normalize,
        resync: ["calls"],
        page: ({ cursor }) =>
          call("read journal", (fault) => {
            if (cursor !== undefined && (fault?._tag === "expireCursor" || Number(cursor) < state.forgotten)) {
              return Either.left(new VendorError.CursorExpired({ detail: "the journal forgot" }))
            }
            const start = Number(cursor ?? "0")
            const end = Math.min(state.journal.length, start + PAGE)
            const items = [...new Set(state.journal.slice(start, end))].map((id) => shown(state.calls.get(id)!))
            return Either.right({
              items: Faults.disturbed(items, fault),
              next: String(end),
              more: end < state.journal.length
            })
          })
      })
    ],
    actions,
    webhooks: [
      Webhook.make("pushed", {
        ...pushing,
        item: Schema.Struct({ id: Schema.NonEmptyString }),
        normalize: ({ id }) => [Part.refetch("calls", id)]
      })
    ]
  })
