/**
 * The store as one process sees it: each statement may be slow, may be refused by the disk, or may be the last thing the
 * process did. Inside a write nothing else happens meanwhile; dying there rolls it back.
 */
import { Database, type Store, StoreError } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type { Dice } from "./Dice.ts"
import type { Process } from "./Process.ts"
import type { Trouble } from "./Trouble.ts"

interface Options {
  readonly store: Context.Context<Store.Services>
  readonly process: Process
  readonly trouble: Trouble
  readonly dice: Dice
}

export const make = ({ store, process, trouble, dice }: Options): Context.Context<Store.Services> => {
  const inWrite = FiberRef.unsafeMake(false)
  /** Others may act before a statement, and in between a commit and its taking notice. */
  const pauseMs = (): number | undefined => {
    if (trouble.happens("slow disk")) return trouble.dice("slow disk").between(50, 5_000)
    return dice.chance(PAUSES) ? dice.between(0, 20) : undefined
  }
  // As few steps as can be: a run has thousands of statements, and at most of them nothing happens.
  const between = (): Effect.Effect<void> | undefined => {
    const obstacle = process.obstacle()
    if (obstacle !== undefined) return obstacle
    const ms = pauseMs()
    return ms === undefined ? process.obstacle() : Effect.zipRight(Effect.sleep(ms), process.pass)
  }
  const outside = Effect.suspend(() => between() ?? Effect.void)
  const statement = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withFiberRuntime((fiber) => {
      const obstacle = fiber.getFiberRef(inWrite) ? process.obstacle() : between()
      return obstacle === undefined ? effect : Effect.zipRight(obstacle, effect)
    })
  const refusing = Effect.suspend(() =>
    trouble.happens("disk refuses")
      ? Effect.fail(new StoreError({ operation: "write", reason: "unavailable", detail: "the disk refuses" }))
      : Effect.void
  )
  const database = Context.get(store, Database.Database)
  const write: typeof database.write = (body, options) =>
    Effect.flatMap(FiberRef.get(inWrite), (inside) => {
      if (inside) return database.write(body, options)
      // The last await of a write: dying there is dying before the commit.
      const whole = Effect.locally(Effect.zipLeft(body, process.pass), inWrite, true)
      return Effect.zipLeft(
        Effect.zipRight(Effect.zipRight(outside, refusing), database.write(whole, options)),
        outside
      )
    })
  const signals = {
    ...database,
    write,
    awaitSignal: (topic: Database.Topic) => Effect.zipLeft(database.awaitSignal(topic), process.pass)
  }
  const services = new Map(
    [...store.unsafeMap].map(([key, service]) => [
      key,
      key === Database.Database.key ? signals : onEach(service as object, statement)
    ])
  )
  return Context.unsafeMake(services)
}

/** Share of statements at which others get their turn. */
const PAUSES = 0.1

type Around = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** The same service with `around` each of its effects. */
export const onEach = <S extends object>(service: S, around: Around): S =>
  Object.fromEntries(
    Object.entries(service).map(([name, member]: [string, unknown]) => {
      if (Effect.isEffect(member)) return [name, around(member)]
      if (typeof member !== "function") return [name, member]
      return [
        name,
        (...given: ReadonlyArray<unknown>) => {
          const answer: unknown = Reflect.apply(member, service, given)
          return Effect.isEffect(answer) ? around(answer) : answer
        }
      ]
    })
  ) as S
