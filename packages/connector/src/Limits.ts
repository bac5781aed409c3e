/** A vendor's limits as data: buckets, and which operation spends from which. The quota ledger turns them into times. */

export interface Bucket {
  /** So many units … */
  readonly requests: number
  /** … in any span of so many milliseconds. */
  readonly perMs: number
  /** The vendor counts apart for each key given with the call, such as a channel. */
  readonly perKey?: boolean
  /** A daily allowance: when it is used up, calls wait until `resetAtUtcMs` after midnight UTC instead of pacing. */
  readonly daily?: { readonly resetAtUtcMs: number }
}

export interface Limits {
  /** Calls under way at once, all operations together. */
  readonly concurrency: number
  readonly buckets: Readonly<Record<string, Bucket>>
  /** The buckets that one call of an operation spends from, each with its cost (1 where none is given). */
  readonly operations: Readonly<
    Record<string, ReadonlyArray<string | { readonly bucket: string; readonly cost: number }>>
  >
  /** The buckets of operations that are not listed. */
  readonly otherwise: ReadonlyArray<string>
}

/** What the vendor itself says is left of a bucket. Others may spend from it too: when it says less than we counted, it is right. */
export interface Usage {
  readonly bucket: string
  readonly key?: string | undefined
  /** Units left in the present span. */
  readonly remaining: number
}

interface Options<Name extends string> {
  readonly concurrency: number
  readonly buckets: Readonly<Record<Name, Bucket>>
  readonly operations: Readonly<Record<string, ReadonlyArray<NoInfer<Name> | Cost<NoInfer<Name>>>>>
  readonly otherwise: ReadonlyArray<NoInfer<Name>>
}
interface Cost<Name extends string> {
  readonly bucket: Name
  readonly cost: number
}

/** Limits whose operations can name their own buckets only. Throws when a number cannot be meant. */
export const make = <const Name extends string>(limits: Options<Name>): Limits => {
  const wrong = [
    ...(limits.concurrency >= 1 ? [] : ["concurrency is below 1"]),
    ...Object.entries<Bucket>(limits.buckets).flatMap(([name, { requests, perMs }]) => [
      ...(requests >= 1 ? [] : [`bucket ${name} allows less than 1 request`]),
      ...(perMs > 0 ? [] : [`bucket ${name} has no span`])
    ]),
    ...Object.entries<ReadonlyArray<Name | Cost<Name>>>(limits.operations).flatMap(([operation, spends]) =>
      spends
        .filter((spend) => typeof spend !== "string")
        .filter(({ bucket, cost }) => !(cost > 0 && cost <= limits.buckets[bucket].requests))
        .map(({ bucket, cost }) => `${operation} costs ${cost} of bucket ${bucket}, which never has that many`)
    )
  ]
  if (wrong.length > 0) throw new Error(`limits: ${wrong.join("; ")}`)
  return limits
}

/** The limits a vendor does not publish: one call after the other, a few a second. */
export const cautious: Limits = make({
  concurrency: 1,
  buckets: { default: { requests: 5, perMs: 1_000 } },
  operations: {},
  otherwise: ["default"]
})
