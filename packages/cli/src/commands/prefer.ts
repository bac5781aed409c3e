/** `interchannel prefer`: of the records that a customer has in one system, entries go to this one. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { daemon } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config, named } from "../options.ts"
import { Process } from "../Process.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const record = named("record", "connection/kind/id of the customer's record, as in crm/contact/701")

export const prefer = Command.make("prefer", { record, config }, (given) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    const { user } = yield* Process
    const { Ref } = yield* lazily(() => import("@interchannel/domain"))
    const ref = Ref.parse(given.record)
    if (ref === undefined) return yield* failed(`${given.record} names no record; write connection/kind/id`)
    const control = yield* daemon(given.config)
    yield* control.prefer(ref, { by: user }).pipe(Effect.mapError(because))
    yield* say(`Entries of this customer go to ${given.record} from now on; those on the others move there.`)
  })
).pipe(Command.withDescription("Of several records of one customer in a system, the one that entries go to"))
