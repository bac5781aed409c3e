/**
 * What goes wrong next, as ordinary input. Some faults happen to any HTTP exchange and the emulator plays them; those that
 * only the vendor's state can express (`expireCursor`, `duplicate`, `reorder`, `stale`, `cap`, `unfiltered`)
 * reach the route as `call.fault`.
 */

/** HTTP status to answer instead of asking the route. */
export interface Status {
  readonly _tag: "status"
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export type Fault =
  | Status
  /** The answer takes so long. */
  | { readonly _tag: "delay"; readonly ms: number }
  /** The vendor does it, and the socket dies before the answer. */
  | { readonly _tag: "timeoutAfterCommit" }
  /** The socket dies before anything was done. */
  | { readonly _tag: "reset" }
  /** The vendor's own 429; without `retryAfterMs` it does not say how long. */
  | { readonly _tag: "throttle"; readonly retryAfterMs?: number }
  /** A refusal that repeats the request, headers and all. */
  | { readonly _tag: "echo" }
  /** The answer's JSON is cut in the middle. */
  | { readonly _tag: "malformed" }
  | { readonly _tag: "unauthorized" }
  | { readonly _tag: "expireCursor" }
  /** The page holds its items twice. */
  | { readonly _tag: "duplicate" }
  /** The page's items come in another order. */
  | { readonly _tag: "reorder" }
  /** Searches and lists show the state of so long ago. */
  | { readonly _tag: "stale"; readonly ms: number }
  /** The vendor returns no more than so many results in all, and does not say that there are more. */
  | { readonly _tag: "cap"; readonly n: number }
  /** Searches answer as if no filter had been given. */
  | { readonly _tag: "unfiltered" }

export const status = (code: number, body?: unknown, headers?: Readonly<Record<string, string>>): Fault => ({
  _tag: "status",
  status: code,
  ...(body === undefined ? {} : { body }),
  ...(headers === undefined ? {} : { headers })
})
export const delay = (ms: number): Fault => ({ _tag: "delay", ms })
export const timeoutAfterCommit = (): Fault => ({ _tag: "timeoutAfterCommit" })
export const reset = (): Fault => ({ _tag: "reset" })
export const throttle = (options: { readonly retryAfterMs?: number } = {}): Fault => ({ _tag: "throttle", ...options })
export const echo = (): Fault => ({ _tag: "echo" })
export const malformed = (): Fault => ({ _tag: "malformed" })
export const unauthorized = (): Fault => ({ _tag: "unauthorized" })
export const expireCursor = (): Fault => ({ _tag: "expireCursor" })
export const duplicate = (): Fault => ({ _tag: "duplicate" })
export const reorder = (): Fault => ({ _tag: "reorder" })
export const stale = (ms: number): Fault => ({ _tag: "stale", ms })
export const cap = (n: number): Fault => ({ _tag: "cap", n })
export const unfiltered = (): Fault => ({ _tag: "unfiltered" })

/** A page's items as the fault would have them. */
export const disturbed = <A>(items: ReadonlyArray<A>, fault: Fault | undefined): ReadonlyArray<A> => {
  if (fault?._tag === "duplicate") return items.flatMap((item) => [item, item])
  return fault?._tag === "reorder" ? items.toReversed() : items
}

/** Which faults wait for which operation; `"*"` means any. The one set first goes first. */
export interface Faults {
  /** The next `times` calls of the operation. */
  readonly next: (operation: string, times: number, fault: Fault) => void
  /** Every call of the operation until the returned function is called. */
  readonly during: (operation: string, fault: Fault) => () => void
  readonly clear: () => void
  /** The fault for a call of the operation, used up by it. */
  readonly take: (operation: string) => Fault | undefined
  /** Faults that calls have met since the start. */
  readonly met: () => number
}

interface Waiting {
  readonly operation: string
  readonly fault: Fault
  times: number
}

export const make = (): Faults => {
  let waiting: Array<Waiting> = []
  let met = 0
  const add = (operation: string, times: number, fault: Fault): Waiting => {
    const entry = { operation, fault, times }
    waiting.push(entry)
    return entry
  }
  return {
    next: (operation, times, fault) => void add(operation, times, fault),
    during: (operation, fault) => {
      const entry = add(operation, Number.POSITIVE_INFINITY, fault)
      return () => {
        waiting = waiting.filter((other) => other !== entry)
      }
    },
    clear: () => {
      waiting = []
    },
    take: (operation) => {
      const entry = waiting.find((candidate) => candidate.operation === "*" || candidate.operation === operation)
      if (entry === undefined) return undefined
      entry.times -= 1
      if (entry.times <= 0) waiting = waiting.filter((other) => other !== entry)
      met += 1
      return entry.fault
    },
    met: () => met
  }
}
