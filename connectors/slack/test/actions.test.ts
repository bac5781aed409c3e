import type { Action, VendorError } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import { Handle, type LocalRef, Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { appendTimeline, sendMessage, showContext } from "../src/actions.ts"
import type { SlackApi } from "../src/api.ts"
import { callsSince, withApp } from "./app.ts"
import { card, entry, type Office } from "./subject.ts"

/** One write of one input. */
const write = <V extends Action.Verb>(action: Action.Action<V, SlackApi>, input: Action.Input<V>) =>
  Effect.flatMap(action.write([input]), ([result]) => result!)

const failure = <V extends Action.Verb>(action: Action.Action<V, SlackApi>, input: Action.Input<V>) =>
  Effect.map(Effect.flip(write(action, input)), (error: VendorError.VendorError) => error.reason)

const thread = ({ install }: Office, channel: string, ts: string): LocalRef =>
  Ref.local("thread", `${install.team}/${channel}/${ts}`)
const user = (id: string): LocalRef => Ref.local("user", id)

describe("a message", () => {
  it(
    "shows its text as it was meant, in the thread, with a link to it",
    withApp(async ({ slack, office, use }) => {
      const ts = slack.world.post(office.shared, office.customer, "Help!")
      const conversation = thread(office, office.shared, ts)
      const written = await use(write(sendMessage, { key: "k", conversation, text: "1 < 2 & <@U0EM000001> *now*" }))
      const [reply] = slack.world.replies(office.shared, ts)
      expect(reply).toMatchObject({ text: "1 &lt; 2 &amp; &lt;@U0EM000001&gt; *now*", thread_ts: ts })
      expect(written).toEqual({
        ref: { kind: "message", id: `${office.install.team}/${office.shared}/${reply!.ts}` },
        url: `https://emulated-one.example.com/archives/${office.shared}/p${reply!.ts.replace(".", "")}?thread_ts=${ts}&cid=${office.shared}`
      })
    })
  )

  it(
    "to a user goes into their direct messages, and is found there",
    withApp(async ({ slack, office, use }) => {
      const to = Handle.vendorUser("slack", `${office.install.team}/${office.agent}`)
      const input = { key: "k", to, text: "Please call back" }
      expect(await use((sendMessage as Looked<"SendMessage">).find(input))).toBeUndefined()
      const written = await use(write(sendMessage, input))
      expect(slack.canonical()).toMatchObject([{ key: "k", text: "Please call back", channel: "" }])
      expect((await use((sendMessage as Looked<"SendMessage">).find(input)))?.ref).toEqual(written.ref)
    })
  )

  it(
    "into a channel stands there by itself, and is found there",
    withApp(async ({ slack, office, use }) => {
      const input = { key: "k", conversation: Ref.local("channel", office.shared), text: "1 problem" }
      const written = await use(write(sendMessage, input))
      expect(slack.canonical()).toMatchObject([{ key: "k", text: "1 problem" }])
      expect((await use((sendMessage as Looked<"SendMessage">).find(input)))?.ref).toEqual(written.ref)
    })
  )

  it(
    "to nobody whom Slack knows is refused before any call",
    withApp(async ({ slack, use }) => {
      const reason = await use(failure(sendMessage, { key: "k", to: Handle.email("carl@example.org")!, text: "Hi" }))
      expect(reason).toMatchObject({ _tag: "Rejected", code: "no_addressee" })
      expect(slack.log).toEqual([])
    })
  )
})

describe("a card", () => {
  it(
    "stands below the question in a channel of our own, and is updated in place",
    withApp(async ({ slack, office, use }) => {
      const ts = slack.world.post(office.listed, office.agent, "Who knows Carl?")
      const input = { key: "c", conversation: thread(office, office.listed, ts), card: card(1) }
      const { ref } = await use(write(showContext, input))
      await use(write(showContext, { ...input, existing: ref, card: card(2) }))
      expect(slack.canonical()).toMatchObject([{ key: "c", channel: "desk", below: "Who knows Carl?" }])
      const text = JSON.stringify(slack.canonical())
      expect(text).toContain("Carl Customer 2")
      expect(text).toContain("a question &lt;urgent&gt;")
      expect(text).not.toContain("Carl Customer 1")
    })
  )

  it(
    "about a shared channel goes where only staff reads, with the way back",
    withApp(async ({ slack, office, use }) => {
      const ts = slack.world.post(office.shared, office.customer, "Help!")
      const input = { key: "c", conversation: thread(office, office.shared, ts), card: card(1) }
      const { ref } = await use(write(showContext, input))
      await use(write(showContext, { ...input, existing: ref, card: card(2) }))
      expect(slack.canonical()).toMatchObject([{ key: "c", channel: "history" }])
      expect(slack.canonical()[0]).not.toHaveProperty("below")
      const { blocks } = slack.world.messages(office.timeline)[0]!
      expect(JSON.stringify(blocks)).toContain(`/archives/${office.shared}/p${ts.replace(".", "")}`)
      expect((await use((showContext as Looked<"ShowContext">).find(input)))?.ref).toEqual(ref)
    })
  )

  it(
    "about a shared channel is refused where there is no other place, and shown there only when that is allowed",
    withApp(async ({ slack, office, use }) => {
      const ts = slack.world.post(office.shared, office.customer, "Help!")
      const input = { key: "c", conversation: thread(office, office.shared, ts), card: card(1) }
      const reason = await use(failure(showContext, input), { timelineChannel: undefined })
      expect(reason).toMatchObject({ _tag: "Rejected", code: "shared_channel" })
      await use(write(showContext, input), { cardsInSharedChannels: true })
      expect(slack.canonical()).toMatchObject([{ key: "c", channel: "acme-shared", below: "Help!" }])
    })
  )
})

describe("a timeline", () => {
  const input = (office: Office, n: number) => ({
    key: `e${n}`,
    records: [user(office.customer)],
    leave: [],
    entry: entry(n)
  })

  it(
    "is one thread a record, also when many are written at once and the app starts anew between",
    withApp(async ({ slack, office, use }) => {
      await use(
        Effect.forEach([1, 2, 3, 4], (n) => write(appendTimeline, input(office, n)), { concurrency: 4, discard: true })
      )
      await use(write(appendTimeline, input(office, 5)))
      await use(write(appendTimeline, { ...input(office, 6), records: [user(office.agent)] }))
      const roots = slack.world.messages(office.timeline).filter((message) => message.parent_user_id === undefined)
      expect(roots.map(({ text }) => text)).toEqual([
        `*History of* <@${office.customer}>`,
        `*History of* <@${office.agent}>`
      ])
      expect(slack.world.replies(office.timeline, roots[0]!.ts).length).toBe(5)
    })
  )

  it(
    "reads its channel once, then only what is new",
    withApp(async ({ slack, office, use }) => {
      await use(write(appendTimeline, input(office, 1)))
      const before = slack.log.length
      await use(Effect.forEach([2, 3, 4], (n) => write(appendTimeline, input(office, n)), { discard: true }))
      expect(callsSince(slack, before)).toEqual({ "auth.test": 1, "conversations.history": 1, "chat.postMessage": 3 })
    })
  )

  it(
    "whose thread somebody deleted begins another",
    withApp(async ({ slack, office, use }) => {
      const program = Effect.gen(function* () {
        yield* write(appendTimeline, input(office, 1))
        const root = slack.world.messages(office.timeline)[0]!
        slack.world.delete(office.timeline, root.ts)
        yield* write(appendTimeline, input(office, 2))
      })
      await use(program)
      expect(slack.canonical().map(({ key, below }) => [key, below])).toContainEqual([
        "e2",
        "*History of* <@Carl Customer>"
      ])
    })
  )

  it(
    "moves an entry whole: cut off between writing and taking away, it is finished by the next attempt",
    withApp(async ({ slack, office, use }) => {
      const first = input(office, 1)
      const { ref: existing } = await use(write(appendTimeline, first))
      const move = { ...first, existing, records: [user(office.agent)], leave: first.records }
      slack.faults.next("chat.delete", 1, Faults.status(503))
      expect(await use(failure(appendTimeline, move))).toMatchObject({ _tag: "Unavailable" })
      expect(slack.canonical().filter(({ key }) => key === "e1").length).toBe(2)
      const { ref } = await use(write(appendTimeline, move))
      expect(slack.canonical().filter(({ key }) => key === "e1")).toMatchObject([
        { below: "*History of* <@Agnes Agent>" }
      ])
      // The receipt of the move was lost, too: the old address leads to the new one.
      expect((await use(write(appendTimeline, move))).ref).toEqual(ref)
    })
  )

  it(
    "without a channel is a mistake in the settings",
    withApp(async ({ office, use }) => {
      const reason = await use(failure(appendTimeline, input(office, 1)), { timelineChannel: undefined })
      expect(reason).toMatchObject({ _tag: "Misconfigured", remedy: expect.stringContaining("timelineChannel") })
    })
  )

  it(
    "cuts what Slack would not show, and keeps the links",
    withApp(async ({ slack, office, use }) => {
      const long = { ...entry(1), body: "Ünïcödé <& ".repeat(1_000) }
      await use(write(appendTimeline, { ...input(office, 1), entry: long }))
      const { text } = slack.canonical().find(({ key }) => key === "e1")!
      expect(text.length).toBeLessThanOrEqual(4_000)
      expect(text).toMatch(/…\n<https:\/\/example\.com\/recording\|Recording>$/)
    })
  )
})

it("a look-up that would not end says so instead of guessing", () =>
  withApp(
    async ({ slack, office, use }) => {
      const ts = slack.world.post(office.shared, office.customer, "Help!")
      for (let n = 0; n < 60; n++) slack.world.post(office.shared, office.agent, `Reply ${n}`, { thread: ts })
      const found = (sendMessage as Looked<"SendMessage">).find({
        key: "k",
        conversation: thread(office, office.shared, ts),
        text: ""
      })
      const result = await use(Effect.either(found))
      expect(Either.isLeft(result) && result.left.reason).toMatchObject({ _tag: "Rejected", code: "too_many" })
    },
    { pageItems: 1 }
  )())

type Looked<V extends Action.Verb> = Extract<Action.Action<V, SlackApi>, { readonly idempotency: "look up first" }>
