/**
 * Desired and delivered state of one subject in one destination; narrow rows, bodies are rendered when sent.
 *
 *   desired ≠ delivered ─► due ─► attempt (written ahead) ─► receipt: delivered := desired
 *                           │                            └─► quarantined | held (a person's word or hand)
 *                           └ waiting (no record yet) | observed (destination not approved)
 */
import type { ConnectionId, Instant, LocalRef } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as changing from "./projections/changing.ts"
import * as reading from "./projections/reading.ts"
import * as receiptRows from "./projections/receipts.ts"
import * as rows from "./projections/rows.ts"
import * as transitions from "./projections/transitions.ts"
import { Quarantine } from "./Quarantine.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import { Uuid } from "./Uuid.ts"

/**
 * `SetFields`: what UpsertContact does to single fields of a record that stands there already. `SendMessage`: done once and
 * never again; what it says is in Messages.
 */
export type Verb = "AppendTimeline" | "ShowContext" | "UpsertContact" | "SetFields" | "SendMessage"

export interface Desired {
  /** Derived from (destination, verb, subject): the idempotency key as well. */
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly subject: string
  /** Hash of what should stand there; absent: nothing should. */
  readonly desired?: string
  /** Contact keys of the records it belongs on, sorted. */
  readonly records: ReadonlyArray<string>
  readonly state: "due" | "waiting" | "dropped"
  /** Why it waits or was dropped: `no record`, `record cap`, … */
  readonly why?: string
  readonly dueAt: Instant.Instant
  readonly lane: 0 | 1 | 2 | 3
  /** Time of the subject: entries are delivered in this order. */
  readonly at: Instant.Instant
}

export interface Projection extends Omit<Desired, "state"> {
  readonly state: "due" | "waiting" | "dropped" | "settled" | "held" | "quarantined"
  readonly delivered?: string
  /** Contact keys it was delivered to. */
  readonly deliveredRecords: ReadonlyArray<string>
  readonly ref?: LocalRef
  readonly url?: string
  /** Vendor-side fingerprints of our writes, the last 16, newest last, with `UNSEEN`; another one read back is a person's edit. */
  readonly written: ReadonlyArray<string>
  readonly attempts: number
  /** In which form it stands there: an opaque name of the renderer. */
  readonly form?: string
  /** A person approved that it is written anew in today's form. */
  readonly rewrite?: true
  /** The record that we took out last. */
  readonly removed?: LocalRef
  readonly attempt?: Attempt
  /** The undo that it is, or was, taken back by. */
  readonly undo?: string
}

/** What was begun and whose outcome is not known, with what was before it whose outcome is not known either. */
export interface Attempt {
  /** The last one was sent at this time at the latest, unless its run ended. */
  readonly startedAt: Instant.Instant
  /** One of them takes it out. */
  readonly removing: boolean
  /** Contact keys of the records on which they may have put it, sorted. */
  readonly tried: ReadonlyArray<string>
}

/** What one write did to a field, and why. `null`: nothing stood, or stands, there. */
export interface FieldChange {
  readonly field: string
  readonly before: string | null
  readonly after: string | null
  /** Where the value came from. */
  readonly source: ConnectionId
  /** The rule that decided, as a sentence. */
  readonly rule: string
}

/** How an attempt ended. */
export type Outcome =
  | {
      readonly _tag: "Delivered"
      readonly key: string
      /** Absent: it was taken out, or taken back. */
      readonly desired?: string
      readonly records: ReadonlyArray<string>
      readonly ref?: LocalRef
      readonly url?: string
      readonly written?: string
      readonly form?: string
      readonly found?: boolean
      readonly changes?: ReadonlyArray<FieldChange>
    }
  /** It stands as desired, or is to be left as it is; nothing was written. */
  | {
      readonly _tag: "Unneeded"
      readonly key: string
      readonly desired?: string
      readonly records: ReadonlyArray<string>
    }
  | {
      readonly _tag: "Retry"
      readonly key: string
      readonly dueAt: Instant.Instant
      readonly why: string
      readonly uncertain: boolean
      /** What was sent may have reached the vendor as late as this. */
      readonly sentUntil?: Instant.Instant
    }
  | {
      readonly _tag: "Quarantined"
      readonly key: string
      /** In the vendor's own words. */
      readonly why: string
      readonly remedy: string
      /** One word for what is counted together; default `Impossible`. */
      readonly reason?: string
      /** What was refused, where it was written: when something else is wanted by now, that is tried instead. */
      readonly refused?: Pick<Desired, "desired" | "records">
      /** The attempt did nothing, or nothing can tell: when a person releases it, it is done as if for the first time. */
      readonly forgets?: true
    }
  /** An attempt of unknown outcome was looked up: what it wrote, `written`, stands at `ref`; absent: it wrote nothing. */
  | { readonly _tag: "LookedUp"; readonly key: string; readonly ref?: LocalRef; readonly written?: string }
  /** It was read back and shows one of our writes, which may be the one that was `UNSEEN`. */
  | { readonly _tag: "ReadBack"; readonly key: string; readonly written: string }
  | { readonly _tag: "Held"; readonly key: string; readonly why: string }

