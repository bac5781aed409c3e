import type { Feed } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { messages, users } from "../src/feeds.ts"
import { events } from "../src/webhooks.ts"
import { type App, settingsOf, withApp } from "./app.ts"

/** What the events of the office tell, in their order. */
const told = ({ slack, office }: App, settings?: Readonly<Record<string, unknown>>): ReadonlyArray<Part.Outcome> => {
  const origin: Feed.Origin = {
    connection: "support",
    partition: "all",
    acceptedAt: slack.clock.now(),
    ...(settings === undefined ? {} : { settings })
  }
  return slack
    .deliveries(office.install)
    .map(({ body }) => JSON.parse(Buffer.from(body).toString("utf8")) as unknown)
    .flatMap((body) => events.normalize(Schema.decodeUnknownSync(events.item)(body), origin))
}

const interactions = (outcomes: ReadonlyArray<Part.Outcome>) =>
  outcomes.flatMap((outcome) => (!Part.isRefetch(outcome) && outcome.subject === "interaction" ? [outcome] : []))

/** What the feed tells of a channel. */
const fed = ({ slack, office, use }: App, channel: string) =>
  use(
    Effect.gen(function* () {
      const partition = `${office.install.team}/${channel}`
      const origin: Feed.Origin = { connection: "support", partition, acceptedAt: slack.clock.now() }
      const page = yield* messages.page({ partition, from: 0, to: slack.clock.now() + 1, token: undefined })
      const items = page.items.map((item) => Schema.decodeUnknownSync(messages.item)(item))
      const strands = items.flatMap((item) => messages.strand?.of(item)?.id ?? [])
      const replies = yield* Effect.forEach(strands, (strand) =>
        messages.strand!.page({ partition, strand, token: undefined })
      )
      const below = replies.flatMap(({ items: raws }) =>
        raws.map((raw) => Schema.decodeUnknownSync(messages.item)(raw))
      )
      return [...items, ...below].flatMap((item) => messages.normalize(item, origin))
    })
  )

describe("what staff says among itself", () => {
  const speak = ({ slack, office }: App) => {
    for (const channel of [office.shared, office.listed, office.unlisted]) {
      slack.world.post(channel, office.agent, `In ${slack.world.channel(channel).name}`)
    }
  }

  it(
    "is not taken from events of channels that are neither shared nor listed",
    withApp(async (app) => {
      speak(app)
      const texts = (settings?: object) => interactions(told(app, { ...settings })).map(({ fields }) => fields.text)
      expect(texts(settingsOf(app.office))).toEqual(["In acme-shared", "In desk"])
      expect(texts(settingsOf(app.office, { channels: [] }))).toEqual(["In acme-shared"])
      // Without settings nothing but what is shared can be justified.
      expect(texts()).toEqual(["In acme-shared"])
    })
  )

  it(
    "is not read by the feed either",
    withApp(async ({ office, use }) => {
      const partitions = await use(messages.partitions!)
      expect(partitions).toEqual([
        { id: `${office.install.team}/${office.shared}`, title: "#acme-shared" },
        { id: `${office.install.team}/${office.listed}`, title: "#desk" },
        { id: `${office.install.team}/${office.timeline}`, title: "#history" }
      ])
    })
  )
})

it(
  "events and feed tell the very same of messages, replies, edits and broadcasts",
  withApp(async (app) => {
    const { slack, office } = app
    const { world } = slack
    const first = world.post(office.shared, office.customer, `<@${office.agent}> help`)
    slack.clock.advance(1_500)
    world.post(office.shared, office.agent, "On it", { thread: first })
    world.post(office.shared, office.customer, "Thanks", { thread: first, broadcast: true })
    const files = [{ name: "log.txt", mimetype: "text/plain", size: 12 }]
    world.post(office.shared, office.customer, "", { files })
    slack.clock.advance(1_500)
    world.edit(office.shared, first, "help, *please*")
    world.unfurl(office.shared, first)
    const newest = new Map(interactions(told(app, settingsOf(office))).map((part) => [part.ref.id, part]))
    const read = new Map(interactions(await fed(app, office.shared)).map((part) => [part.ref.id, part]))
    expect(read.size).toBe(4)
    expect(newest).toEqual(read)
  })
)

