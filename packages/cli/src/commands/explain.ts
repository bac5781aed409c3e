/** `interchannel explain`: where is my message? And of two: are they one person, and why? */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { reader } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config, json, named } from "../options.ts"
import { explainView } from "../render/ExplainView.ts"
import { pairView } from "../render/PersonView.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const record = named(
  "record",
  "connection/kind/id of the vendor's record, as in support/message/C012AB3CD/1770000000.000100"
)

const other = Args.optional(
  named("other", "Of two contacts, handles or persons: whether these are one person, and why")
)

export const explain = Command.make("explain", { record, other, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    if (Option.isSome(given.other)) {
      const asked = yield* reader(given.config)
      const pair = yield* asked.why(given.record, given.other.value).pipe(Effect.mapError(because))
      return yield* screen.say(given.json ? JSON.stringify(pair) : pairView(pair, screen.style))
    }
    const { Ref } = yield* lazily(() => import("@interchannel/domain"))
    const ref = Ref.parse(given.record)
    if (ref === undefined) {
      return yield* failed(`${given.record} names no record; write connection/kind/id, as logs and \`plan\` show it`)
    }
    const asked = yield* reader(given.config)
    const explanation = yield* asked.explain(ref).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(explanation) : explainView(explanation, screen.style))
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    "Where one vendor record went, step by step, and what it waits for; of two, why they are one person or not"
  )
)
