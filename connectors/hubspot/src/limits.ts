/** HubSpot's published limits by plan. The ten-second and daily ones hold for all apps with a static token together. */
import { Limits } from "@interchannel/connector"
import type { Settings, Tier } from "./credentials.ts"
import { objectTypes } from "./objects.ts"

const allowances: Readonly<Record<Tier, { readonly tenSeconds: number; readonly day: number }>> = {
  free: { tenSeconds: 100, day: 250_000 },
  starter: { tenSeconds: 100, day: 250_000 },
  professional: { tenSeconds: 190, day: 650_000 },
  enterprise: { tenSeconds: 190, day: 1_000_000 },
  increase: { tenSeconds: 250, day: 2_000_000 }
}
const DAY_MS = 86_400_000
/** Calls under way at once; more only wait for each other at HubSpot. */
const CONCURRENCY = 8

export const limits = ({ tier, utcOffsetMinutes }: Settings): Limits.Limits => {
  const { tenSeconds, day } = allowances[tier]
  const resetAtUtcMs = (DAY_MS - utcOffsetMinutes * 60_000) % DAY_MS
  return Limits.make({
    concurrency: CONCURRENCY,
    buckets: {
      burst: { requests: tenSeconds, perMs: 10_000 },
      daily: { requests: day, perMs: DAY_MS, daily: { resetAtUtcMs } },
      search: { requests: 5, perMs: 1_000 },
      journal: { requests: 100, perMs: 1_000 },
      subscriptions: { requests: 50, perMs: 1_000 }
    },
    operations: {
      ...Object.fromEntries(objectTypes.map((type) => [`${type}.search`, ["search", "daily"]])),
      "journal.next": ["journal"],
      "journal.file": ["journal"],
      "journal.subscriptions": ["subscriptions"],
      "journal.subscribe": ["subscriptions"]
    },
    otherwise: ["burst", "daily"]
  })
}
