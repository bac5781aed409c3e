/** A chat that has cards beside its conversations. */
import { Action } from "@interchannel/connector"
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