it(
  "a deletion is told once by its own event, and by an empty message where replies remain",
  withApp(async (app) => {
    const { world } = app.slack
    const { shared, customer, agent, install } = app.office
    const [alone, parent] = [world.post(shared, customer, "Wrong channel"), world.post(shared, customer, "Help")]
    world.post(shared, agent, "Yes?", { thread: parent })
    app.slack.clock.advance(1_000)
    for (const ts of [alone, parent]) world.delete(shared, ts)
    const ended = (outcomes: ReadonlyArray<Part.Outcome>) =>
      interactions(outcomes).flatMap(({ deleted, ref }) => (deleted === true ? [ref.id] : []))
    expect(ended(told(app))).toEqual([alone, parent].map((ts) => `${install.team}/${shared}/${ts}`))
    expect(ended(await fed(app, shared))).toEqual([`${install.team}/${shared}/${parent}`])
  })
)

describe("a stranger", () => {
  it(
    "is looked up as far as the workspace may see them",
    withApp(async (app) => {
      const { world } = app.slack
      const elsewhere = world.addUser({
        team: world.addTeam("Elsewhere"),
        name: "Sam Stranger",
        email: "sam@example.org"
      })
      const see = async (id: string) => {
        const raw = await app.use(users.one!(id, "all"))
        const origin = { connection: "support", partition: "all", acceptedAt: 0 }
        return raw === undefined ? undefined : users.normalize(Schema.decodeUnknownSync(users.item)(raw), origin)[0]
      }
      expect(await see(app.office.customer)).toMatchObject({
        fields: { handles: [{ kind: "vendor-user" }, { kind: "email", value: "carl@example.org" }] }
      })
      const stranger = await see(elsewhere)
      expect(stranger).toMatchObject({ fields: { name: { full: "Sam Stranger" }, custom: { stranger: true } } })
      expect(JSON.stringify(stranger)).not.toContain("sam@example.org")
      expect(await see("U0NOBODY")).toBeUndefined()
      expect(users.gone!("U0NOBODY", 0)).toMatchObject([{ ref: { kind: "user", id: "U0NOBODY" }, subject: "contact" }])
    })
  )
})

describe("one message is read again by its id", () => {
  it(
    "whether it begins a thread or replies, and is gone when it was deleted",
    withApp(async ({ slack, office, use }) => {
      const { world } = slack
      const parent = world.post(office.shared, office.customer, "Help")
      const reply = world.post(office.shared, office.agent, "Yes?", { thread: parent })
      const idOf = (ts: string) => `${office.install.team}/${office.shared}/${ts}`
      const one = (ts: string) => use(messages.one!(idOf(ts), "all"))
      expect(await one(parent)).toMatchObject({ ts: parent, text: "Help", reply_count: 1 })
      expect(await one(reply)).toMatchObject({ ts: reply, text: "Yes?" })
      world.delete(office.shared, reply)
      expect(await one(reply)).toBeUndefined()
      expect(messages.gone!(idOf(reply), 7)).toMatchObject([{ ref: { id: idOf(reply) }, deleted: true }])
    })
  )
})

it(
  "an app of the distributed profile asks for no more than Slack gives it",
  withApp(
    async ({ slack, office, use }) => {
      for (let n = 0; n < 20; n++) slack.world.post(office.shared, office.customer, `Message ${n}`)
      const partition = `${office.install.team}/${office.shared}`
      const request = { partition, from: 0, to: slack.clock.now() + 1, token: undefined }
      const page = await use(messages.page(request), { historyProfile: "distributed" })
      expect(page.items.length).toBe(15)
      const rest = await use(messages.page({ ...request, token: page.next }), { historyProfile: "distributed" })
      expect(rest.items.length).toBe(5)
      expect(slack.log.map(({ request: form }) => new URLSearchParams(form).get("limit"))).toEqual(["15", "15"])
    },
    { historyProfile: "distributed" }
  )
)

describe("the webhook", () => {
  it("answers Slack's handshake, and takes it for no item", () => {
    const delivery = { method: "POST", url: "", headers: {}, body: new Uint8Array(), receivedAt: 0 }
    expect(events.answer!({ type: "url_verification", challenge: "c4allenge" }, delivery)).toEqual({
      status: 200,
      contentType: "text/plain",
      body: "c4allenge"
    })
    expect(events.answer!({ type: "event_callback" }, delivery)).toBeUndefined()
  })

  it("tells nothing of what is not subscribed to", () => {
    const origin = { connection: "support", partition: "all", acceptedAt: 0 }
    for (const body of [
      { type: "app_rate_limited", minute_rate_limited: 1 },
      { type: "event_callback", event: { type: "reaction_added", item: {} } }
    ]) {
      expect(events.normalize(Schema.decodeUnknownSync(events.item)(body), origin)).toEqual([])
    }
  })
})
