/** A vendor whose pushes name items only, with a journal that may forget. */
import { Connector, Feed, Limits, VendorError } from "@interchannel/connector"
import { Part, Ref, Version } from "@interchannel/domain"
import { Checkpoints, Database, Leases } from "@interchannel/store"
import { Effect, Either, Schema, TestClock } from "effect"
import * as Installation from "../src/configuration/Installation.ts"
import * as Normalizer from "../src/ledger/Normalizer.ts"
import type { Running } from "../src/connections/Running.ts"
import { START } from "./stages.ts"

const DAY = 86_400_000

const thin = (
  answers: Map<string, VendorError.Reason | object>,
  journal: { expired: boolean },
  people: ReadonlyArray<{ readonly id: string; readonly at: number }>
) => {
  const Item = Schema.Struct({ id: Schema.String, at: Schema.Int })
  const tell = ({ id, at }: typeof Item.Type) => [
    Part.contact({
      ref: Ref.local("person", id === "nameless" ? "" : id),
      version: Version.make(id === "timeless" ? Number.NaN : at),
      // No JSON: what a schema that is too wide lets through.
      fields: { name: { full: id }, ...(id === "unsaveable" ? { custom: { big: 1n as unknown as number } } : {}) }
    })
  ]
  return Connector.make("thin", {
    title: "Thin",
    credentials: Schema.Struct({}),
    settings: Schema.Struct({}),
    api: () => {
      throw new Error("not built here")
    },
    limits: Limits.cautious,
    feeds: [
      Feed.snapshot("people", {
        yields: "contacts",
        item: Item,
        key: ({ id }) => {
          if (id === "keyless") throw new Error("no key")
          return id
        },
        cadenceMs: 1_000,
        normalize: tell,
        page: () => Effect.sync(() => Feed.page([...people])),
        one: (id) =>
          Effect.suspend(() => {
            const answer = answers.get(id)
            return answer !== undefined && "recovery" in answer
              ? Effect.fail(VendorError.make("thin", "one", answer))
              : Effect.succeed(answer)
          }),
        gone: (id, at) => [Part.tombstone("contact", Ref.local("person", id), Version.make(at))]
      }),
      Feed.changes("journal", {
        yields: "contacts",
        item: Item,
        key: ({ id }) => id,
        cadenceMs: 1_000,
        normalize: tell,
        resync: ["people"],
        page: ({ cursor }) =>
          journal.expired && cursor !== undefined
            ? Effect.fail(VendorError.make("thin", "journal", new VendorError.CursorExpired({ detail: "too old" })))
            : Effect.succeed({ items: [], next: "1", more: false })
      })
    ],
    check: Effect.succeed([])
  })
}

export const thinWorld = Effect.gen(function* () {
  yield* TestClock.setTime(START)
  const answers = new Map<string, VendorError.Reason | object>()
  const journal = { expired: false }
  const shown: Array<{ readonly id: string; readonly at: number }> = []
  const connections = { thin: { connector: thin(answers, journal, shown) as Connector.Any, credentials: {} } }
  const installed = Either.getOrThrow(Installation.load({ connections }, {})).connections.get("thin")!
  const lease = (yield* (yield* Leases.Leases).take("test", "me", { now: START, forMs: DAY }))!
  const call: Running["call"] = (effect) => effect as never
  const running: Running = { installed, installedAt: START, since: START, lease, call, open: call as never }
  const [people, journalFeed] = installed.connector.feeds
  const ask = (id: string) =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const database = yield* Database.Database
      const askedAt = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      yield* database.write(
        checkpoints.wantRefetches([{ connection: "thin", feed: "people", partition: "all", id, askedAt }])
      )
    })
  const normalize = Normalizer.step({ installed: () => installed, defaultRegion: undefined, lease })
  return { answers, journal, shown, running, people: people!, journalFeed: journalFeed!, ask, normalize }
})
