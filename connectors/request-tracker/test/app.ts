/** The connector at work in the first account of the stand-in, and what its feeds tell of all there is. */
import { Feed, Gate, type VendorError } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import { Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { RequestTrackerApi } from "../src/api.ts"
import { startRequestTracker, type World } from "../src/emulator.ts"
import { tickets, userChanges } from "../src/feeds.ts"
import { RequestTracker } from "../src/index.ts"
import { HISTORY, START } from "./subject.ts"

export interface App {
  readonly world: World
  readonly wait: (seconds: number) => void
  readonly use: <A>(effect: Effect.Effect<A, VendorError.VendorError, RequestTrackerApi>) => Promise<A>
  /** The parts of tickets and of users, as they are told by a reading from the start. */
  readonly read: () => Promise<ReadonlyArray<Part.Part>>
}

/** Runs a test on a fresh stand-in. */
export const withApp =
  (test: (app: App) => Promise<void>, settings: object = {}): (() => Promise<void>) =>
  () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const rt = yield* startRequestTracker({ clock: EmulatorClock.manual(START) })
          const [world] = rt.worlds
          const account = {
            connection: "helpdesk",
            credentials: Schema.decodeUnknownSync(RequestTracker.credentials)({ token: world.state.token }),
            settings: Schema.decodeUnknownSync(RequestTracker.settings)({
              url: rt.url,
              historyQueue: HISTORY,
              ...settings
            })
          }
          const api = Layer.provide(RequestTracker.api(account), Gate.layerOpen("request-tracker"))
          const use: App["use"] = (effect) =>
            Effect.runPromise(Effect.scoped(Effect.provide(effect, api)).pipe(EmulatorClock.within(rt.clock)))
          const { connection, settings: known } = account
          const origin: Feed.Origin = { connection, partition: "all", acceptedAt: START, settings: known }
          const read = Effect.gen(function* () {
            const told: Array<Part.Outcome> = []
            for (const feed of [tickets, userChanges] as ReadonlyArray<Feed.Any<RequestTrackerApi>>) {
              if (feed.shape !== "window") continue
              const window = { partition: Feed.ALL.id, from: START, to: rt.clock.now() + 1, token: undefined }
              for (const raw of (yield* feed.page(window)).items) {
                const strand = feed.strand?.of(Schema.decodeUnknownSync(feed.item)(raw))
                const below = strand && (yield* feed.strand!.page({ ...window, strand: strand.id }))
                for (const each of [raw, ...(below?.items ?? [])]) {
                  told.push(...feed.normalize(Schema.decodeUnknownSync(feed.item)(each), origin))
                }
              }
            }
            return told.filter((outcome): outcome is Part.Part => !Part.isRefetch(outcome))
          })
          yield* Effect.promise(() =>
            test({
              world,
              wait: (seconds) => rt.clock.advance(seconds * 1_000),
              use,
              read: () => use(read)
            })
          )
        })
      )
    )
