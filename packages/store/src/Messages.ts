/**
 * What messages say and to whom, under the keys of their projections: asked for once, never changed. Sealed, and kept as
 * long as the proofs of writes.
 */
import type { Handle, Instant, LocalRef } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { selectIn } from "./Dialect.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Message {
  /** Into a conversation, or to an address. */
  readonly conversation?: LocalRef
  readonly to?: Handle.Handle
  readonly subject?: string
  readonly text: string
}

export class Messages extends Context.Tag("@interchannel/store/Messages")<
  Messages,
  {
    /** The first one under a key stays. */
    readonly put: (key: string, message: Message, at: Instant.Instant) => Effect.Effect<void, StoreError>
    readonly get: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Message>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Messages, never, Sql | Seal> = Layer.effect(
  Messages,
  Effect.gen(function* () {
    const { sql, read, write } = yield* Sql
    const { seal, open } = yield* Seal
    return {
      put: (key, message, at) => {
        const body = seal(rowName(key), Buffer.from(JSON.stringify(message)))
        return Effect.asVoid(
          write(
            "put a message",
            sql`INSERT INTO message ${sql.insert({ projection: key, at, body })} ON CONFLICT (projection) DO NOTHING`
          )
        )
      },
      get: (keys) =>
        read(
          "read messages",
          Effect.gen(function* () {
            const rows = yield* selectIn(
              keys,
              (list) => sql<{ readonly projection: string; readonly body: Uint8Array }>`
                SELECT projection, body FROM message WHERE projection IN ${sql.in(list)}`
            )
            const found = new Map<string, Message>()
            for (const { projection, body } of rows) {
              const opened = open(rowName(projection), body)
              if (Either.isLeft(opened)) return yield* opened.left
              found.set(projection, JSON.parse(opened.right.toString("utf8")) as Message)
            }
            return found
          })
        )
    }
  })
)

const rowName = (projection: string): string => `message ${projection}`
