import { describe, expect, expectTypeOf, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Action, Connector, Feed, Gate, Limits, Listener, VendorError, Verifier, Webhook } from "../src/index.ts"

class Api extends Context.Tag("test/Api")<Api, { readonly list: Effect.Effect<ReadonlyArray<unknown>> }>() {}
const Item = Schema.Struct({ id: Schema.String })
const list = Effect.map(
  Effect.flatMap(Api, (api) => api.list),
  (items) => Feed.page(items)
)

const people = Feed.snapshot("people", {
  yields: "contacts",
  item: Item,
  key: (item) => item.id,
  normalize: () => [],
  cadenceMs: 1_000,
  page: () => list
})
const messages = Feed.window("messages", {
  yields: "interactions",
  item: Item,
  key: (item) => item.id,
  normalize: () => [],
  cadenceMs: 1_000,
  overlapMs: 0,
  sliceMs: 1_000,
  page: () => list
})
const events = Webhook.make("events", {
  verifier: Verifier.anyOf(() => Verifier.genuine),
  item: Item,
  normalize: () => [],
  retriesOn: "anything but 200"
})
const socket = Listener.make("socket", { as: "events", connect: Effect.succeed(Stream.empty) })
const send = Action.SendMessage.with({
  idempotency: "none",
  batchMax: 1,
  write: Action.each(({ text }: Action.Input<"SendMessage">) =>
    text === ""
      ? VendorError.make("acme", "send", new VendorError.Rejected({ code: "empty", detail: "no text" }))
      : Effect.succeed({ ref: { kind: "message", id: text } })
  )
})

const base = {
  title: "Acme",
  credentials: Schema.Struct({}),
  settings: Schema.Struct({ fast: Schema.optionalWith(Schema.Boolean, { default: () => false }) }),
  api: () => Layer.succeed(Api, { list: Effect.succeed([{ id: "1" }]) }),
  limits: Limits.cautious,
  check: Effect.succeed([])
}
const Full = Connector.make("acme", {
  ...base,
  feeds: [people, messages],
  webhooks: [events],
  listeners: [socket],
  actions: [send]
})
const Bare = Connector.make("bare", base)

describe("Connector.make", () => {
  it("computes what the connector can do, as a type and as a value", () => {
    expect(Full.capabilities).toEqual({
      contacts: true,
      interactions: true,
      webhooks: true,
      listeners: true,
      SendMessage: true
    })
    expectTypeOf(Full.capabilities).toMatchTypeOf<{ contacts: true; interactions: true; SendMessage: true }>()
    expectTypeOf<keyof typeof Full.capabilities>().toEqualTypeOf<
      "contacts" | "interactions" | "webhooks" | "listeners" | "SendMessage"
    >()
    expect(Bare.capabilities).toEqual({})
    expectTypeOf<keyof typeof Bare.capabilities>().toEqualTypeOf<never>()
  })

  it("a connector that only reads contacts has no other ability", () => {
    const reads = Connector.make("reads", { ...base, feeds: [people] })
    expectTypeOf<keyof typeof reads.capabilities>().toEqualTypeOf<"contacts">()
    expect(Object.keys(reads.capabilities)).toEqual(["contacts"])
  })

  it("takes limits as data or from the settings", () => {
    expect(Full.limits({ fast: true })).toBe(Limits.cautious)
    const fast = { ...Limits.cautious, concurrency: 9 }
    const tiered = Connector.make("tiered", { ...base, limits: (settings) => (settings.fast ? fast : Limits.cautious) })
    expect(tiered.limits({ fast: true }).concurrency).toBe(9)
    expect(tiered.limits({ fast: false }).concurrency).toBe(1)
  })

  const journal = (resync: string) =>
    Feed.changes("journal", {
      yields: "contacts",
      item: Item,
      key: (item) => item.id,
      normalize: () => [],
      cadenceMs: 1,
      resync: [resync],
      page: () => Effect.succeed({ items: [], next: "1", more: false })
    })
  const listener = (as: string) => Listener.make("socket", { as, connect: Effect.succeed(Stream.empty) })

  it.each<[string, () => unknown]>([
    ["two feeds are named people", () => Connector.make("acme", { ...base, feeds: [people, people] })],
    ["two actions are named SendMessage", () => Connector.make("acme", { ...base, actions: [send, send] })],
    [
      "listener socket reads as evnets, which is not among the webhooks and feeds",
      () => Connector.make("acme", { ...base, webhooks: [events], listeners: [listener("evnets")] })
    ],
    [
      "feed journal resyncs poeple, which is not among the feeds",
      () => Connector.make("acme", { ...base, feeds: [people, journal("poeple")] })
    ]
  ])("refuses parts that do not fit together: %s", (words, make) => {
    expect(make).toThrow(`connector acme: ${words}`)
  })

  it("takes parts that refer to each other", () => {
    const whole = { ...base, webhooks: [events], listeners: [listener("events")], feeds: [people, journal("people")] }
    expect(Connector.make("acme", whole).feeds).toHaveLength(2)
  })
})

describe("Connector.supports", () => {
  it("tells, and narrows a connector that came from configuration", () => {
    const loaded: Connector.Any = Full
    expect(Connector.supports(loaded, "SendMessage")).toBe(true)
    expect(Connector.supports(loaded, "PlaceCallback")).toBe(false)
    expect(Connector.supports(loaded, "toString")).toBe(false)
    if (!Connector.supports(loaded, "SendMessage")) throw new Error("it does")
    expectTypeOf(loaded.capabilities).toMatchTypeOf<{ SendMessage: true }>()
    expect(Connector.action(loaded, "SendMessage").verb).toBe("SendMessage")
  })
})

describe("Connector.action", () => {
  it.effect("a failure in one of several concerns that one only", () =>
    Effect.gen(function* () {
      const results = yield* Connector.action(Full, "SendMessage").write([
        { key: "1", text: "a" },
        { key: "2", text: "" },
        { key: "3", text: "c" }
      ])
      expect(results.map((result) => (Either.isRight(result) ? result.right.ref.id : result.left.reason._tag))).toEqual(
        ["a", "Rejected", "c"]
      )
    }).pipe(
      Effect.provide(
        Layer.provide(Full.api({ connection: "a", credentials: {}, settings: { fast: true } }), Gate.layerOpen("acme"))
      )
    )
  )
})

describe("Feed.page", () => {
  it("an absent, null or empty token is the last page", () => {
    for (const none of [undefined, null, ""]) expect(Feed.page([1], none)).toEqual({ items: [1] })
    expect(Feed.page([1], "t")).toEqual({ items: [1], next: "t" })
  })
})
