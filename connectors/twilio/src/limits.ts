/** Twilio publishes no rates: it counts calls under way, and answers 429 with code 20429 when there are too many. */
import { Limits } from "@interchannel/connector"

export const limits = Limits.make({
  concurrency: 4,
  buckets: { default: { requests: 20, perMs: 1_000 } },
  operations: {},
  otherwise: ["default"]
})
