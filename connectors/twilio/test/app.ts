/** The connector at work in the first account of the stand-in, and what its items make together. */
import { Delivery, Feed, Gate, type VendorError } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import { Assemble, type Interaction, Key, Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { TwilioApi } from "../src/api.ts"
import { type Account, startTwilio, type TwilioEmulator } from "../src/emulator.ts"
import { calls, events, messages, recordings, transcripts } from "../src/feeds.ts"
import { type Credentials, Twilio } from "../src/index.ts"
import { callbacks } from "../src/webhooks.ts"
import { configuredOf, START } from "./subject.ts"

export interface App {
  readonly twilio: TwilioEmulator
  readonly account: Account
  /** Lets seconds pass. */
  readonly wait: (seconds: number) => void
  readonly use: <A>(
    effect: Effect.Effect<A, VendorError.VendorError, TwilioApi>,
    settings?: Readonly<Record<string, unknown>>
  ) => Promise<A>
  /** What the feeds tell of all there is. */
  readonly read: () => Promise<ReadonlyArray<Part.Part>>
  readonly credentials: typeof Credentials.Type
  /** What one callback tells, and what it says is to be read. */
  readonly outcomesOf: (push: Delivery.Delivery) => ReadonlyArray<Part.Outcome>
  /** What the callbacks told of calls and tasks, without what they say is to be read. */
  readonly heard: () => ReadonlyArray<Part.Part>
}

/** Runs a test on a fresh stand-in. */
export const withApp = (test: (app: App) => Promise<void>): (() => Promise<void>) => {
  const program = Effect.gen(function* () {
    const twilio = yield* startTwilio({ clock: EmulatorClock.manual(START) })
    const account = twilio.accounts[0]!
    const { credentials, settings } = configuredOf(twilio, account)
    const settled = (change: object = {}) => Schema.decodeUnknownSync(Twilio.settings)({ ...settings, ...change })
    const use: App["use"] = (effect, change) => {
      const api = Twilio.api({
        connection: "phone",
        credentials: Schema.decodeUnknownSync(Twilio.credentials)(credentials),
        settings: settled(change)
      })
      const ready = Effect.provide(effect, Layer.provide(api, Gate.layerOpen("twilio")))
      return Effect.runPromise(Effect.scoped(ready).pipe(EmulatorClock.within(twilio.clock)))
    }
    const origin = (partition = "all"): Feed.Origin => ({
      connection: "phone",
      partition,
      acceptedAt: twilio.clock.now(),
      settings: settled()
    })
    const read = Effect.gen(function* () {
      const told: Array<Part.Outcome> = []
      for (const feed of [calls, messages, recordings, events, transcripts] as ReadonlyArray<Feed.Any<TwilioApi>>) {
        if (feed.shape !== "window") continue
        for (const { id: partition } of yield* feed.partitions ?? Effect.succeed([Feed.ALL])) {
          const window = { partition, from: START, to: twilio.clock.now() + 1, token: undefined }
          for (const raw of (yield* feed.page(window)).items) {
            const item = Schema.decodeUnknownSync(feed.item)(raw)
            const strand = feed.strand?.of(item)
            const below = strand && (yield* feed.strand!.page({ partition, strand: strand.id, token: undefined }))
            for (const each of [item, ...(below?.items ?? [])]) told.push(...feed.normalize(each, origin(partition)))
          }
        }
      }
      return parts(told)
    })
    const outcomesOf: App["outcomesOf"] = ({ headers, body }) => {
      const data = Delivery.bodyData(headers["content-type"], body)
      return callbacks.normalize(Schema.decodeUnknownSync(callbacks.item)(data), origin())
    }
    yield* Effect.promise(() =>
      test({
        twilio,
        account,
        wait: (seconds) => twilio.clock.advance(seconds * 1_000),
        use,
        read: () => use(read),
        credentials: Schema.decodeUnknownSync(Twilio.credentials)(credentials),
        outcomesOf,
        heard: () => parts(twilio.deliveries(account).flatMap(outcomesOf))
      })
    )
  })
  return () => Effect.runPromise(Effect.scoped(program))
}

/** The interactions that parts make, those of former refs joined. */
export const interactions = (told: ReadonlyArray<Part.Part>): ReadonlyArray<Interaction> => {
  const mentioned = told.filter((part) => part.subject === "interaction")
  const above = new Map(mentioned.flatMap(({ ref, former = [] }) => former.map(({ id }) => [id, ref] as const)))
  const rootOf = (ref: Part.Part["ref"]): Part.Part["ref"] => {
    const next = above.get(ref.id)
    return next === undefined ? ref : rootOf(next)
  }
  const ids = new Map(mentioned.map(({ ref }) => [rootOf(ref).id, rootOf(ref)]))
  return [...ids.values()].map((ref) => {
    const mine = mentioned.filter((part) => rootOf(part.ref).id === ref.id)
    const assembled = Assemble.interaction({ key: Key.interaction("phone", ref), connection: "phone", parts: mine })
    if (assembled._tag !== "Whole") throw new Error(`${ref.id}: ${JSON.stringify(assembled)}`)
    return assembled.record
  })
}

export const contactIds = (told: ReadonlyArray<Part.Part>): ReadonlyArray<string> => [
  ...new Set(told.filter(({ subject }) => subject === "contact").map(({ ref }) => ref.id))
]

// ---------------------------------------------------------------------------------------------------------------------

const parts = (told: ReadonlyArray<Part.Outcome>): ReadonlyArray<Part.Part> =>
  told.filter((outcome): outcome is Part.Part => !Part.isRefetch(outcome))
