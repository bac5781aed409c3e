/**
 * What people ask of the daemon while it runs: read the configuration again, replay a mended mapping, erase somebody, undo,
 * say who is who. Each wish is asked again and again until it is granted, one after the other, since processes die.
 */
import type { Control } from "@interchannel/runtime"
import { Projections, type Store } from "@interchannel/store"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Running } from "./Daemon.ts"
import type { Log } from "./Log.ts"
import type { Time } from "./Time.ts"
import type { Customer, World } from "./World.ts"

export interface Admin {
  readonly wish: (wish: Wish) => void
  /** Wishes that are not granted yet. */
  readonly open: () => ReadonlyArray<string>
}

export interface Wish {
  readonly name: string
  readonly ask: (control: Control["Type"]) => Effect.Effect<unknown, unknown, Store.Services>
  /** It is so from now on. */
  readonly granted: () => void
}

interface Options {
  readonly time: Time
  readonly log: Log
  readonly store: Context.Context<Store.Services>
  readonly newest: () => Running | undefined
  readonly isStopped: () => boolean
}

const EVERY_MS = 5_000

export const make = ({ time, log, store, newest, isStopped }: Options): Admin => {
  const wishes: Array<Wish> = []
  let asked: { readonly of: Running; hasEnded: boolean } | undefined
  const look = () => {
    if (isStopped() || wishes.length === 0) return
    time.after(EVERY_MS, look)
    const [wish] = wishes
    const daemon = newest()
    // One that was asked and lives may still be at it.
    if (wish === undefined || daemon === undefined || (asked?.of === daemon && !asked.hasEnded)) return
    const asking = { of: daemon, hasEnded: false }
    const grant = Effect.sync(() => {
      if (wishes[0] !== wish) return
      wishes.shift()
      wish.granted()
      log.say("admin", () => `${wish.name}: granted`)
    })
    const end = Effect.sync(() => {
      asking.hasEnded = true
    })
    const asks = (control: Control["Type"]) =>
      Effect.provide(wish.ask(control), store).pipe(Effect.zipRight(grant), Effect.ensuring(end))
    if (daemon.ask(asks)) asked = asking
  }
  return {
    wish: (wish) => {
      if (wishes.length === 0) time.after(0, look)
      wishes.push(wish)
    },
    open: () => wishes.map(({ name }) => name)
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** The address book is read: whatever reaches them is known to be theirs. */
const isKnown = (control: Control["Type"], { email }: Customer) =>
  Effect.flatMap(control.who(email), ({ people }) =>
    people.length === 1 && people[0]!.contacts.some(({ record }) => record.ref.kind === "known")
      ? Effect.void
      : Effect.fail(`${email} is not known yet`)
  )

/** What was read is read again, by a mapping that was mended. */
export const replay = (connection: string): Wish => ({
  name: `replay ${connection}`,
  ask: (control) => control.replay(connection, { state: "done" }),
  granted: () => undefined
})

export const erase = ({ word }: World, customer: Customer): Wish => ({
  name: `erase ${customer.name}`,
  // Asked by a process that died it may have been begun: then nobody is known by that address any more.
  ask: (control) =>
    Effect.flatMap(control.erasures, (begun) =>
      begun.length > 0
        ? Effect.void
        : Effect.zipRight(isKnown(control, customer), control.erase(customer.email, { by: "an admin" }))
    ),
  granted: () => word.erased.add(customer.index)
})

export const join = ({ word }: World, customer: Customer): Wish => ({
  name: `${customer.alias} is ${customer.name}`,
  ask: (control) =>
    Effect.zipRight(
      isKnown(control, customer),
      control.merge(customer.email, customer.alias, { by: "an admin", why: "she said so" })
    ),
  granted: () => word.joined.add(customer.index)
})

export const part = ({ word }: World, customer: Customer): Wish => ({
  name: `${customer.alias} is not ${customer.name}`,
  // Asked by a process that died it may have been done: who is apart cannot be taken apart.
  ask: (control) =>
    Effect.flatMap(control.decisions, (all) =>
      all.some(({ _tag }) => _tag === "CannotLink")
        ? Effect.void
        : Effect.asVoid(control.unmerge([customer.alias], { by: "an admin", why: "it was her sister" }))
    ),
  granted: () => word.joined.delete(customer.index)
})

const PROJECTIONS_MAX = 10_000

/**
 * All that was written to the CRM until now, by no clock, since that of a process may be put back. What is being written at
 * the moment may be taken back or not.
 */
export const undo = ({ word }: World): Wish => {
  let settled: ReadonlyArray<string> = []
  const entries = Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const rows = yield* projections.list({ destination: "crm", after: "", limit: PROJECTIONS_MAX })
    return rows.filter(({ verb }) => verb === "AppendTimeline")
  })
  return {
    name: "undo what was written to crm",
    ask: (control) =>
      Effect.gen(function* () {
        const before = yield* entries
        for (const { key } of before) word.maybeUndone.add(key)
        settled = before.filter(({ state, ref }) => state === "settled" && ref !== undefined).map(({ key }) => key)
        yield* control.undo({ destination: "crm", force: false, yes: true })
        for (const { key, undo: undoing, why } of yield* entries) {
          if (undoing !== undefined || why === "undone") word.maybeUndone.add(key)
        }
      }),
    granted: () => {
      for (const key of settled) word.undone.add(key)
    }
  }
}
