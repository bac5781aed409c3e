/** HubSpot's limits as it counts them: a rolling ten seconds, a day, and five searches a second. */
import type { Emulator } from "@interchannel/connector/testing"

const TEN_SECONDS_MS = 10_000
const DAY_MS = 86_400_000
const SEARCHES_PER_SECOND = 5

export interface Allowance {
  readonly tenSeconds: number
  readonly day: number
}

export interface Pace {
  /** `undefined`: go on. */
  readonly take: (portalId: number, operation: string, at: number) => Emulator.Reply | undefined
  readonly headers: (portalId: number, operation: string, at: number) => Readonly<Record<string, string>>
}

export const make = (allowance: Allowance): Pace => {
  const calls = new Map<string, Array<number>>()
  const within = (portalId: number, name: string, spanMs: number, at: number): Array<number> => {
    const key = `${portalId}/${name}`
    const kept = (calls.get(key) ?? []).filter((when) => when > at - spanMs)
    calls.set(key, kept)
    return kept
  }
  const days = new Map<string, number>()
  const dayOf = (portalId: number, at: number) => `${portalId}/${Math.floor(at / DAY_MS)}`
  return {
    take: (portalId, operation, at) => {
      const day = dayOf(portalId, at)
      if ((days.get(day) ?? 0) >= allowance.day)
        return refusal("DAILY", "You have reached your daily limit.", undefined)
      const isSearch = operation.endsWith(".search")
      const spanMs = isSearch ? 1_000 : TEN_SECONDS_MS
      const recent = within(portalId, isSearch ? "search" : "burst", spanMs, at)
      if (recent.length >= (isSearch ? SEARCHES_PER_SECOND : allowance.tenSeconds)) {
        const waitMs = recent[0]! + spanMs - at
        return isSearch
          ? refusal("SECONDLY", "You have reached your secondly limit.", waitMs)
          : refusal("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.", waitMs)
      }
      recent.push(at)
      days.set(day, (days.get(day) ?? 0) + 1)
      return undefined
    },
    headers: (portalId, operation, at): Readonly<Record<string, string>> =>
      operation.endsWith(".search")
        ? {}
        : {
            "x-hubspot-ratelimit-max": String(allowance.tenSeconds),
            "x-hubspot-ratelimit-remaining": String(
              Math.max(0, allowance.tenSeconds - within(portalId, "burst", TEN_SECONDS_MS, at).length)
            ),
            "x-hubspot-ratelimit-interval-milliseconds": String(TEN_SECONDS_MS),
            "x-hubspot-ratelimit-daily": String(allowance.day),
            "x-hubspot-ratelimit-daily-remaining": String(
              Math.max(0, allowance.day - (days.get(dayOf(portalId, at)) ?? 0))
            )
          }
  }
}

/** Also what a fault answers; without a wait HubSpot says only which limit it was. */
export const refusal = (policyName: string, message: string, retryAfterMs: number | undefined): Emulator.Reply => ({
  status: 429,
  headers: retryAfterMs === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
  body: {
    status: "error",
    message,
    errorType: "RATE_LIMIT",
    correlationId: "00000000-0000-4000-8000-000000000000",
    policyName
  }
})
