/** A channel did not take an alarm. The detail names no secret: neither address nor password. */
import * as Data from "effect/Data"

export class AlarmError extends Data.TaggedError("AlarmError")<{ readonly detail: string }> {
  override get message(): string {
    return `an alarm could not be told: ${this.detail}; trying again`
  }
}
