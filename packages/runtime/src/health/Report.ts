/** What the daemon tells people: plain data, made for terminals, JSON and pages alike. Times are epoch milliseconds. */
import type { QuotaLedger } from "@interchannel/connector"
import type { ConnectionId, Instant, LocalRef, VendorRef } from "@interchannel/domain"
import type * as Attendance from "./Attendance.ts"
import type { Connections, Echoes, Erasures, Projections, Quarantine, Reviews } from "@interchannel/store"

export interface FeedStatus {
  readonly feed: string
  readonly partitions: number
  /** 0 … 1 of the history that is wanted; 1 when caught up. */
  readonly progress: number
  /** When the history will be in, at the pace of the quota; absent when caught up or not known. */
  readonly doneAt?: Instant.Instant
  readonly lastReadAt?: Instant.Instant
}

export interface ConnectionStatus {
  readonly id: ConnectionId
  readonly connector: string
  readonly title: string
  readonly health: Attendance.Health
  /** Why it is parked, with the remedy. */
  readonly detail?: string
  readonly feeds: ReadonlyArray<FeedStatus>
  readonly accepted: number
  readonly pending: number
  readonly lastAcceptedAt?: Instant.Instant
  /** Present when it is a destination. */
  readonly destination?: DestinationStatus
}

export interface DestinationStatus {
  readonly mode: Connections.Mode
  readonly paused: boolean
  /** What stands there as it is wanted. */
  readonly delivered: number
  /** Records that were made for customers who had none. */
  readonly created: number
  readonly due: number
  readonly waiting: number
  readonly dropped: number
  readonly held: number
  readonly quarantined: number
  readonly writesLastHour: number
  readonly writesPerHourMax: number
  /** When what is due will be written, at the pace of the quota and the cap per hour; absent when nothing is due. */
  readonly doneAt?: Instant.Instant
}

export interface QuarantineTally {
  readonly connection: ConnectionId
  readonly reason: string
  readonly count: number
  /** The words of one of them. */
  readonly example: string
}

/** One thing that was set aside. */
export type Aside = Quarantine.Aside

export interface Status {
  readonly at: Instant.Instant
  readonly connections: ReadonlyArray<ConnectionStatus>
  readonly interactions: number
  readonly contacts: number
  readonly persons: number
  /** Contacts and decisions that are still to be placed. */
  readonly toResolve: number
  /** Contacts that too much is connected with: they stand alone and are looked at again. */
  readonly unresolved: number
  /** Subjects whose desired state is still to be computed. */
  readonly toPlan: number
  readonly quarantine: ReadonlyArray<QuarantineTally>
  /** Questions that wait for a person. */
  readonly reviews: ReadonlyArray<Reviews.Tally>
  /** How our own writing was known again, since the store was made. */
  readonly echoes: ReadonlyArray<Echoes.EchoCount>
}

/** What would become of one mapped field on the records that were looked at. */
export interface FieldPreview {
  readonly field: string
  readonly from: string
  readonly policy: string
  readonly write: number
  readonly ask: number
  readonly samples: ReadonlyArray<{
    readonly record: string
    readonly before: string | null
    readonly after: string
    readonly source: ConnectionId
    /** A person would be asked first. */
    readonly asks: boolean
  }>
}

export interface QuestionsAsked {
  /** The id of the last one of the page before. */
  readonly after?: string
  readonly limit?: number
  readonly kind?: string
}

/** What only a person can answer, as it is shown. */
export interface Question {
  readonly id: string
  readonly kind: string
  /** Absent when it is about who is who. */
  readonly destination?: ConnectionId
  readonly at: Instant.Instant
  readonly title: string
  readonly text: string
  readonly answers: ReadonlyArray<{ readonly choice: string; readonly text: string }>
}

/** A person's answer, with what happens now. */
export interface Decision {
  readonly id: string
  readonly choice: string
  readonly text: string
}

/** Something that a look at the installation found. */
export interface Finding {
  /** The same as long as it is about the same thing. */
  readonly key: string
  readonly connection?: ConnectionId
  /** `problem`: a person has to act. `notice`: good to know. */
  readonly severity: "problem" | "notice"
  readonly what: string
  readonly remedy: string
}

export interface FeedDiagnosis extends FeedStatus {
  /** Up to when it was read; of several partitions, the one that is furthest behind. */
  readonly readUntil?: Instant.Instant
  /** Stretches of the wanted history that were not read yet, oldest first, a few of them. */
  readonly gaps: ReadonlyArray<{
    readonly partition: string
    readonly from: Instant.Instant
    readonly to: Instant.Instant
  }>
}

/** What a vendor's webhooks and sockets bring beside the feeds. */
export interface PushDiagnosis {
  readonly lastAt?: Instant.Instant
  /** News of the last day that a feed found late and no push told of. */
  readonly missedLastDay: number
  /** News that feeds brought since the last push. */
  readonly newsSince: number
}

export interface ConnectionDiagnosis {
  readonly id: ConnectionId
  readonly title: string
  readonly health: Attendance.Health
  /** There is no problem. */
  readonly healthy: boolean
  readonly feeds: ReadonlyArray<FeedDiagnosis>
  readonly quota: ReadonlyArray<QuotaLedger.Left>
  /** Absent: the connector knows none. */
  readonly pushes?: PushDiagnosis
  readonly destination?: DestinationStatus
  /** Accepted, and not yet worked off. */
  /** How our own writing was known again. */
  readonly echoes: ReadonlyArray<Echoes.EchoCount>
  readonly pending: number
  /** In quarantine, writes included. */
  readonly setAside: number
  readonly findings: ReadonlyArray<Finding>
}

