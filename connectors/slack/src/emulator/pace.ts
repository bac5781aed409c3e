/** Slack's rate limits, counted as Slack does: calls of a method by workspace, posts by channel, in spans of the bucket. */
import type { Limits } from "@interchannel/connector"

export interface Pace {
  /** How long the call must wait; 0 when it may go on, and is counted. */
  readonly take: (team: string, operation: string, key: string | undefined, at: number) => number
}

export const make = (limits: Limits.Limits): Pace => {
  const calls = new Map<string, Array<number>>()
  return {
    take: (team, operation, key, at) => {
      const names = (limits.operations[operation] ?? limits.otherwise).map((each) =>
        typeof each === "string" ? each : each.bucket
      )
      const spans = names.flatMap((name) => {
        const bucket = limits.buckets[name]
        if (bucket === undefined) return []
        const slot = `${team}/${name}/${bucket.perKey === true ? (key ?? "") : ""}`
        const recent = (calls.get(slot) ?? []).filter((time) => time > at - bucket.perMs)
        calls.set(slot, recent)
        return [{ bucket, recent }]
      })
      const waits = spans.map(({ bucket, recent }) =>
        recent.length < bucket.requests ? 0 : recent[recent.length - bucket.requests]! + bucket.perMs - at
      )
      const waitMs = Math.max(0, ...waits)
      if (waitMs === 0) for (const { recent } of spans) recent.push(at)
      return waitMs
    }
  }
}
