import { Connector } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { manifest, Slack } from "../src/index.ts"
import { methods } from "../src/emulator/methods.ts"
import { settingsOf, withApp } from "./app.ts"

describe("check", () => {
  it(
    "says who we are and what is read, and names what is not",
    withApp(async ({ office, use }) => {
      const findings = await use(Slack.check)
      expect(findings.every(({ ok }) => ok)).toBe(true)
      expect(findings.map(({ what }) => what)).toEqual([
        `signed in as interchannel in Emulated One (${office.install.team})`,
        "the app has every scope that it needs",
        `channel ${office.listed} is #desk`,
        `channel ${office.timeline} is #history`,
        `1 shared and 1 listed channels are read; not read: #staff ${office.unlisted}`
      ])
    })
  )

  it(
    "names each missing scope and channel, and what to do",
    withApp(async ({ slack, office, use }) => {
      office.install.scopes = office.install.scopes.filter((scope) => scope !== "metadata.message:read")
      const outside = slack.world.addChannel({ team: office.install.team, name: "outside", app: false })
      const findings = await use(Slack.check, { channels: [outside] })
      const bad = findings.filter(({ ok }) => !ok)
      expect(bad.map(({ what }) => what)).toEqual([
        expect.stringContaining("metadata.message:read"),
        expect.stringContaining(outside)
      ])
      expect(bad.map(({ remedy }) => remedy)).toEqual([
        expect.stringContaining("reinstall the app"),
        expect.stringContaining("/invite")
      ])
    })
  )

  it(
    "says that nothing is read when the app is in no channel that counts",
    withApp(async ({ slack, office, use }) => {
      const { channels } = slack.world.state
      channels[office.shared]!.members = []
      const findings = await use(Slack.check, { channels: [], timelineChannel: undefined })
      expect(findings.filter(({ ok }) => !ok)).toMatchObject([{ what: "no channel is read" }])
    })
  )
})

describe("an account", () => {
  it(
    "is one workspace where the settings name it: a token of another is refused",
    withApp(async ({ office, use }) => {
      const ours = { workspace: office.install.team }
      expect(Slack.accountOf(settingsOf(office, ours))).toBe(`workspace ${office.install.team}`)
      expect(Slack.accountOf(settingsOf(office))).toBeUndefined()
      expect((await use(Slack.check, ours)).every(({ ok }) => ok)).toBe(true)
      const refused = await use(Effect.either(Slack.check), { workspace: "T0ANOTHER" })
      expect(refused).toMatchObject({ left: { reason: { _tag: "Misconfigured" } } })
    })
  )

  const decode = (credentials: unknown, settings: unknown = {}) =>
    Either.flip(Connector.decodeAccount(Slack, { connection: "support", credentials, settings }))
  const good = { botToken: "xoxb-1", signingSecret: "0123456789abcdef" }

  it("needs the bot's token, not another", () => {
    const problems = Either.getOrThrow(decode({ ...good, botToken: "xapp-1-secret" }))
    expect(problems).toMatchObject([{ path: "credentials.botToken" }])
    expect(JSON.stringify(problems)).toContain("xoxb-")
    expect(JSON.stringify(problems)).not.toContain("xapp-1-secret")
  })

  it("lists channels by their ids", () => {
    expect(Either.getOrThrow(decode(good, { channels: ["#support"] }))).toMatchObject([
      { path: "settings.channels.0", what: expect.stringContaining("C012AB3CD") }
    ])
  })

  it(
    "whose API would be another machine is refused",
    withApp(async ({ use }) => {
      const refused = await use(Slack.check, { apiUrl: "https://slack.example.net/api/" }).catch(String)
      expect(refused).toContain("slack.example.net")
    })
  )
})

describe("the manifest", () => {
  it("asks for the scopes of every method that is called", () => {
    const { oauth_config: oauth, settings } = JSON.parse(manifest({ socketMode: true })) as {
      readonly oauth_config: { readonly scopes: { readonly bot: ReadonlyArray<string> } }
      readonly settings: { readonly socket_mode_enabled: boolean }
    }
    const called = Object.keys(Slack.limits({ historyProfile: "internal" } as never).operations)
    for (const method of called.filter((name) => name in methods)) {
      expect(oauth.scopes.bot).toEqual(expect.arrayContaining([...methods[method]!.scopes]))
    }
    expect(settings.socket_mode_enabled).toBe(true)
  })

  it("names the URL for events unless they come over a socket", () => {
    const requestUrl = "https://interchannel.example.com/webhooks/slack"
    expect(manifest({ requestUrl, socketMode: false })).toContain(requestUrl)
    expect(manifest({ requestUrl, socketMode: true })).not.toContain(requestUrl)
  })
})

describe("the limits", () => {
  it("give history once a minute to a distributed app, and a post a second to each channel", () => {
    const of = (historyProfile: "internal" | "distributed") =>
      Slack.limits({ channels: [], cardsInSharedChannels: false, apiUrl: "", historyProfile })
    expect(of("internal").buckets["conversations.history"]).toMatchObject({ requests: 50, perMs: 60_000 })
    expect(of("distributed").buckets["conversations.history"]).toMatchObject({ requests: 1, perMs: 60_000 })
    expect(of("distributed").buckets["post to a channel"]).toEqual({ requests: 1, perMs: 1_000, perKey: true })
  })
})
