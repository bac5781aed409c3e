/** What people ask of a running daemon. Bad requests fail with a `ControlError` that says what to do; nothing changes then. */
import type { VendorRef } from "@interchannel/domain"
import type { Decision as Decided } from "@interchannel/identity"
import type { StoreError } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Identities from "../people/Identities.ts"
import type {
  Approval,
  Aside,
  Decision,
  DestinationPlan,
  Diagnosis,
  Erasure,
  ErasurePlan,
  Explanation,
  PlannedChange,
  Question,
  QuestionsAsked,
  Rehearsal,
  Rewriting,
  Status,
  UndoAsked,
  Undoing
} from "../health/Report.ts"
import type * as SetAside from "./SetAside.ts"
import type * as Models from "../people/Models.ts"
import type * as WhoIsWho from "../people/WhoIsWho.ts"
import type { Problem } from "../configuration/Problem.ts"

export class ControlError extends Data.TaggedError("ControlError")<{
  readonly what: string
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.what}; ${this.remedy}`
  }
}

type Answer<A> = Effect.Effect<A, ControlError | StoreError>

export class Control extends Context.Tag("@interchannel/runtime/Control")<
  Control,
  {
    readonly status: Answer<Status>
    /** What is wrong or good to know, and what to do about each. */
    readonly doctor: Answer<Diagnosis>
    /** For one destination, or for all. */
    readonly plan: (destination?: string) => Answer<ReadonlyArray<DestinationPlan>>
    /** What is to be written to a destination, one by one, ascending after `after`. */
    readonly changes: (destination: string, after: string) => Answer<ReadonlyArray<PlannedChange>>
    /** The first approval lets the canary through, `all` the rest; prepares the vendor where that is needed. */
    readonly approve: (destination: string, options: { readonly all: boolean; readonly by: string }) => Answer<Approval>
    /** Entries that stand in an earlier form are written anew as the configuration asks for now. */
    readonly rewrite: (destination: string) => Answer<Rewriting>
    /** Stops all writing to a destination, at once. */
    readonly pause: (destination: string) => Answer<void>
    readonly resume: (destination: string) => Answer<void>
    /** Of the records that a customer has in one system, entries go to this one. */
    readonly prefer: (record: VendorRef, options: { readonly by: string }) => Answer<void>
    readonly explain: (ref: VendorRef) => Answer<Explanation>
    /** Takes writes back, or gives up the Holds of an earlier undo. Tells its plan; without `yes` nothing is done. */
    readonly undo: (asked: UndoAsked) => Answer<Undoing>
    /** Everyone whom an address, number, record or person's id names. */
    readonly who: (text: string) => Answer<WhoIsWho.Found>
    /** Why two are one person, or are not. */
    readonly why: (a: string, b: string) => Answer<Identities.PairView>
    readonly merge: (a: string, b: string, word: Identities.Word) => Answer<ReadonlyArray<Decided.Decision>>
    /** What `unmerge` would do. */
    readonly parting: (contacts: ReadonlyArray<string>) => Answer<WhoIsWho.Parting>
    /** These contacts are somebody else than the others of their person. */
    readonly unmerge: (
      contacts: ReadonlyArray<string>,
      word: Identities.Word
    ) => Answer<ReadonlyArray<Decided.Decision>>
    readonly rule: (
      handle: string,
      use: Decided.HandleUse,
      word: Identities.Word
    ) => Answer<ReadonlyArray<Decided.Decision>>
    /** What people decided about who is who, newest first. */
    readonly decisions: Answer<ReadonlyArray<WhoIsWho.Decided>>
    /** Takes such a decision back. */
    readonly revoke: (id: string, word: Identities.Word) => Answer<void>
    /** The models by which who is who may be decided. */
    readonly models: Answer<Models.Overview>
    /** What one of them would change, and for whom. */
    readonly model: (name: string) => Answer<Models.Shown>
    /** From now on this one decides; every contact is placed again. */
    readonly switchModel: (name: string, word: Identities.Word) => Answer<void>
    /** A model is estimated now; `models` shows it when it is there. */
    readonly estimateModel: Answer<void>
    /** What waits for a person's word, page by page. */
    readonly questions: (asked: QuestionsAsked) => Answer<ReadonlyArray<Question>>
    readonly question: (id: string) => Answer<Question>
    readonly decide: (id: string, decided: { readonly choice: string; readonly by: string }) => Answer<Decision>
    /** What was set aside: of one connection, or named; page by page. */
    readonly quarantine: (which: SetAside.Which & { readonly after?: string }) => Answer<ReadonlyArray<Aside>>
    /** What was set aside is tried again, after what stood in the way is mended; answers how many. */
    readonly release: (which: SetAside.Which) => Answer<number>
    /** What was set aside is let go for good; answers how many. */
    readonly letGo: (which: SetAside.Which) => Answer<number>
    /** What `replay` would change and where, with nothing changed. */
    readonly rehearse: (connection: string, options: { readonly state: "done" | "quarantined" }) => Answer<Rehearsal>
    /** Settled Inbox rows of a connection are read again by today's code; answers how many. */
    readonly replay: (connection: string, options: { readonly state: "done" | "quarantined" }) => Answer<number>
    /** What erasing somebody would remove; with `by`, it is begun. `who`: an address, a number, a person's id, a record. */
    readonly erase: (who: string, options: { readonly by?: string }) => Answer<ErasurePlan>
    readonly erasures: Answer<ReadonlyArray<Erasure>>
    /** A person deleted by hand what was left; answers how many records. */
    readonly confirmErasure: (id: string, options: { readonly by: string }) => Answer<number>
    /** Takes again what vendors tell of somebody erased; answers how many names were turned away. */
    readonly readmit: (who: string) => Answer<number>
    /** Reads the configuration file again and puts it into effect; the problems when it has any (then nothing changes). */
    readonly reload: Answer<ReadonlyArray<Problem>>
  }
>() {}
