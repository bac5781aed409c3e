/** A message through a Connection that can send some: a channel of the company's chat, a mailbox, a phone. */
import { type Action, Connector, Lane, type VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ViaConnection } from "./AlarmChannel.ts"
import type { Running } from "../connections/Running.ts"
import { AlarmError } from "./AlarmError.ts"
import type { Message } from "./Message.ts"

/** `again`: an earlier attempt failed and may have arrived all the same, so that is looked up where the vendor allows it. */
export const tell = (
  { addressee }: ViaConnection,
  running: Running,
  { key, subject, text }: Message,
  again: boolean
): Effect.Effect<void, AlarmError> => {
  const { connector } = running.installed
  const action = connector.actions.find(({ verb }) => verb === "SendMessage") as SendMessage | undefined
  if (action === undefined || !Connector.supports(connector, "SendMessage")) {
    return Effect.fail(new AlarmError({ detail: `${connector.title} cannot send messages` }))
  }
  const input: Action.Input<"SendMessage"> = { key, subject, text: `${subject}\n\n${text}`, ...addressee }
  return Effect.gen(function* () {
    if (again && action.idempotency === "look up first") {
      const found = yield* running.call<Action.Written | undefined>(action.find(input))
      if (found !== undefined) return
    }
    const results = yield* running.call<ReadonlyArray<Action.Result>>(action.write([input]))
    for (const result of results) if (Either.isLeft(result)) yield* Effect.fail(result.left)
  }).pipe(
    Effect.locally(Lane.current, "live"),
    Effect.mapError((error: VendorError.VendorError) => new AlarmError({ detail: error.message }))
  )
}

type SendMessage = Action.Action<"SendMessage", unknown>