export interface Receipt {
  readonly id: string
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly at: Instant.Instant
  readonly before?: string
  readonly after?: string
  readonly ref?: LocalRef
  readonly why: string
  /** Something was written in the vendor. */
  readonly wrote: boolean
  /** What is common to the receipts of one round: the id of the first of them. */
  readonly batch?: string
  /** The undo that wrote it. */
  readonly undo?: string
  readonly changes?: ReadonlyArray<FieldChange>
}

/** Which writes. What is not given does not narrow. */
export interface WritesAsked {
  readonly destination?: ConnectionId
  readonly batch?: string
  readonly from?: Instant.Instant
  readonly until?: Instant.Instant
  /** Keyset: the id of the last receipt of the page before. */
  readonly after: string
  readonly limit: number
}

export interface DueAsked {
  readonly destination: ConnectionId
  readonly now: Instant.Instant
  readonly limit: number
  /** Only rows on these contacts (canary). */
  readonly records?: ReadonlyArray<string>
  /** What is to be sent, instead of what is to stand in records. */
  readonly messages?: true
}

export interface ListAsked {
  readonly destination: ConnectionId
  readonly state?: Projection["state"]
  /** Ascending by key, after this one; "" from the first on. */
  readonly after: string
  readonly limit: number
}

export interface SwitchCount {
  readonly remove: number
  readonly create: number
}

export interface Tally {
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly state: Projection["state"]
  readonly why?: string
  readonly count: number
  /** Of them stand in the destination. */
  readonly standing: number
}

/** `create`: nothing was delivered yet. `remove`: nothing should stand there any more. */
export interface DueByVerb {
  readonly verb: Verb
  readonly create: number
  readonly update: number
  readonly remove: number
}

export { placesOf, UNSEEN } from "./projections/transitions.ts"

