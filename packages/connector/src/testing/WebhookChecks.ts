/** Pushes: the genuine ones are taken once, all others are refused, and they tell what the feeds tell. */
import * as Effect from "effect/Effect"
import * as DeliveryData from "../Delivery.ts"
import type { Delivery } from "../Delivery.ts"
import type * as Scope from "effect/Scope"
import type { VendorError } from "../VendorError.ts"
import { always, type Check, CheckFailed, difference, ensure, fail } from "./Check.ts"
import type { Host } from "./Host.ts"
import { deliveryKey } from "./intake.ts"
import { webhookOf } from "./running.ts"
import { ensureAlike, playAll, type Stage } from "./Stage.ts"

const DAY_MS = 86_400_000
/** A vendor tries again within this time. */
const RETRY_AFTER_MS = 5_000

interface Pushed {
  readonly name: string
  readonly deliveries: ReadonlyArray<Delivery>
}

/** Plays on every feed, and gives what the vendor pushed of it. */
const pushed = (stage: Stage) =>
  Effect.gen(function* () {
    yield* playAll(stage)
    return yield* Effect.forEach(Object.entries(stage.subject.deliveries ?? {}), ([name, deliveries]) => {
      const all = deliveries(0)
      return all.length === 0
        ? fail(`the Subject has no delivery of webhook ${name} after items of every feed were made`)
        : Effect.succeed<Pushed>({ name, deliveries: all })
    })
  })

type Trial = (stage: Stage, host: Host, pushed: Pushed) => Effect.Effect<void, CheckFailed | VendorError, Scope.Scope>

/** Runs a trial on a host and the deliveries of each webhook. */
const onEach = (trial: Trial) => (stage: Stage) =>
  Effect.gen(function* () {
    const all = yield* pushed(stage)
    const host = yield* stage.host()
    yield* Effect.forEach(all, (each) => trial(stage, host, each), { discard: true })
  })

/** The verdict on a delivery; one that throws is a failure. */
const verdict = (stage: Stage, host: Host, name: string, delivery: Delivery, now = delivery.receivedAt) =>
  Effect.try({
    try: () => webhookOf(stage.connector, name).verifier(delivery, host.account.credentials, now),
    catch: (cause) => new CheckFailed({ detail: `the verifier of ${name} threw ${String(cause)} instead of refusing` })
  })

const ensureRefused = (stage: Stage, host: Host, name: string, what: string, delivery: Delivery, now?: number) =>
  Effect.flatMap(verdict(stage, host, name, delivery, now), (result) =>
    ensure(!result.genuine, `${name} accepts a delivery ${what}`)
  )

const genuine: Check = {
  name: "a genuine delivery is accepted, and tells something",
  applies: always,
  run: onEach((_, host, { name, deliveries }) =>
    Effect.gen(function* () {
      let told = 0
      for (const delivery of deliveries) {
        const taken = yield* host.take(name, delivery)
        yield* ensure(
          taken._tag !== "Refused",
          `${name} refuses a genuine delivery: ${taken._tag === "Refused" ? taken.why : ""}`
        )
        if (taken._tag === "Stored") told += taken.subjects.length
      }
      yield* ensure(told > 0, `${name}: ${deliveries.length} genuine deliveries tell nothing`)
      const aside = host.quarantine()[0]
      yield* ensure(
        aside === undefined,
        () => `an item of a genuine delivery was set aside: ${aside?.source} ${aside?.detail}`
      )
    })
  )
}

const tampered: Check = {
  name: "a delivery whose body was changed is refused",
  applies: always,
  run: onEach((stage, host, { name, deliveries }) =>
    Effect.forEach(
      deliveries.slice(0, TRIED_MAX),
      (delivery) =>
        Effect.gen(function* () {
          for (const at of [0, Math.floor(delivery.body.length / 2), delivery.body.length - 1]) {
            const body = Uint8Array.from(delivery.body)
            body[at] = (body[at] ?? 0) ^ 1
            yield* ensureRefused(stage, host, name, `whose byte ${at} was changed`, { ...delivery, body })
          }
          const longer = new Uint8Array([...delivery.body, 32])
          yield* ensureRefused(stage, host, name, "that was made longer", { ...delivery, body: longer })
          yield* ensureRefused(stage, host, name, "whose body is missing", { ...delivery, body: new Uint8Array() })
        }),
      { discard: true }
    )
  )
}
/** Deliveries of a webhook that are tampered with. */
const TRIED_MAX = 3

/** What every HTTP client sends. */
const plainHeaders = ["content-type", "content-length", "host", "user-agent", "accept", "connection"]

const unsigned: Check = {
  name: "a delivery without its signature, or with a false one, is refused",
  applies: always,
  run: onEach((stage, host, { name, deliveries }) =>
    Effect.gen(function* () {
      const delivery = deliveries[0]!
      const plain = Object.fromEntries(
        Object.entries(delivery.headers).filter(([header]) => plainHeaders.includes(header))
      )
      yield* ensureRefused(stage, host, name, "without any signature", { ...delivery, headers: plain })
      const own = Object.entries(delivery.headers).filter(([header]) => !plainHeaders.includes(header))
      const emptied = Object.fromEntries(own.map(([header]) => [header, ""]))
      yield* ensureRefused(stage, host, name, "with empty signature headers", {
        ...delivery,
        headers: { ...plain, ...emptied }
      })
      const falsified = Object.fromEntries(own.map(([header, value]) => [header, falsify(value)]))
      yield* ensureRefused(stage, host, name, "with a false signature", {
        ...delivery,
        headers: { ...delivery.headers, ...falsified }
      })
      const other = yield* stage.host({ account: 1 })
      yield* ensureRefused(stage, other, name, "that is signed with another account's secret", delivery)
    })
  )
}

