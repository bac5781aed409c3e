/** Raw bodies are kept for a while, so that a mapping is mended by replaying; then they go. What was learned from them stays. */
import { Inbox, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Loop from "./Loop.ts"

export const RAW_KEPT_MS = 30 * 24 * 3_600_000
/** Bodies dropped in one write. */
const STEP_MAX = 500
const LOOK_EVERY_MS = 3_600_000

export const step: Effect.Effect<Loop.Next, StoreError, Inbox.Inbox> = Effect.gen(function* () {
  const inbox = yield* Inbox.Inbox
  const now = yield* Clock.currentTimeMillis
  const dropped = yield* inbox.prune(now - RAW_KEPT_MS, STEP_MAX)
  return dropped < STEP_MAX ? { restUntil: now + LOOK_EVERY_MS } : "more"
})
