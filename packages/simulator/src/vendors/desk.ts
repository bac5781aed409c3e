/**
 * A helpdesk: its records come as a journal that forgets, its entries are all listed. A repeated write would double, and its
 * index shows what was written only after a while.
 */
import { Action, Connector, Feed, VendorError } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Part, Ref, Version } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Wire } from "../Wire.ts"
import { type Api, call, facts } from "./Api.ts"
import { resultOf } from "./crm.ts"
import { entryItem, entryParts, Noted, Record, recordGone, recordItem, recordParts } from "./items.ts"
import { type Card, fingerprint, type Office } from "./Office.ts"

const PAGE = 5
const CADENCE_MS = 9_000
/** Longer than the index is ever behind, and longer than a request is ever on its way. */
export const VISIBLE_AFTER_MS = 20_000

/** Whose an address and a number are, in truth. */
export type OwnerOf = (email: string, phone: string) => number

export const desk = (
  office: Office,
  wire: Wire,
  { now, ownerOf }: { readonly now: () => number; readonly ownerOf: OwnerOf }
) =>
  Connector.make("desk", {
    ...facts("desk", wire),
    feeds: [
      Feed.snapshot("everyone", {
        yields: "contacts",
        item: Record,
        key: ({ id }) => id,
        cadenceMs: 3_600_000,
        normalize: recordParts,
        sweep: recordGone,
        page: () =>
          call("list everyone", (fault) => {
            const shown = [...office.cards.values()].filter(({ state }) => state === "there")
            return Either.right(Feed.page(Faults.disturbed(shown.map(recordItem), fault)))
          })
      }),
      Feed.changes("journal", {
        yields: "contacts",
        item: Record,
        key: ({ id }) => id,
        cadenceMs: CADENCE_MS,
        normalize: recordParts,
        resync: ["everyone"],
        page: ({ cursor }) =>
          call("read journal", (fault) => {
            if (cursor !== undefined && (fault?._tag === "expireCursor" || Number(cursor) < office.forgotten)) {
              return Either.left(new VendorError.CursorExpired({ detail: "the journal forgot" }))
            }
            const start = Number(cursor ?? "0")
            const end = Math.min(office.journal.length, start + PAGE)
            const changed = office.journal.slice(start, end).map(({ card }) => office.cards.get(card)!)
            const items = changed.filter(({ state }) => state !== "merged").map(recordItem)
            return Either.right({
              items: Faults.disturbed(items, fault),
              next: String(end),
              more: end < office.journal.length
            })
          })
      }),
      Feed.snapshot("entries", {
        yields: "interactions",
        item: Noted,
        key: ({ id }) => id,
        cadenceMs: CADENCE_MS,
        normalize: entryParts,
        sweep: (id, at) => [Part.tombstone("interaction", Ref.local("entry", id), Version.make(at))],
        page: () =>
          call("list entries", (fault) => {
            const shown = [...office.entries.values()].filter(({ state }) => state === "there")
            return Either.right(Feed.page(Faults.disturbed(shown.map(entryItem), fault)))
          })
      })
    ],
    actions: [
      Action.AppendTimeline.with<Api>({
        idempotency: "look up first",
        visibleAfterMs: VISIBLE_AFTER_MS,
        batchMax: 1,
        find: ({ key }) =>
          call("search entries", (fault) => {
            const seenUntil = now() - (fault?._tag === "stale" ? fault.ms : 0)
            const found = [...office.entries.values()].find(
              // Its search finds what was thrown away as well; writing to that says that it is gone.
              (entry) => entry.key === key && entry.state !== "removed" && entry.createdAt <= seenUntil
            )
            return Either.right(
              found === undefined ? undefined : { ref: Ref.local("entry", found.id), written: fingerprint(found) }
            )
          }),
        write: (inputs) =>
          Effect.map(
            call("write entry", () => Either.right(inputs.map((input) => office.put(input, false)))),
            (results) => results.map(resultOf("desk"))
          ),
        remove: ({ id }) => call("delete entry", () => Either.right(office.takeOut(id)))
      }),
      Action.UpsertContact.with<Api>({
        idempotency: "look up first",
        visibleAfterMs: VISIBLE_AFTER_MS,
        batchMax: 1,
        find: ({ key }) =>
          call("search records", (fault) => {
            const seenUntil = now() - (fault?._tag === "stale" ? fault.ms : 0)
            const found = [...office.cards.values()].find(
              (card) => card.key === key && card.state === "there" && card.createdAt <= seenUntil
            )
            return Either.right(found === undefined ? undefined : { ref: Ref.local("person", found.id) })
          }),
        write: Action.each((input) => call("create record", () => Either.right(created(office, input, ownerOf))))
      })
    ]
  })

/** One record an address: who is there already is not created again. */
const created = (office: Office, { key, fields }: Action.Input<"UpsertContact">, ownerOf: OwnerOf): Action.Written => {
  const valueOf = (kind: string) => fields.handles?.find((handle) => handle.kind === kind)?.value ?? ""
  const [email, phone] = [valueOf("email"), valueOf("phone")]
  const isSame = (card: Card) => (email === "" ? card.phone === phone : card.email === email)
  const known = [...office.cards.values()].find((card) => card.state === "there" && isSame(card))
  if (known !== undefined) return { ref: Ref.local("person", known.id) }
  office.writes += 1
  const name = fields.name?.full ?? (email === "" ? phone : email)
  const card = office.add({ customer: ownerOf(email, phone), name, email, phone, home: undefined, key })
  return { ref: Ref.local("person", card.id) }
}
