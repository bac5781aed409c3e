/** A CRM: records read whole, entries by time. It knows our keys, so a repeated write changes nothing; it takes batches. */
import { Action, Connector, Feed, VendorError } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Wire } from "../Wire.ts"
import { type Api, call, facts } from "./Api.ts"
import { recordFields } from "./fields.ts"
import { entryItem, entryParts, Noted, Record, recordGone, recordItem, recordParts } from "./items.ts"
import { fingerprint, type Office } from "./Office.ts"

const PAGE = 4
const CADENCE_MS = 10_000

export interface Options {
  /** One input of a batch fails for a while, the others are done. */
  readonly failsInBatch: () => boolean
  /** Single fields of its records can be set. */
  readonly hasFields: boolean
}

export const crm = (office: Office, wire: Wire, { failsInBatch, hasFields }: Options) =>
  Connector.make("crm", {
    ...facts("crm", wire),
    feeds: [
      Feed.snapshot("records", {
        yields: "contacts",
        item: Record,
        key: ({ id }) => id,
        cadenceMs: CADENCE_MS,
        normalize: recordParts,
        sweep: recordGone,
        page: ({ token }) =>
          call("list records", (fault) => {
            const after = Number(token ?? "0")
            const later = [...office.cards.values()].filter(
              (card) => card.state === "there" && numberOf(card.id) > after
            )
            const shown = later.sort((a, b) => numberOf(a.id) - numberOf(b.id)).slice(0, PAGE)
            const next = later.length > PAGE ? String(numberOf(shown.at(-1)!.id)) : undefined
            return Either.right(Feed.page(Faults.disturbed(shown.map(recordItem), fault), next))
          })
      }),
      Feed.window("entries", {
        yields: "interactions",
        item: Noted,
        key: ({ id }) => id,
        cadenceMs: CADENCE_MS,
        overlapMs: 25_000,
        sliceMs: 86_400_000,
        normalize: entryParts,
        page: ({ from, to, token }) =>
          call("search entries", (fault) => {
            // By what never changes: an entry that is written between two pages pushes no other one out of sight.
            const after = Number(token ?? "0")
            const later = [...office.entries.values()]
              .filter(({ id, updatedAt }) => updatedAt >= from && updatedAt < to && numberOf(id) > after)
              .sort((a, b) => numberOf(a.id) - numberOf(b.id))
            const shown = later.slice(0, PAGE)
            const next = later.length > PAGE ? String(numberOf(shown.at(-1)!.id)) : undefined
            return Either.right(Feed.page(Faults.disturbed(shown.map(entryItem), fault), next))
          })
      })
    ],
    actions: [
      Action.AppendTimeline.with<Api>({
        idempotency: "vendor key",
        batchMax: 5,
        landed: (inputs) =>
          call("find entries", () =>
            Either.right(
              inputs.map(({ key }): Action.Written | "removed" | undefined => {
                const mine = [...office.entries.values()].filter((entry) => entry.key === key)
                const there = mine.find(({ state }) => state === "there")
                if (there !== undefined) return { ref: Ref.local("entry", there.id), written: fingerprint(there) }
                return mine.some(({ state }) => state === "deleted by hand") ? "removed" : undefined
              })
            )
          ),
        write: (inputs) =>
          Effect.map(
            call("write entries", () => {
              const rude = inputs.length > 1 && inputs.some(({ entry }) => entry.body.includes("(rude)"))
              if (rude)
                return Either.left(new VendorError.Rejected({ code: "BATCH", detail: "one of them is refused" }))
              return Either.right(
                inputs.map((input) =>
                  failsInBatch()
                    ? new VendorError.Unavailable({ detail: "busy", uncertain: false })
                    : office.put(input, true)
                )
              )
            }),
            (results) => results.map(resultOf("crm"))
          ),
        remove: ({ id }) => call("delete entry", () => Either.right(office.takeOut(id)))
      }),
      ...(hasFields ? [settingFields(office, failsInBatch)] : [])
    ]
  })

/** It makes no records: nobody asks it to. */
const settingFields = (office: Office, failsInBatch: () => boolean) =>
  Action.UpsertContact.with<Api>({
    idempotency: "vendor key",
    batchMax: 5,
    fields: recordFields(office, failsInBatch),
    write: Action.each(() =>
      Effect.fail(VendorError.make("crm", "create record", new VendorError.Rejected({ code: "NO", detail: "refused" })))
    )
  })

/** One input's own failure, as the SDK wants it. */
export const resultOf =
  (vendor: string) =>
  (result: Action.Result | VendorError.Reason): Action.Result =>
    "_tag" in result && (result._tag === "Right" || result._tag === "Left")
      ? result
      : Either.left(VendorError.make(vendor, "write", result))

const numberOf = (id: string): number => Number(id.slice(1))
