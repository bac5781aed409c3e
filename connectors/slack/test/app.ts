/** The connector at work in one office of the stand-in. */
import { Gate } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SlackApi } from "../src/api.ts"
import type { Settings } from "../src/credentials.ts"
import { type Options, type SlackEmulator, startSlack } from "../src/emulator.ts"
import { Slack } from "../src/index.ts"
import { furnish, type Office, START } from "./subject.ts"

export interface App {
  readonly slack: SlackEmulator
  readonly office: Office
  /** Runs with the connector's API; `settings` change those of the office. */
  readonly use: <A, E>(
    effect: Effect.Effect<A, E, SlackApi | Scope.Scope>,
    settings?: Readonly<Record<string, unknown>>
  ) => Promise<A>
}

/** Runs a test on a fresh stand-in. */
export const withApp = (test: (app: App) => Promise<void>, options: Options = {}): (() => Promise<void>) => {
  const program = Effect.gen(function* () {
    const slack = yield* startSlack({ clock: EmulatorClock.manual(START), ...options })
    const office = furnish(slack, slack.installs[0]!)
    const use: App["use"] = (effect, settings) => {
      const api = Slack.api({
        connection: "support",
        credentials: Schema.decodeUnknownSync(Slack.credentials)(office.credentials),
        settings: settingsOf(office, settings)
      })
      return Effect.runPromise(
        Effect.scoped(Effect.provide(effect, Layer.provide(api, Gate.layerOpen("slack")))).pipe(
          EmulatorClock.within(slack.clock)
        )
      )
    }
    yield* Effect.promise(() => test({ slack, office, use }))
  })
  return () => Effect.runPromise(Effect.scoped(program))
}

export const settingsOf = (office: Office, change: Readonly<Record<string, unknown>> = {}): Settings =>
  Schema.decodeUnknownSync(Slack.settings)({ ...office.settings, ...change })

/** How many calls of each method were made since. */
export const callsSince = (slack: SlackEmulator, since: number): Readonly<Record<string, number>> => {
  const calls: Record<string, number> = {}
  for (const { operation } of slack.log.slice(since)) calls[operation] = (calls[operation] ?? 0) + 1
  return calls
}
