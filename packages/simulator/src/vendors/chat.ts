/** A chat: threads read by time and, below them, their replies; everything is pushed as well. Cards stand beside threads. */
import { Action, Connector, Feed, Webhook } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Wire } from "../Wire.ts"
import { type Api, call, facts, pushing } from "./Api.ts"
import * as Stamp from "./Stamp.ts"

export interface Message {
  readonly id: string
  /** Of the first message of its thread. */
  readonly thread: string
  readonly at: number
  changedAt: number
  readonly user: string
  /** Broken by hand in some: not what the vendor documents. */
  readonly name: unknown
  readonly email: string
  text: string
  deleted: boolean
}

export interface ShownCard {
  readonly key: string
  readonly thread: string
  text: string
  gone: boolean
}

export interface Chat {
  readonly messages: Map<string, Message>
  readonly cards: Map<string, ShownCard>
  writes: number
  readonly say: (given: Pick<Message, "user" | "name" | "email" | "text"> & { readonly thread?: string }) => Message
  readonly change: (message: Message) => void
}

export const chatState = (now: () => number): Chat => {
  const stamp = Stamp.make(now)
  const messages: Chat["messages"] = new Map()
  return {
    messages,
    cards: new Map(),
    writes: 0,
    say: ({ thread, ...given }) => {
      const at = stamp()
      const id = `m${messages.size + 1}`
      const message = { ...given, id, thread: thread ?? id, at, changedAt: at, deleted: false }
      messages.set(id, message)
      return message
    },
    change: (message) => {
      message.changedAt = stamp()
    }
  }
}

const Item = Schema.Struct({
  id: Schema.NonEmptyString,
  thread: Schema.NonEmptyString,
  at: Schema.Int,
  changedAt: Schema.Int,
  user: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  email: Schema.String,
  text: Schema.String,
  deleted: Schema.Boolean,
  /** Replies below it, and when the last of them changed. */
  replies: Schema.optional(Schema.String)
})

export interface Mapping {
  /** A mistake in `normalize`: what it says of a text. */
  readonly textOf: (text: string) => string
}

const parts =
  ({ textOf }: Mapping) =>
  (item: typeof Item.Type): ReadonlyArray<Part.Part> => {
    const user = Ref.local("user", item.user)
    const email = Handle.email(item.email, { verified: true })
    const ref = Ref.local("message", item.id)
    const version = Version.make(item.changedAt)
    if (item.deleted) return [Part.tombstone("interaction", ref, version)]
    return [
      Part.contact({
        ref: user,
        kind: "address",
        // Each message says the same of its sender.
        version: Version.make(0),
        fields: { name: { full: item.name }, ...(email === undefined ? {} : { handles: [email] }) }
      }),
      Part.interaction({
        ref,
        version,
        fields: {
          kind: "chat",
          direction: "inbound",
          startedAt: item.at,
          text: textOf(item.text),
          conversation: Ref.local("thread", item.thread),
          participants: [{ contact: user, name: item.name }],
          details: {}
        }
      })
    ]
  }

const PAGE = 4

export const chat = (vendor: string, state: Chat, wire: Wire, mapping: Mapping) => {
  const normalize = parts(mapping)
  const repliesTo = (thread: string) =>
    [...state.messages.values()].filter((one) => one.thread === thread && one.id !== thread)
  const shown = (message: Message) => {
    const replies = repliesTo(message.id)
    if (replies.length === 0) return { ...message }
    return { ...message, replies: `${replies.length} ${Math.max(...replies.map(({ changedAt }) => changedAt))}` }
  }
  return Connector.make("chat", {
    ...facts(vendor, wire),
    feeds: [
      Feed.window("messages", {
        yields: "interactions",
        item: Item,
        key: ({ id }) => id,
        cadenceMs: 8_000,
        overlapMs: 25_000,
        sliceMs: 86_400_000,
        reconcile: { everyMs: 25_000, windowMs: 86_400_000 },
        normalize,
        page: ({ from, to, token }) =>
          call("list threads", (fault) => {
            const start = Number(token ?? "0")
            const roots = [...state.messages.values()].filter(
              ({ id, thread, at }) => id === thread && at >= from && at < to
            )
            const next = roots.length > start + PAGE ? String(start + PAGE) : undefined
            return Either.right(Feed.page(Faults.disturbed(roots.slice(start, start + PAGE).map(shown), fault), next))
          }),
        strand: {
          of: ({ id, replies }) => (replies === undefined ? undefined : { id, fingerprint: replies }),
          page: ({ strand }) =>
            call("list replies", (fault) =>
              Either.right(Feed.page(Faults.disturbed(repliesTo(strand).map(shown), fault)))
            )
        }
      })
    ],
    webhooks: [
      Webhook.make("pushed", {
        ...pushing,
        item: Item,
        normalize
      })
    ],
    actions: [
      Action.ShowContext.with<Api>({
        idempotency: "look up first",
        visibleAfterMs: 6_000,
        batchMax: 1,
        find: ({ key }) =>
          call("search cards", () => {
            const found = [...state.cards.entries()].find(([, card]) => card.key === key && !card.gone)
            return Either.right(found === undefined ? undefined : { ref: Ref.local("card", found[0]) })
          }),
        write: Action.each(({ key, existing, conversation, card }) =>
          call("show card", () => {
            const id = existing?.id ?? `k${state.cards.size + 1}`
            const text = JSON.stringify(card)
            state.cards.set(id, { key, thread: conversation.id, text, gone: false })
            state.writes += 1
            return Either.right({ ref: Ref.local("card", id) })
          })
        ),
        remove: ({ id }) =>
          call("take card down", () => {
            const card = state.cards.get(id)
            if (card !== undefined && !card.gone) state.writes += 1
            if (card !== undefined) card.gone = true
            return Either.right(undefined)
          })
      })
    ]
  })
}
