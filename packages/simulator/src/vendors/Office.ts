/** What a system with records holds: the records of customers and the entries on their timelines, as its users see them. */
import type { Action } from "@interchannel/connector"
import { Marker, VendorError } from "@interchannel/connector"
import { Ref } from "@interchannel/domain"
import * as Either from "effect/Either"
import type { Attempt, Histories } from "./fields.ts"
import * as Stamp from "./Stamp.ts"

export interface Card {
  readonly id: string
  /** Whose it is in truth; the system itself does not know. */
  readonly customer: number
  name: string
  readonly email: string
  readonly phone: string
  /** A number that others of the household have as well. */
  readonly home: string | undefined
  readonly createdAt: number
  updatedAt: number
  readonly former: ReadonlyArray<string>
  /** `merged`: lives on in another. */
  state: "there" | "deleted" | "merged"
  /** Our key, where we created it. */
  readonly key: string | undefined
  readonly fields: Histories
  /** By the name of each field. */
  readonly begun: Map<string, Attempt>
}

export interface Entry {
  readonly id: string
  /** Our key; absent: an agent wrote it. */
  readonly key: string | undefined
  title: string
  body: string
  readonly records: Set<string>
  readonly createdAt: number
  updatedAt: number
  state: "there" | "removed" | "deleted by hand"
  /** An admin changed its words, and they still stand. */
  edited: boolean
  /** We wrote over them before they were read: learning of them later, the daemon may ask whose it is, and wait. */
  lost: boolean
  /** We wrote over them, though they had been read long before. */
  overruled: boolean
}

export interface Office {
  readonly cards: Map<string, Card>
  readonly entries: Map<string, Entry>
  /** Everything that was changed, oldest first. */
  readonly journal: Array<{ readonly card: string; readonly at: number }>
  /** So much of the journal is not kept any more. */
  forgotten: number
  /** How often we wrote. */
  writes: number
  /** What hands changed was read long ago. */
  isRead: boolean
  /** By its own clock. */
  readonly now: () => number
  readonly add: (given: Pick<Card, "customer" | "name" | "email" | "phone" | "home" | "key">) => Card
  readonly change: (card: Card) => void
  readonly remove: (card: Card) => void
  /** The record of this id, or the one that it lives on in. */
  readonly living: (id: string) => Card | undefined
  /** Both go on as one of them, or under a new id. */
  readonly merge: (stays: Card, goes: Card, newId: boolean) => Card
  readonly note: (card: Card, body: string) => Entry
  readonly touch: (entry: Entry) => void
  readonly put: (input: Action.Input<"AppendTimeline">, byKey: boolean) => Action.Result | VendorError.Reason
  readonly takeOut: (id: string) => void
}

export const make = (vendor: string, now: () => number): Office => {
  const stamp = Stamp.make(now)
  const cards: Office["cards"] = new Map()
  const entries: Office["entries"] = new Map()
  const journal: Office["journal"] = []
  let ids = 0
  const nextId = (kind: string) => `${kind}${++ids}`
  const save = (card: Card): Card => {
    card.updatedAt = stamp()
    cards.set(card.id, card)
    journal.push({ card: card.id, at: card.updatedAt })
    return card
  }
  const living = (id: string): Card | undefined => {
    const card = cards.get(id)
    if (card?.state !== "merged") return card?.state === "there" ? card : undefined
    return [...cards.values()].find(({ former, state }) => state === "there" && former.includes(id))
  }
  const office: Office = {
    cards,
    entries,
    journal,
    forgotten: 0,
    writes: 0,
    isRead: false,
    now,
    add: (given) => {
      const at = stamp()
      return save({
        ...given,
        id: nextId("r"),
        createdAt: at,
        updatedAt: at,
        former: [],
        state: "there",
        fields: new Map(),
        begun: new Map()
      })
    },
    change: (card) => void save(card),
    living,
    remove: (card) => {
      card.state = "deleted"
      save(card)
      // An agent's note goes on naming whom it is about.
      for (const { key, records } of entries.values()) if (key !== undefined) records.delete(card.id)
    },
    merge: (stays, goes, newId) => {
      const former = [...stays.former, ...goes.former, goes.id, ...(newId ? [stays.id] : [])]
      const one: Card = { ...stays, id: newId ? nextId("r") : stays.id, former, state: "there" }
      goes.state = "merged"
      if (newId) stays.state = "merged"
      for (const { records } of entries.values()) {
        for (const id of [stays.id, goes.id]) if (records.delete(id)) records.add(one.id)
      }
      return save(one)
    },
    note: (card, body) => {
      const at = stamp()
      const entry: Entry = {
        id: nextId("e"),
        key: undefined,
        title: "Note",
        body,
        records: new Set([card.id]),
        createdAt: at,
        updatedAt: at,
        state: "there",
        edited: false,
        lost: false,
        overruled: false
      }
      entries.set(entry.id, entry)
      return entry
    },
    touch: (entry) => {
      entry.updatedAt = stamp()
    },
    put: ({ key, existing, entry: wanted, records, leave }, byKey) => {
      const known = existing === undefined ? undefined : entries.get(existing.id)
      if (existing !== undefined && known?.state !== "there") return new VendorError.Gone({ detail: "no such entry" })
      const on = records.map(({ id }) => living(id))
      if (on.includes(undefined)) return new VendorError.Rejected({ code: "NO_RECORD", detail: "no such record" })
      if (wanted.body.includes(REFUSED_BY[vendor] ?? "\0")) {
        return new VendorError.Rejected({ code: "RUDE", detail: "the text is refused" })
      }
      const same = byKey ? [...entries.values()].find((one) => one.key === key && one.state === "there") : undefined
      const at = stamp()
      const entry: Entry = known ??
        same ?? {
          id: nextId("e"),
          key,
          title: "",
          body: "",
          records: new Set(),
          createdAt: at,
          updatedAt: at,
          state: "there",
          edited: false,
          lost: false,
          overruled: false
        }
      if (entry.edited) entry[office.isRead ? "overruled" : "lost"] = true
      entry.edited = false
      entry.title = wanted.title
      entry.body = wanted.body
      entry.updatedAt = at
      for (const card of on) if (card !== undefined) entry.records.add(card.id)
      for (const { id } of leave) entry.records.delete(living(id)?.id ?? id)
      for (const card of on) if (card !== undefined) entry.records.add(card.id)
      entries.set(entry.id, entry)
      office.writes += 1
      return Either.right({ ref: Ref.local("entry", entry.id), written: fingerprint(entry) })
    },
    takeOut: (id) => {
      const entry = entries.get(id)
      if (entry?.state !== "there") return
      entry.state = "removed"
      entry.updatedAt = stamp()
      office.writes += 1
    }
  }
  return office
}

/** What a vendor refuses to have in an entry. */
export const REFUSED_BY: Readonly<Record<string, string>> = { crm: "(rude)" }

export const fingerprint = ({ title, body }: Entry): string => Marker.fingerprint({ title, body })