export interface Diagnosis {
  readonly at: Instant.Instant
  readonly healthy: boolean
  readonly connections: ReadonlyArray<ConnectionDiagnosis>
  /** What concerns no connection in particular. */
  readonly findings: ReadonlyArray<Finding>
}

export interface ErasureContact {
  readonly connection: ConnectionId
  readonly ref: LocalRef
  /** One of the company's own people: perhaps not who was meant. */
  readonly isOwn: boolean
}

/** What erasing somebody removes, and where. */
export interface ErasurePlan {
  /** Present once it was begun. */
  readonly id?: string
  readonly contacts: ReadonlyArray<ErasureContact>
  /** Likely theirs as well; they stay unless they are named. */
  readonly maybe: ReadonlyArray<ErasureContact>
  readonly interactions: number
  readonly destinations: ReadonlyArray<{ readonly id: ConnectionId; readonly canRemove: boolean }>
}

/** How far an erasure is, with each system's receipt: the proof, once it is done. */
export interface Erasure extends Omit<Erasures.Erasure, "place"> {
  readonly receipts: ReadonlyArray<Omit<Erasures.Receipt, "projection">>
}

/** What would be written to one destination. */
export interface DestinationPlan {
  readonly destination: ConnectionId
  readonly title: string
  readonly mode: Connections.Mode
  readonly paused: boolean
  readonly writes: ReadonlyArray<{
    readonly verb: Projections.Verb
    readonly create: number
    readonly update: number
    readonly remove: number
  }>
  /** Distinct records that are touched. */
  readonly records: number
  readonly waiting: number
  readonly dropped: number
  /** How long the quota and the cap per hour make it last, milliseconds. */
  readonly estimatedMs: number
  /** What stands there in another form than the configuration asks for now; nothing of it is written anew unasked. */
  readonly rewrite?: {
    /** Entries in another form: written anew in place. */
    readonly entries: number
    /** Entries to take out and to write where messages are to be told as conversations, or the other way round. */
    readonly remove: number
    readonly create: number
  }
  /** A few of them, as a reader would see them. */
  readonly samples: ReadonlyArray<PlannedChange>
  /** The mapped fields, tried on some of the records that are due. */
  readonly fields: ReadonlyArray<FieldPreview>
  /** Things that a first write may set off in that system, from its documentation. */
  readonly cautions: ReadonlyArray<string>
}

export interface Approval {
  readonly destination: ConnectionId
  readonly mode: Connections.Mode
  /** Records that the canary may write to. */
  readonly records: number
  readonly prepared: ReadonlyArray<string>
}

/** One write that is planned. */
export interface PlannedChange {
  /** Names it; pages go on after it. */
  readonly key: string
  readonly verb: Projections.Verb
  /** `moved`: the same, on other records. `rewritten`: the same, in today's form. */
  readonly what: "new" | "changed" | "moved" | "rewritten" | "removed"
  readonly title: string
  readonly at: Instant.Instant
  /** Names of the records that it is on. */
  readonly records: ReadonlyArray<string>
  /** Of fields: what stands there, what is wanted; `write`, `ask` a person, or `keep` unless the vendor says that it is older. */
  readonly fields: ReadonlyArray<{
    readonly name: string
    readonly before: string
    readonly after: string
    readonly act: string
  }>
}

interface Changes {
  readonly create: number
  readonly update: number
  readonly remove: number
}

/** What reading again would change; nothing was changed to find out. */
export interface Rehearsal {
  readonly connection: ConnectionId
  readonly title: string
  /** Rows that were looked at. */
  readonly rows: number
  /** Not all of them were: there are too many. */
  readonly isWhole: boolean
  /** Of them cannot be read by today's code either. */
  readonly unreadable: number
  readonly interactions: Changes
  readonly contacts: Changes
  /** By destination: entries that stand there and would be written anew, and interactions that have none there yet. */
  readonly entries: ReadonlyArray<{
    readonly destination: ConnectionId
    readonly update: number
    readonly other: number
  }>
  readonly samples: ReadonlyArray<{
    readonly kind: "interaction" | "contact"
    readonly what: keyof Changes
    readonly ref: VendorRef
    readonly fields: ReadonlyArray<{ readonly name: string; readonly before: string; readonly after: string }>
  }>
}

export interface Rewriting {
  readonly destination: ConnectionId
  /** Entries that are written anew in place. */
  readonly entries: number
  /** Whether it is told per message or per conversation from now on; absent: as before. */
  readonly switchedTo?: "message" | "conversation"
}

/** Where one vendor record went: each step with what is known, in order; the last one says what it waits for. */
export interface Explanation {
  readonly ref: VendorRef
  readonly steps: ReadonlyArray<{ readonly stage: string; readonly text: string; readonly at?: Instant.Instant }>
}

/** Which writes are to be taken back. At least one of them is given. */
export interface UndoAsked {
  /** What receipts of one round have in common; `explain` shows it. */
  readonly round?: string
  readonly destination?: string
  readonly from?: Instant.Instant
  readonly until?: Instant.Instant
  /** An undo whose Holds are to be given up. */
  readonly undo?: string
  /** Also over what was changed since. */
  readonly force: boolean
  /** Else it is only told what would be done. */
  readonly yes: boolean
}

/** What an undo does, or would do. */
export interface Undoing {
  /** Of the undo; absent: nothing was begun. */
  readonly id?: string
  readonly acts: ReadonlyArray<{ readonly verb: Projections.Verb; readonly count: number }>
  /** What is left as it is, and why. */
  readonly left: ReadonlyArray<{ readonly why: string; readonly count: number }>
  readonly samples: ReadonlyArray<string>
  /** Holds of an earlier undo are given up: what they held may be written again. */
  readonly releases?: true
}
