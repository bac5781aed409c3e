/** Messages that a vendor sends to customers: by one that nobody can ask about them afterwards, and by one that keeps what it sent. */
import { Action } from "@interchannel/connector"
import { Ref } from "@interchannel/domain"
import * as Either from "effect/Either"
import { type Api, call } from "./Api.ts"
import { VISIBLE_AFTER_MS } from "./desk.ts"

export interface Sent {
  readonly key: string
  readonly text: string
  readonly at: number
}
export type Outbox = Array<Sent>

export const sendingUnseen = (outbox: Outbox, now: () => number) =>
  Action.SendMessage.with<Api>({ idempotency: "none", batchMax: 1, write: writeTo(outbox, now) })

export const sendingKept = (outbox: Outbox, now: () => number) =>
  Action.SendMessage.with<Api>({
    idempotency: "look up first",
    visibleAfterMs: VISIBLE_AFTER_MS,
    batchMax: 1,
    find: ({ key }) =>
      call("search sent", (fault) => {
        const seenUntil = now() - (fault?._tag === "stale" ? fault.ms : 0)
        const found = outbox.find((one) => one.key === key && one.at <= seenUntil)
        return Either.right(found === undefined ? undefined : { ref: Ref.local("message", key) })
      }),
    write: writeTo(outbox, now)
  })

// ---------------------------------------------------------------------------------------------------------------------

const writeTo = (outbox: Outbox, now: () => number) =>
  Action.each<"SendMessage", Api>(({ key, text }) =>
    call("send message", () => {
      outbox.push({ key, text, at: now() })
      return Either.right({ ref: Ref.local("message", key) })
    })
  )
