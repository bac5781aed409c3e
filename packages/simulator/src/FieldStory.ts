/** What people do to single fields: the helpdesk says new things of customers, hands correct the CRM, questions are answered. */
import { Reviews, type Store } from "@interchannel/store"
import type { Control } from "@interchannel/runtime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Wish } from "./Admin.ts"
import type { Dice } from "./Dice.ts"
import type { Log } from "./Log.ts"
import type { Time } from "./Time.ts"
import * as Fields from "./vendors/fields.ts"
import type { Card } from "./vendors/Office.ts"
import { recordOf, type World } from "./World.ts"

export interface Telling {
  readonly world: World
  readonly dice: Dice
  readonly time: Time
  readonly log: Log
}

/** Of each record of the CRM; the name says whose word counts. The last tells when somebody was last seen. */
export const policies = {
  filled: {},
  latest: { policy: "latest-wins" },
  reviewed: { policy: "review" },
  owned: { policy: { owner: "desk" } },
  seen: { policy: "review" }
} as const
export type Name = keyof typeof policies
export const names = Object.keys(policies) as ReadonlyArray<Name>

/** A question that a person answered, and how. */
export interface Answer extends Question {
  readonly choice: "ours" | "theirs"
}

export interface Question {
  /** In the CRM. */
  readonly record: string
  readonly field: string
  readonly theirs: string | null
  readonly ours: string
}

/** What the records say at first; in the CRM less than in the helpdesk. */
export const begin = ({ world: { offices }, dice, time }: Telling): void => {
  const fill = (card: Card, share: number) => {
    for (const name of names)
      if (dice.chance(share)) Fields.put(card, name, { value: valueOf(name, time, dice), at: card.createdAt })
  }
  for (const card of offices.desk.cards.values()) fill(card, IN_DESK)
  for (const card of offices.crm.cards.values()) fill(card, IN_CRM)
}

/** Things done in the next `ms`. */
export const live = (telling: Telling, fromMs: number, ms: number): void => {
  for (let index = 0; index < ACTS; index++) telling.time.after(telling.dice.between(fromMs, ms), () => act(telling))
}

/** What the helpdesk keeps says something new of every customer. Under review and of an owner, a question is open about what it said. */
export const sayAnew = ({ world, dice, time }: Telling, which: ReadonlyArray<Name>): void => {
  const { desk } = world.offices
  for (const card of saying(world)) for (const name of which) Fields.write(desk, card, name, valueOf(name, time, dice))
}

/** All that is asked is answered. */
export const answer = ({ world, dice, log }: Telling): Wish => ({
  name: "answer what is asked about fields",
  ask: (control) =>
    Effect.flatMap(questions, (open) =>
      Effect.forEach(
        open,
        ({ id, ...question }) =>
          Effect.suspend(() => {
            const choice = dice.pick(["ours", "theirs"] as const)
            log.say("admin", () => `${question.record} ${question.field}: ${choice}`)
            return Effect.map(decide(control, id, choice), () => world.answers.push({ ...question, choice }))
          }),
        { discard: true }
      )
    ),
  granted: () => undefined
})

/** Open ones about fields. */
export const questions: Effect.Effect<
  ReadonlyArray<Question & { readonly id: string }>,
  unknown,
  Store.Services
> = Effect.gen(function* () {
  const reviews = yield* Reviews.Reviews
  const open = yield* reviews.list({ after: "", limit: QUESTIONS_MAX, kind: "field" })
  return yield* Effect.forEach(open, ({ id, body }) =>
    Effect.map(Schema.decodeUnknown(Asked)(body), ({ record, ...asked }) => ({
      ...asked,
      record: record.replace("crm/person/", ""),
      id
    }))
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const ACTS = 16
/** Shares of fields that say something at first. */
const IN_DESK = 0.8
const IN_CRM = 0.4
/** Shares of corrections that empty a field, that write what the helpdesk says. */
const EMPTIED = 0.25
const AGREED = 0.2
const QUESTIONS_MAX = 1_000

const Asked = Schema.Struct({
  record: Schema.String,
  field: Schema.String,
  theirs: Schema.NullOr(Schema.String),
  ours: Schema.String
})

const decide = (control: Control["Type"], id: string, choice: Answer["choice"]) =>
  control.decide(`field:${id}`, { choice, by: "an admin" })

/** No two are alike, but for times and where people agree. */
const valueOf = (name: Name, time: Time, dice: Dice): string =>
  name === "seen" ? new Date(time.now()).toISOString() : `${name} ${dice.between(1, 1_000_000_000)}`

/** The records by which the helpdesk says something. */
const saying = ({ customers, offices: { desk } }: World): ReadonlyArray<Card> =>
  customers.flatMap(({ index }) => spokesman(desk, index) ?? [])

export const spokesman = ({ cards }: World["offices"]["desk"], customer: number): Card | undefined =>
  [...cards.values()].find((card) => card.customer === customer && card.state === "there" && card.fields.size > 0)

const act = (telling: Telling): void => {
  const { world, dice, time, log } = telling
  const name = dice.pick(names)
  const isByHand = name !== "seen" && dice.chance(0.4)
  const office = isByHand ? "crm" : "desk"
  const { index } = dice.pick(world.customers)
  const card = isByHand ? recordOf(world.offices.crm, index) : spokesman(world.offices.desk, index)
  if (card === undefined) return
  const said = Fields.standingIn(spokesman(world.offices.desk, index)?.fields.get(name))
  const kind = isByHand ? dice.number() : 1
  const value = kind < EMPTIED ? null : kind < EMPTIED + AGREED && said !== undefined ? said : valueOf(name, time, dice)
  if ((value ?? undefined) === Fields.standingIn(card.fields.get(name))) return
  Fields.write(world.offices[office], card, name, value)
  log.say("world", () => `${office} ${card.id} ${name}: ${value ?? "emptied"}`)
}
