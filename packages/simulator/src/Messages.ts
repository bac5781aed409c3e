/**
 * Messages that the daemon is to say, once each: asked for while everything goes wrong, counted where they arrive. Where
 * nobody can tell whether one arrived, it waits for a person, who looks and sends it once more or lets it go.
 */
import { Key } from "@interchannel/domain"
import { Database, Messages, Projections, Quarantine, type Store } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Admin, Wish } from "./Admin.ts"
import type { Dice } from "./Dice.ts"
import type { Time } from "./Time.ts"
import { type Sender, senders, type World } from "./World.ts"

export interface Message {
  readonly key: string
  readonly by: Sender
  readonly text: string
}

/** Of the next `ms`. */
export const speak = (
  { world, dice, time }: { readonly world: World; readonly dice: Dice; readonly time: Time },
  admin: Admin,
  ms: number
): void => {
  for (let index = 0; index < MESSAGES; index++) {
    const by = dice.pick(senders)
    const message = { key: Key.derive("a", "simulator", String(index)), by, text: `message ${index}` }
    time.after(dice.between(FROM_MS, ms), () => admin.wish(say(world, message)))
  }
}

/** `isOver`: people have looked at what was set aside. */
export const check = (
  { messages, outboxes }: World,
  isOver: boolean
): Effect.Effect<ReadonlyArray<string>, unknown, Store.Services> =>
  Effect.map(setAside, (aside) =>
    messages.flatMap(({ key, by, text }) => {
      const many = outboxes[by].filter((one) => one.text === text).length
      const is = (what: string) => [`"${text}" by ${by}: ${what}`]
      if (many > 1) return is(`said ${many} times`)
      const why = aside.get(key)
      if (why === undefined) return many === 1 ? [] : is("never said, and nobody is told")
      if (isOver) return is("still set aside")
      return by === "phone" && why === "OutcomeUnknown" ? [] : is(`set aside as ${why}, though it could be looked up`)
    })
  )

/** A person looks at the vendor for what was set aside. */
export const settle = ({ outboxes }: World): Wish => ({
  name: "look at messages whose outcome is unknown",
  ask: (control) =>
    Effect.flatMap(setAside, (aside) => {
      const said = new Set(Object.values(outboxes).flatMap((outbox) => outbox.map(({ key }) => key)))
      const keys = [...aside.keys()]
      return Effect.zipRight(
        control.letGo({ subjects: keys.filter((key) => said.has(key)) }),
        control.release({ subjects: keys.filter((key) => !said.has(key)) })
      )
    }),
  granted: () => undefined
})

// ---------------------------------------------------------------------------------------------------------------------

const MESSAGES = 8
const FROM_MS = 3_000
const ASIDE_MAX = 1_000

const say = (world: World, { key, by, text }: Message): Wish => ({
  name: `say "${text}" by ${by}`,
  ask: () =>
    Effect.gen(function* () {
      const database = yield* Database.Database
      const messages = yield* Messages.Messages
      const projections = yield* Projections.Projections
      const at = yield* Clock.currentTimeMillis
      const row = { key, destination: by, verb: "SendMessage", subject: "simulator", desired: key } as const
      yield* database.write(
        Effect.gen(function* () {
          yield* messages.put(key, { to: { kind: "email", value: "oncall@example.org" }, text }, at)
          yield* projections.desire([{ ...row, records: [], state: "due", dueAt: at, lane: 0, at }])
          yield* database.signal("projection")
        })
      )
    }),
  granted: () => void world.messages.push({ key, by, text })
})

/** Why each message was set aside, by its key. */
const setAside = Effect.gen(function* () {
  const quarantine = yield* Quarantine.Quarantine
  const rows = yield* Effect.forEach(senders, (connection) =>
    quarantine.list({ connection, after: "", limit: ASIDE_MAX })
  )
  const writes = rows.flat().filter(({ kind }) => kind === "projection")
  return new Map(writes.map(({ subject, reason }) => [subject, reason]))
})
