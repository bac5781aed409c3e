/** What can go wrong in the store, and what happens next. */
import * as Data from "effect/Data"

export class StoreError extends Data.TaggedError("StoreError")<{
  readonly operation: string
  /**
   * `unavailable`: try again (connection lost, lock, serialization). `full`: no room or read-only; nothing was written.
   * `fenced`: the lease is not ours any more; stop. `newer`: the data was written by a newer daemon. `broken`: a defect.
   */
  readonly reason: "unavailable" | "full" | "fenced" | "newer" | "broken"
  readonly detail: string
  readonly cause?: unknown
}> {
  override get message(): string {
    return `store ${this.operation}: ${this.reason} - ${this.detail}`
  }
}