export class Projections extends Context.Tag("@interchannel/store/Projections")<
  Projections,
  {
    /** Saves desired state. A row whose desired and records equal what was delivered becomes settled; held rows stay held. */
    readonly desire: (rows: ReadonlyArray<Desired>) => Effect.Effect<void, StoreError>
    readonly get: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Projection>, StoreError>
    /** By the record they wrote, or took out: echo and edits by hand are recognised so. */
    readonly byRef: (
      destination: ConnectionId,
      refs: ReadonlyArray<LocalRef>
    ) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    readonly ofSubjects: (subjects: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /** Entries that should stand on one of these records, do, or may; ascending by key, after `after`. */
    readonly entriesOn: (
      records: ReadonlyArray<string>,
      page: { readonly after: string; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /** Urgent lanes first, then in order of their subject's time. */
    readonly due: (asked: DueAsked) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    readonly nextDueAt: (destination: ConnectionId) => Effect.Effect<Instant.Instant | undefined, StoreError>
    /** Which of these rows are due and still as they were seen; the answer holds until the surrounding write ends. */
    readonly asSeen: (seen: ReadonlyArray<Projection>) => Effect.Effect<ReadonlySet<string>, StoreError>
    /** Writes ahead: the attempt is begun. */
    readonly begin: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Records how attempts ended, with a receipt for each write. */
    readonly finish: (outcomes: ReadonlyArray<Outcome>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** How many rows are in which state, and why. */
    readonly tally: Effect.Effect<ReadonlyArray<Tally>, StoreError>
    /** Distinct contact keys that due rows of a destination are on; for plan. */
    readonly recordCountDue: (destination: ConnectionId) => Effect.Effect<number, StoreError>
    /** What the due rows of a destination would do in its records, per verb. */
    readonly dueByVerb: (destination: ConnectionId) => Effect.Effect<ReadonlyArray<DueByVerb>, StoreError>
    readonly list: (asked: ListAsked) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /** Entries that stand in another form than this one, ascending, after `after`: what a rewrite would write anew. */
    readonly inOtherForm: (
      asked: Omit<ListAsked, "state"> & { readonly form: string }
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly countInOtherForm: (destination: ConnectionId, form: string) => Effect.Effect<number, StoreError>
    /** What telling conversations instead of messages, or the other way round, would take out and write. */
    readonly countOfSwitch: (
      destination: ConnectionId,
      to: "message" | "conversation"
    ) => Effect.Effect<SwitchCount, StoreError>
    /** A person approved it: these are written anew. What a hand changed stays as it is. */
    readonly rewrite: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Receipts of one projection, oldest first. */
    readonly receipts: (key: string) => Effect.Effect<ReadonlyArray<Receipt>, StoreError>
    /** Receipts of writes, oldest first, without what they changed. */
    readonly writes: (asked: WritesAsked) => Effect.Effect<ReadonlyArray<Receipt>, StoreError>
    /** These are to be taken back: whatever is desired meanwhile, they are Held once that is done. */
    readonly undo: (keys: ReadonlyArray<string>, undo: string, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Keys, ascending, of what was taken back by an undo and is Held since. */
    readonly undone: (
      undo: string,
      options: { readonly after: string; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Writes since `since`, for the cap per hour. */
    readonly writesSince: (destination: ConnectionId, since: Instant.Instant) => Effect.Effect<number, StoreError>
    /**
     * Another account took a destination's place: what people held there is held in it as well, and nothing else stands in
     * it. Works off at most `limit` rows and answers how many; receipts stay.
     */
    readonly handOver: (destination: ConnectionId, to: ConnectionId, limit: number) => Effect.Effect<number, StoreError>
    /** A held or quarantined row becomes due again. */
    readonly release: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Projections, never, Sql | Uuid | Quarantine | Seal> = Layer.effect(
  Projections,
  Effect.gen(function* () {
    const { sql, read, write, signal } = yield* Sql
    const tables = { sql, signal, uuid: yield* Uuid, quarantine: yield* Quarantine, seal: yield* Seal }
    const change = (operation: string, keys: ReadonlyArray<string>, to: (row: Projection) => Projection) =>
      write(operation, changing.each(tables, keys, to))
    return {
      desire: (wanted) => write("desire", changing.desire(tables, wanted)),
      get: (keys) => read("get projections", rows.find(sql, keys, "to read")),
      byRef: (destination, refs) => read("projections by ref", reading.byRef(sql, destination, refs)),
      entriesOn: (records, page) => read("entries on records", reading.entriesOn(sql, records, page)),
      ofSubjects: (subjects) => read("projections of subjects", reading.ofSubjects(sql, subjects)),
      due: (options) => read("due projections", reading.due(sql, options)),
      nextDueAt: (destination) => read("next projection", reading.nextDueAt(sql, destination)),
      asSeen: (seen) => write("look again", changing.asSeen(tables, seen)),
      begin: (keys, at) => write("begin", changing.begin(tables, keys, at)),
      finish: (outcomes, at) => write("finish", changing.finish(tables, outcomes, at)),
      tally: read("tally projections", reading.tally(sql)),
      recordCountDue: (destination) => read("count records due", reading.recordCountDue(sql, destination)),
      dueByVerb: (destination) => read("count due by verb", reading.dueByVerb(sql, destination)),
      list: (options) => read("list projections", reading.list(sql, options)),
      inOtherForm: (options) => read("list entries in another form", reading.inOtherForm(sql, options)),
      countInOtherForm: (destination, form) =>
        read("count entries in another form", reading.countInOtherForm(sql, destination, form)),
      countOfSwitch: (destination, to) => read("count a switch", reading.countOfSwitch(sql, destination, to)),
      rewrite: (keys, at) => change("rewrite", keys, (row) => transitions.rewrite(row, at)),
      receipts: (key) => read("read receipts", receiptRows.of(sql, tables.seal, key)),
      writes: (asked) => read("read writes", receiptRows.writes(sql, asked)),
      undo: (keys, undo, at) => change("undo", keys, (row) => transitions.undo(row, undo, at)),
      undone: (undo, options) => read("read what was undone", reading.undone(sql, undo, options)),
      writesSince: (destination, since) => read("count writes", receiptRows.countSince(sql, destination, since)),
      handOver: (destination, to, limit) =>
        write("hand over projections", changing.handOver(tables, destination, to, limit)),
      release: (keys, at) => change("release", keys, (row) => transitions.release(row, at))
    }
  })
)
