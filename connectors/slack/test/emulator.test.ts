import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Delivery } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import { type ConversationsHistoryResponse, LogLevel, WebAPIRateLimitedError, WebClient } from "@slack/web-api"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import { startSlack } from "../src/emulator.ts"
import { events } from "../src/webhooks.ts"
import { type App, withApp } from "./app.ts"
import { furnish, START } from "./subject.ts"

/** Slack's own client, as anybody would use it. */
const clientOf = ({ slack, office }: App) =>
  new WebClient(office.install.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR
  })

describe("driven by Slack's own client", () => {
  it(
    "pages through a channel, newest first, without the replies",
    withApp(async (app) => {
      const { world } = app.slack
      const sent = Array.from({ length: 7 }, (_, n) => world.post(app.office.shared, app.office.customer, `${n}`))
      world.post(app.office.shared, app.office.agent, "below", { thread: sent[0]! })
      const texts: Array<string | undefined> = []
      const client = clientOf(app)
      for await (const page of client.paginate("conversations.history", { channel: app.office.shared, limit: 3 })) {
        texts.push(...((page as ConversationsHistoryResponse).messages ?? []).map(({ text }) => text))
      }
      expect(texts).toEqual(["6", "5", "4", "3", "2", "1", "0"])
      const { messages } = await client.conversations.replies({ channel: app.office.shared, ts: sent[0]! })
      expect(messages?.map(({ text }) => text)).toEqual(["0", "below"])
      expect(messages?.[0]).toMatchObject({ reply_count: 1 })
    })
  )

  it(
    "refuses as Slack does",
    withApp(async (app) => {
      const client = clientOf(app)
      const channel = app.office.shared
      const codeOf = (call: Promise<unknown>) =>
        call.then(
          () => "fine",
          (error: { readonly data: { readonly error: string } }) => error.data.error
        )
      const elsewhere = app.slack.world.addChannel({ team: app.slack.installs[1]!.team, name: "theirs" })
      const outside = app.slack.world.addChannel({ team: app.office.install.team, name: "outside", app: false })
      const ts = app.slack.world.post(channel, app.office.customer, "Not yours")
      expect(await codeOf(client.conversations.history({ channel: elsewhere }))).toBe("channel_not_found")
      expect(await codeOf(client.conversations.history({ channel: outside }))).toBe("not_in_channel")
      expect(await codeOf(client.conversations.history({ channel, cursor: "none" }))).toBe("invalid_cursor")
      expect(await codeOf(client.chat.postMessage({ channel, text: "" }))).toBe("no_text")
      expect(await codeOf(client.chat.update({ channel, ts, text: "Mine" }))).toBe("cant_update_message")
      expect(await codeOf(client.chat.update({ channel, ts: "1.000000", text: "Mine" }))).toBe("message_not_found")
      expect(await codeOf(client.chat.delete({ channel, ts }))).toBe("cant_delete_message")
      expect(await codeOf(client.apps.connections.open())).toBe("not_allowed_token_type")
      app.office.install.scopes = ["chat:write"]
      expect(await codeOf(client.users.list({ limit: 10 }))).toBe("missing_scope")
      app.slack.world.revoke(app.office.install)
      expect(await codeOf(client.auth.test())).toBe("token_revoked")
    })
  )

  it(
    "keeps Slack's limits when it is asked to, each workspace and channel for itself",
    withApp(
      async (app) => {
        const client = clientOf(app)
        const post = (channel: string) => client.chat.postMessage({ channel, text: "Hi" })
        await post(app.office.shared)
        const refused = await post(app.office.shared).catch((error: unknown) => error)
        expect(refused).toBeInstanceOf(WebAPIRateLimitedError)
        expect((refused as WebAPIRateLimitedError).retryAfter).toBe(1)
        await post(app.office.listed)
        app.slack.clock.advance(1_000)
        await post(app.office.shared)
      },
      { paced: true }
    )
  )
})

describe("pushes", () => {
  /** A receiver that answers what it is told to, and keeps what came. */
  const receiver = async (
    statuses: Array<number>,
    use: (url: string, got: Array<Delivery.Delivery>) => Promise<void>
  ) => {
    const got: Array<Delivery.Delivery> = []
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const headers = request.headers as Record<string, string>
        got.push({ method: "POST", url: "", headers, body: Buffer.concat(chunks), receivedAt: START })
        response.writeHead(statuses.shift() ?? 200).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  it(
    "are signed, come again until they are taken, and carry the same event",
    withApp(async ({ slack, office }) => {
      await receiver([500, 503, 200], async (url, got) => {
        const pushing = slack.push(url, { team: office.install.team, retryAfterMs: [0, 0, 0] })
        await pushing.settled()
        got.length = 0
        slack.world.post(office.shared, office.customer, "Help")
        await pushing.settled()
        pushing.stop()
        const credentials = { botToken: Redacted.make(""), signingSecret: Redacted.make(office.install.signingSecret) }
        expect(got.length).toBeGreaterThan(0)
        for (const delivery of got) expect(events.verifier(delivery, credentials, START)).toEqual({ genuine: true })
      })
      await receiver([500, 503, 200], async (url, got) => {
        slack.world.post(office.shared, office.customer, "Again")
        const pushing = slack.push(url, { retryAfterMs: [0, 0, 0] })
        await pushing.settled()
        pushing.stop()
        expect(got.map(({ headers }) => headers["x-slack-retry-num"])).toEqual([undefined, "1", "2"])
        expect(new Set(got.map(({ body }) => JSON.parse(String(body)).event_id)).size).toBe(1)
      })
    })
  )
})

it("goes on from a saved state, and its canonical state knows no drawn ids or times", () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const play = (start: number) =>
          Effect.gen(function* () {
            const slack = yield* startSlack({ clock: EmulatorClock.manual(start) })
            const office = furnish(slack, slack.installs[0]!)
            const thread = slack.world.post(office.shared, office.customer, "Help")
            const metadata = { event_type: "interchannel_msg", event_payload: { id: "k1" } }
            const text = `<@${office.customer}> https://example.com/archives/${office.shared}/p1777885200000000 <!date^${start / 1000}^{time}|then>`
            slack.world.postAsApp({ install: office.install, channel: office.shared, text, thread, metadata })
            return slack
          })
        const [one, other] = [yield* play(START), yield* play(START + 86_400_000)]
        expect(one.canonical()).toEqual(other.canonical())
        expect(one.canonical()).toEqual([
          {
            key: "k1",
            workspace: "Emulated One",
            channel: "acme-shared",
            below: "Help",
            text: "<@Carl Customer> https://example.com/archives/acme-shared/p <!date>"
          }
        ])
        const saved = one.snapshot()
        const later = yield* startSlack({ clock: EmulatorClock.manual(START), saved })
        expect(later.canonical()).toEqual(one.canonical())
        expect(later.installs).toEqual(one.installs)
        other.restore(saved)
        expect(other.snapshot()).toBe(saved)
      })
    )
  ))
