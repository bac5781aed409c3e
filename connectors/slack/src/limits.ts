/** Slack's limits: each method counts for itself, by workspace and app, in one of four tiers; posting counts by channel. */
import { Limits } from "@interchannel/connector"
import type { Settings } from "./credentials.ts"

const MINUTE_MS = 60_000

/** Calls a minute that Slack grants at least. */
const tiers = { 1: 1, 2: 20, 3: 50, 4: 100 }

/** The tier of each method that is called. */
const methods: Readonly<Record<string, keyof typeof tiers>> = {
  "apps.connections.open": 1,
  "auth.test": 4,
  "chat.delete": 3,
  "chat.update": 3,
  "conversations.history": 3,
  "conversations.info": 3,
  "conversations.open": 3,
  "conversations.replies": 3,
  "users.conversations": 3,
  "users.info": 4,
  "users.list": 2
}

/** What an app that is sold outside the Marketplace gets since 2025-05-29. */
const distributed: Readonly<Record<string, number>> = { "conversations.history": 1, "conversations.replies": 1 }

export const limits = ({ historyProfile }: Pick<Settings, "historyProfile">): Limits.Limits => {
  const granted = (method: string, tier: keyof typeof tiers): number =>
    (historyProfile === "distributed" ? distributed[method] : undefined) ?? tiers[tier]
  const own = Object.entries(methods).map(
    ([method, tier]) => [method, { requests: granted(method, tier), perMs: MINUTE_MS }] as const
  )
  return Limits.make({
    concurrency: 4,
    buckets: {
      ...Object.fromEntries(own),
      "post to a channel": { requests: 1, perMs: 1_000, perKey: true },
      // Slack says "several hundred" a minute for the workspace.
      "post to the workspace": { requests: 200, perMs: MINUTE_MS },
      other: { requests: tiers[2], perMs: MINUTE_MS }
    },
    operations: {
      ...Object.fromEntries(own.map(([method]) => [method, [method]])),
      "chat.postMessage": ["post to a channel", "post to the workspace"]
    },
    otherwise: ["other"]
  })
}
