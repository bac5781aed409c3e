/** Twenty-eight mistakes that one could make in the product, each made at a seam of it: in the store's contracts, or on the wire. */
import {
  Database,
  Dirty,
  Erasures,
  Fields,
  Inbox,
  Leases,
  Ledger,
  Persons,
  Projections,
  Reviews,
  type Store
} from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Mutant } from "../src/index.ts"

type Disk = Context.Context<Store.Services>
type At = Parameters<NonNullable<Mutant["disk"]>>[1]
type Wire = Parameters<NonNullable<Mutant["wire"]>>[0]

/** The store with some operations of one contract done otherwise. */
const otherwise =
  <Id extends Store.Services, S extends object>(
    tag: Context.Tag<Id, S>,
    change: (right: S, disk: Disk, at: At) => Partial<S>
  ): NonNullable<Mutant["disk"]> =>
  (disk, at) => {
    const right = Context.get(disk, tag)
    return Context.add(disk, tag, { ...right, ...change(right, disk, at) })
  }

/** The wire with some answers read otherwise. */
const answers =
  (vendor: string, operation: string, read: (answer: unknown) => unknown) =>
  (wire: Wire): Wire => ({
    send: <A>(to: string, what: string, does: Parameters<Wire["send"]>[2]) => {
      const sent = wire.send(to, what, does)
      const isMeant = to === vendor && what === operation
      return (isMeant ? Effect.map(sent, read) : sent) as ReturnType<typeof wire.send<A>>
    }
  })

/** The wire on which one request is sent a second time. */
const twice =
  (vendor: string, operation: string) =>
  (wire: Wire): Wire => ({
    send: (to, what, does) => {
      const sent = wire.send(to, what, does)
      return to === vendor && what === operation ? Effect.zipRight(sent, sent) : sent
    }
  })

const items = (change: (item: Readonly<Record<string, unknown>>) => unknown) => (page: unknown) => {
  const { items: all, ...rest } = page as { readonly items: ReadonlyArray<Readonly<Record<string, unknown>>> }
  return { ...rest, items: all.map(change) }
}

/** What is known of fields, less one thing. */
const withoutIn = (forgotten: keyof Fields.FieldState) =>
  otherwise(Fields.Fields, ({ change }) => ({
    change: (keys, to) =>
      change(keys, (key, before) =>
        Object.fromEntries(
          Object.entries(to(key, before)).map(([name, state]) => {
            const { [forgotten]: _, ...rest } = state
            return [name, rest]
          })
        )
      )
  }))

/** Attempts that ended as `unknown` end otherwise. */
const unknownEnds = (as: (key: string) => Projections.Outcome) =>
  otherwise(Projections.Projections, ({ finish }) => ({
    finish: (outcomes, at) =>
      finish(
        outcomes.map((one) => (one._tag === "Quarantined" && one.reason === "OutcomeUnknown" ? as(one.key) : one)),
        at
      )
  }))

