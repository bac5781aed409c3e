/** What keeps a server of ours from serving, said to the person who can change it. */
import * as Data from "effect/Data"

export class ServerError extends Data.TaggedError("ServerError")<{
  readonly what: string
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.what}; ${this.remedy}`
  }
}
