/** Request Tracker has no limits but those of its server: a handful of workers, each busy with one request. */
import { Limits } from "@interchannel/connector"

export const limits = Limits.make({
  concurrency: 2,
  buckets: { default: { requests: 20, perMs: 1_000 } },
  operations: {},
  otherwise: ["default"]
})
