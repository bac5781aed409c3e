/** A chat that has cards beside its conversations. */
import { Action, VendorError } from "@interchannel/connector"
import { Ref } from "@interchannel/domain"
import { Effect } from "effect"
import { chat, chatWorld } from "./sampleVendors/chat.ts"

export const chatWithCards = {
  ...chat(chatWorld()),
  actions: [
    Action.ShowContext.with({
      idempotency: "vendor key",
      batchMax: 1,
      write: Action.each(({ key }) => Effect.succeed({ ref: Ref.local("card", key) }))
    })
  ]
} as unknown as ReturnType<typeof chat>

/** Shows the first card, and its answer is lost. */
export const chatLosingAnAnswer = (
  shown: Set<string>,
  idempotency: "look up first" | "vendor key" = "look up first"
) => {
  let isLost = true
  const find = ({ key }: Action.Input<"ShowContext">) =>
    Effect.sync(() => (shown.has(key) ? { ref: Ref.local("card", key) } : undefined))
  return {
    ...chat(chatWorld()),
    actions: [
      Action.ShowContext.with({
        ...(idempotency === "vendor key" ? { idempotency } : { idempotency, visibleAfterMs: 1_000, find }),
        batchMax: 1,
        write: Action.each(({ key }) =>
          Effect.suspend(() => {
            shown.add(key)
            if (!isLost) return Effect.succeed({ ref: Ref.local("card", key) })
            isLost = false
            return Effect.fail(
              VendorError.make("chat", "show", new VendorError.Unavailable({ detail: "lost", uncertain: true }))
            )
          })
        ),
        remove: ({ id }) => Effect.sync(() => void shown.delete(id))
      })
    ]
  } as unknown as ReturnType<typeof chat>
}
