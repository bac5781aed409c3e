/** The command ends here, for a reason that a person understands. Never a stack: that is for faults of ours. */
import * as Data from "effect/Data"

/** What the process ends with. Documented in `interchannel --help`. */
export const exitCodes = {
  done: 0,
  /** It could not be done; what to do was said on stderr. */
  failed: 1,
  /** `plan`: there is something to write. `doctor`: there is something to mend. */
  outstanding: 2,
  /** The command line itself is wrong. */
  usage: 64
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export class Stop extends Data.TaggedError("Stop")<{
  /** Said on stderr; empty when everything was said. */
  readonly text: string
  readonly exitCode: ExitCode
}> {
  override get message(): string {
    return this.text
  }
}

export const failed = (text: string): Stop => new Stop({ text, exitCode: exitCodes.failed })

/** For errors of ours whose message is a sentence with the remedy. */
export const because = (error: { readonly message: string }): Stop => failed(error.message)
