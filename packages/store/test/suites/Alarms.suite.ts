import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Alarms, Arrivals, Quotas } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const alarm = (key: string, more: Partial<Alarms.Alarm> = {}): Alarms.Alarm => ({
  key,
  what: `${key} is parked`,
  remedy: "mend it",
  since: 1,
  seenAt: 2,
  ...more
})

const HOUR_MS = 3_600_000
const arrival = (source: "feed:messages" | "webhook:events", hour: number, more: Partial<Arrivals.Arrival> = {}) => ({
  connection: "chat",
  source,
  hour: hour * HOUR_MS,
  items: 1,
  news: 1,
  late: 0,
  lastAt: hour * HOUR_MS + 5,
  ...more
})

export const alarms: Suite = ({ holds }) => {
  holds("an alarm and what was told of it are kept, each channel by itself", () =>
    Effect.gen(function* () {
      const alarms = yield* Alarms.Alarms
      yield* alarms.save([alarm("chat"), alarm("crm")])
      yield* alarms.save([alarm("chat", { seenAt: 9, overAt: 10 })])
      expect(yield* alarms.all).toEqual([alarm("chat", { seenAt: 9, overAt: 10 }), alarm("crm")])
      const told: Alarms.Told = { alarm: "chat", channel: "ops", since: 1, at: 3, over: false }
      yield* alarms.tell([told, { ...told, alarm: "crm" }, { ...told, channel: "mail" }])
      yield* alarms.tell([{ ...told, at: 11, over: true }])
      expect(yield* alarms.told("ops")).toEqual(
        expect.arrayContaining([
          { ...told, at: 11, over: true },
          { ...told, alarm: "crm" }
        ])
      )
      expect(yield* alarms.told("mail")).toEqual([{ ...told, channel: "mail" }])
    })
  )

  holds("how telling goes over a channel is kept", () =>
    Effect.gen(function* () {
      const alarms = yield* Alarms.Alarms
      yield* alarms.saveChannel({ channel: "ops", failures: 2, failedAt: 5, why: "no answer" })
      expect(yield* alarms.channels).toEqual([{ channel: "ops", failures: 2, failedAt: 5, why: "no answer" }])
      yield* alarms.saveChannel({ channel: "ops", failures: 0, toldAt: 6 })
      expect(yield* alarms.channels).toEqual([{ channel: "ops", failures: 0, toldAt: 6 }])
    })
  )

  holds("arrivals of an hour add up, those of another stand apart", () =>
    Effect.gen(function* () {
      const arrivals = yield* Arrivals.Arrivals
      yield* arrivals.add([arrival("feed:messages", 1), arrival("webhook:events", 1, { news: 0 })])
      yield* arrivals.add([arrival("feed:messages", 1, { late: 1, lastAt: 1 }), arrival("feed:messages", 2)])
      expect(yield* arrivals.list(0)).toEqual([
        arrival("feed:messages", 1, { items: 2, news: 2, late: 1 }),
        arrival("feed:messages", 2),
        arrival("webhook:events", 1, { news: 0 })
      ])
      expect(yield* arrivals.list(2 * HOUR_MS)).toHaveLength(1)
    })
  )

  holds("the quota that was spent is kept, one row a connection", () =>
    Effect.gen(function* () {
      const quotas = yield* Quotas.Quotas
      yield* quotas.save({ connection: "crm", state: "{}", savedAt: 1 })
      yield* quotas.save({ connection: "crm", state: '{"spent":{}}', savedAt: 2 })
      expect(yield* quotas.all).toEqual([{ connection: "crm", state: '{"spent":{}}', savedAt: 2 }])
    })
  )
}