/** What a write puts off until after its commit: gone when the process dies in between. */
const putOff = (at: At, disk: Disk, effect: Effect.Effect<unknown, unknown>): void => {
  at.time.after(4_000, () => {
    if (!at.process.isAlive()) return
    const { write } = Context.get(disk, Database.Database)
    Effect.runFork(Effect.withClock(write(effect), at.process.clock))
  })
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "an attempt is not written ahead",
    disk: otherwise(Projections.Projections, () => ({ begin: () => Effect.void }))
  },
  {
    name: "an attempt of unknown outcome is not looked up",
    wire: answers("desk", "search entries", () => undefined)
  },
  {
    name: "an attempt without an answer is taken for one that did nothing",
    disk: otherwise(Projections.Projections, ({ finish }) => ({
      finish: (outcomes, at) =>
        finish(
          outcomes.map((outcome) => {
            if (outcome._tag !== "Retry") return outcome
            const { sentUntil: _, ...retry } = outcome
            return { ...retry, uncertain: false }
          }),
          at
        )
    }))
  },
  {
    name: "our own entries are news",
    wire: answers(
      "desk",
      "list entries",
      items(({ key: _, ...entry }) => entry)
    ),
    disk: otherwise(Projections.Projections, () => ({ byRef: () => Effect.succeed([]) }))
  },
  {
    name: "what was taken in is stored after the checkpoint that covers it",
    needs: "crash",
    disk: otherwise(Inbox.Inbox, ({ accept }, disk, at) => ({
      accept: (batch) =>
        Effect.sync(() => {
          if (batch.length > 0) putOff(at, disk, accept(batch))
          return { stored: batch.length, known: 0 }
        })
    }))
  },
  {
    name: "rows of the Inbox are settled before they are in the ledger",
    needs: "crash",
    disk: otherwise(Inbox.Inbox, ({ pending, settle }) => ({
      pending: (limit) =>
        Effect.tap(pending(limit), (rows) => settle(rows.map(({ id }) => ({ id, state: "done" as const }))))
    }))
  },
  {
    name: "marks are dropped before what they ask for is saved",
    needs: "crash",
    disk: otherwise(Dirty.Dirty, ({ due, done }) => ({
      due: (now, limit) => Effect.tap(due(now, limit), done)
    }))
  },
  {
    name: "tombstones are ignored",
    disk: otherwise(Ledger.Ledger, ({ save }) => ({
      save: (changes) => save({ ...changes, interactions: changes.interactions.filter(({ deleted }) => !deleted) })
    }))
  },
  {
    name: "an older version wins when it comes later",
    disk: otherwise(Ledger.Ledger, () => ({ parts: () => Effect.succeed(new Map()) }))
  },
  {
    name: "merged records are not followed",
    disk: otherwise(Ledger.Ledger, ({ save }) => ({
      save: (changes) => save({ ...changes, aliases: [], rekeyed: [] })
    }))
  },
  {
    name: "what a complete reading did not show is still there",
    disk: otherwise(Inbox.Inbox, () => ({ absent: () => Effect.succeed([]) }))
  },
  {
    name: "a person's hand on an entry is ignored",
    disk: otherwise(Projections.Projections, ({ finish }) => ({
      finish: (outcomes, at) =>
        finish(
          outcomes.filter(({ _tag }) => _tag !== "Held"),
          at
        )
    }))
  },
  {
    name: "two hold the same lease",
    needs: "second daemon",
    disk: otherwise(Leases.Leases, ({ take, holders }) => ({
      take: (name, holder, options) =>
        Effect.flatMap(take(name, holder, options), (lease) =>
          lease === undefined
            ? Effect.map(holders, (all) => all.find((one) => one.name === name))
            : Effect.succeed(lease)
        )
    }))
  },
  {
    name: "two accounts of one vendor are one",
    disk: otherwise(Inbox.Inbox, ({ accept }) => ({
      accept: (batch) =>
        accept(batch.map((one) => (one.connection === "chat-b" ? { ...one, connection: "chat" } : one)))
    }))
  },
  {
    name: "who was erased is not turned away",
    disk: otherwise(Erasures.Erasures, () => ({ turnedAway: () => Effect.succeed(new Map()) }))
  },
  {
    name: "an undo is promised and not done",
    disk: otherwise(Projections.Projections, () => ({ undo: () => Effect.void }))
  },
  {
    name: "what people say of who is who is not kept",
    disk: otherwise(Persons.Persons, () => ({ decide: () => Effect.void }))
  },
  {
    name: "an entry tells when it was read",
    disk: otherwise(Ledger.Ledger, ({ save }) => ({
      save: (changes) =>
        save({
          ...changes,
          interactions: changes.interactions.map((row) => ({
            ...row,
            hash: `${row.hash} ${changes.at}`,
            interaction: { ...row.interaction, startedAt: changes.at }
          }))
        })
    }))
  },
  {
    name: "what stands in a field is not looked at",
    in: "fields",
    wire: answers("crm", "read fields", (records) =>
      (records as ReadonlyArray<ReadonlyMap<string, object> | undefined>).map(
        (fields) => fields && new Map([...fields.keys()].map((name) => [name, { writings: 0 }]))
      )
    )
  },
  {
    name: "what we wrote in a field is not remembered",
    in: "fields",
    disk: withoutIn("written")
  },
  {
    name: "an attempt to write a field is not written ahead",
    in: "fields",
    disk: withoutIn("trying")
  },
  {
    name: "what stood in a field is not brought back",
    in: "fields",
    disk: withoutIn("restore")
  },
  {
    name: "a question that answered itself stays open",
    in: "fields",
    disk: otherwise(Reviews.Reviews, () => ({ withdraw: () => Effect.void }))
  },
  {
    name: "a field is set twice",
    in: "fields",
    wire: twice("crm", "set fields")
  },
  {
    name: "a message without an answer is said again",
    in: "messages",
    needs: "lost answer",
    disk: unknownEnds((key) => ({ _tag: "Retry", key, dueAt: 0, why: "no answer", uncertain: false }))
  },
  {
    name: "a message without an answer is taken for said",
    in: "messages",
    needs: "connection reset",
    disk: unknownEnds((key) => ({ _tag: "Delivered", key, desired: key, records: [] }))
  },
  {
    name: "a message is not looked up before it is said again",
    in: "messages",
    wire: answers("mail", "search sent", () => undefined)
  },
  {
    name: "a batch is done when most of it is",
    wire: answers("crm", "write entries", (results) => {
      const all = results as ReadonlyArray<{ readonly _tag: string }>
      const done = all.find(({ _tag }) => _tag === "Right")
      return done === undefined ? all : all.map((one) => (one._tag === "Unavailable" ? done : one))
    })
  }
]