/** The same length, another text; numbers stay, so that a timestamp still fits. */
const falsify = (value: string): string =>
  /^\d+$/.test(value) ? value : value.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (last) => (last === "a" ? "b" : "a"))

const stale: Check = {
  name: "an old delivery, or one from the future, is refused",
  applies: (connector, subject) => connector.webhooks.some(({ name }) => !(subject.timeless ?? []).includes(name)),
  run: onEach((stage, host, { name, deliveries }) =>
    Effect.gen(function* () {
      if ((stage.subject.timeless ?? []).includes(name)) return
      const delivery = deliveries[0]!
      yield* ensureRefused(stage, host, name, "that is a day old", delivery, delivery.receivedAt + DAY_MS)
      yield* ensureRefused(stage, host, name, "that is from tomorrow", delivery, delivery.receivedAt - DAY_MS)
    })
  )
}

const replayed: Check = {
  name: "a delivery that comes again is known, and different ones are not confused",
  applies: always,
  run: onEach((stage, host, { name, deliveries }) =>
    Effect.gen(function* () {
      const webhook = webhookOf(stage.connector, name)
      const keyOf = (delivery: Delivery) =>
        deliveryKey(webhook, DeliveryData.bodyData(delivery.headers["content-type"], delivery.body), delivery)
      for (const delivery of deliveries) {
        const again = { ...delivery, receivedAt: delivery.receivedAt + RETRY_AFTER_MS }
        yield* ensure(keyOf(delivery) === keyOf(again), `${name}: the key of a delivery is another when it comes again`)
        yield* ensure(keyOf(delivery) !== "", `${name}: the key of a delivery is empty`)
        yield* host.take(name, delivery)
        const told = host.told().length
        const taken = yield* host.take(name, again)
        yield* ensure(
          taken._tag !== "Stored" && host.told().length === told,
          `${name}: a delivery that comes again is ${taken._tag}`
        )
      }
      const bodies = new Set(deliveries.map(({ body }) => Buffer.from(body).toString("latin1")))
      const keys = new Set(deliveries.map(keyOf))
      yield* ensure(
        keys.size === bodies.size,
        `${name}: ${bodies.size} different deliveries have ${keys.size} keys; some would be taken for known`
      )
    })
  )
}

const anyOrder: Check = {
  name: "deliveries in any order, and the feed before or after them, say the same",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      yield* playAll(stage)
      for (const name of stage.feedsWith("edit")) {
        const [played] = yield* stage.play(name, 1)
        yield* stage.act(`an edit of ${name}`, () => stage.subject.play.edit!(played!))
      }
      const all = Object.entries(stage.subject.deliveries ?? {}).flatMap(([name, deliveries]) =>
        deliveries(0).map((delivery) => ({ name, delivery }))
      )
      const hear = (host: Host, order: typeof all) =>
        Effect.forEach(order, ({ name, delivery }) => host.take(name, delivery), { discard: true })
      const [forward, backward, after, before, fed] = yield* Effect.all([
        stage.host(),
        stage.host(),
        stage.host(),
        stage.host(),
        stage.host()
      ])
      yield* hear(forward, all)
      yield* hear(backward, [...all].reverse())
      yield* ensureAlike(forward, backward, "with the deliveries in reverse")
      yield* fed.pull()
      yield* after.pull()
      yield* hear(after, all)
      yield* hear(before, all)
      yield* before.pull()
      yield* ensureAlike(after, before, "with the deliveries before the feeds instead of after")
      const differs = difference(subjectsOf(fed), subjectsOf(after))
      yield* ensure(
        differs === undefined,
        () => `the webhooks name other subjects than the feeds for the same things: ${differs}`
      )
    })
}

const subjectsOf = (host: Host): ReadonlyArray<string> =>
  host
    .ledger()
    .entries.flatMap(({ subject, assembled }) =>
      assembled._tag === "Whole" ? [`${subject} ${assembled.record.ref.kind} ${assembled.record.ref.id}`] : []
    )
    .sort()

const odd: Check = {
  name: "an odd delivery is refused or set aside, and never throws",
  applies: always,
  run: onEach((stage, host, { name, deliveries }) =>
    Effect.gen(function* () {
      const webhook = webhookOf(stage.connector, name)
      const model = deliveries[0]!
      for (const text of ODD_BODIES) {
        const delivery = { ...model, body: new TextEncoder().encode(text) }
        yield* ensureRefused(stage, host, name, `with the body ${JSON.stringify(text)}`, delivery)
        const data = DeliveryData.bodyData(delivery.headers["content-type"], delivery.body)
        const read = { answer: webhook.answer, deliveryKey: webhook.deliveryKey }
        for (const [what, call] of Object.entries(read)) {
          yield* Effect.try({
            try: () => call?.(data, delivery),
            catch: (cause) =>
              new CheckFailed({
                detail: `${name}: \`${what}\` threw ${String(cause)} at the body ${JSON.stringify(text)}`
              })
          })
        }
      }
    })
  )
}
const ODD_BODIES = ["", "null", "7", "[]", "[null]", "{}", '{"', "\u0000", "a=b&c", '{"events":null}']

export const webhookChecks: ReadonlyArray<Check> = [genuine, tampered, unsigned, stale, replayed, anyOrder, odd].map(
  (check) => ({
    ...check,
    applies: (connector, subject) => connector.webhooks.length > 0 && check.applies(connector, subject)
  })
)
