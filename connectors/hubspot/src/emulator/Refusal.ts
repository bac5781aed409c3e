/** HubSpot's answer when it does not do what was asked. */
import type { Emulator } from "@interchannel/connector/testing"

export class Refusal extends Error {
  readonly status: number
  readonly category: string
  readonly more: Readonly<Record<string, unknown>>

  constructor(status: number, category: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.status = status
    this.category = category
    this.more = more
  }

  get reply(): Emulator.Reply {
    return {
      status: this.status,
      body: {
        status: "error",
        message: this.message,
        correlationId: "00000000-0000-4000-8000-000000000000",
        category: this.category,
        ...this.more
      }
    }
  }

  /** As it stands in the `errors` of a batch that went through in part. */
  row(context: Readonly<Record<string, ReadonlyArray<string>>>): Readonly<Record<string, unknown>> {
    return {
      status: "error",
      category: this.category,
      message: this.message,
      context,
      links: {},
      errors: [],
      ...this.more
    }
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, "OBJECT_NOT_FOUND", `${what} could not be found`)
