/** Mail hosts publish few limits. These are Gmail's and Exchange's for sending, and a modest pace for all else. */
import { Limits } from "@interchannel/connector"

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export const limits = Limits.make({
  // One connection reads; IMAP answers one command after the other anyway.
  concurrency: 4,
  buckets: {
    commands: { requests: 1_800, perMs: MINUTE_MS },
    logins: { requests: 20, perMs: MINUTE_MS },
    sends: { requests: 30, perMs: MINUTE_MS },
    // Gmail's allowance for an account of a company; Exchange has 10,000.
    "sends a day": { requests: 2_000, perMs: DAY_MS }
  },
  operations: { login: ["logins"], "smtp.send": ["sends", "sends a day"] },
  otherwise: ["commands"]
})
