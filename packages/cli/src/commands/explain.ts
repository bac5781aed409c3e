/** `interchannel explain`: where is my message? */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { reader } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config, json, named } from "../options.ts"
import { explainView } from "../render/ExplainView.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const record = named(
  "record",
  "connection/kind/id of the vendor's record, as in support/message/C012AB3CD/1770000000.000100"
)

export const explain = Command.make("explain", { record, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { Ref } = yield* lazily(() => import("@interchannel/domain"))
    const ref = Ref.parse(given.record)
    if (ref === undefined) {
      return yield* failed(`${given.record} names no record; write connection/kind/id, as logs and \`plan\` show it`)
    }
    const asked = yield* reader(given.config)
    const explanation = yield* asked.explain(ref).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(explanation) : explainView(explanation, screen.style))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Where one vendor record went, step by step, and what it waits for"))
