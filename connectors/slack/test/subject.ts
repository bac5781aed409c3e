/** Slack's stand-in with a shared and a listed channel in each workspace, and hands for the conformance suite. */
import type { Action } from "@interchannel/connector"
import { EmulatorClock, type Subject } from "@interchannel/connector/testing"
import { Handle, Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { type Install, keyOf, type SlackEmulator, startSlack } from "../src/emulator.ts"

export const START = Date.UTC(2026, 4, 4, 9, 0, 0)

/** A text and a profile that Slack never sends: items that cannot be read. */
const BAD_TEXT = 42
const BAD_PROFILE = "none"
export const isBad = (response: string): boolean =>
  response.includes(`"text":${BAD_TEXT}`) || response.includes(`"profile":"${BAD_PROFILE}"`)

/** One workspace and the customer that shares a channel with it. */
export interface Office {
  readonly install: Install
  readonly agent: string
  readonly customer: string
  /** Slack Connect. */
  readonly shared: string
  /** Listed in the settings. */
  readonly listed: string
  /** The app is in it, and it is neither shared nor listed. */
  readonly unlisted: string
  readonly timeline: string
  readonly credentials: unknown
  readonly settings: {
    readonly channels: ReadonlyArray<string>
    readonly timelineChannel: string
    readonly apiUrl: string
  }
}

export const furnish = (slack: SlackEmulator, install: Install): Office => {
  const { world } = slack
  const { team } = install
  const customers = world.addTeam("Customer Example")
  const agent = world.addUser({ team, name: "Agnes Agent", email: "agnes@example.com", title: "Support" })
  const customer = world.addUser({ team: customers, name: "Carl Customer", email: "carl@example.org" })
  const shared = world.addChannel({ team, name: "acme-shared", sharedWith: [customers], members: [agent, customer] })
  const listed = world.addChannel({ team, name: "desk", members: [agent] })
  const unlisted = world.addChannel({ team, name: "staff", private: true, members: [agent] })
  const timeline = world.addChannel({ team, name: "history", private: true, members: [agent] })
  return {
    install,
    agent,
    customer,
    shared,
    listed,
    unlisted,
    timeline,
    credentials: {
      botToken: install.botToken,
      appToken: install.appToken,
      signingSecret: install.signingSecret
    },
    settings: { channels: [listed], timelineChannel: timeline, apiUrl: slack.apiUrl }
  }
}

export const subject = Effect.gen(function* () {
  const slack = yield* startSlack({ clock: EmulatorClock.manual(START), pageItems: 3 })
  const { world } = slack
  const offices = [furnish(slack, slack.installs[0]!), furnish(slack, slack.installs[1]!)] as const
  const channelOf = new Map<string, string>()
  let made = 0

  const post = (office: Office, text: string, channel = office.shared, thread?: string) => {
    const ts = world.post(channel, office.customer, text, thread === undefined ? {} : { thread })
    channelOf.set(ts, channel)
    return ts
  }
  const item = (feed: string, account: 0 | 1 = 0) => {
    const office = offices[account]
    made += 1
    if (feed === "users") {
      const name = `Person ${made}`
      return world.addUser({ team: office.install.team, name, email: `person${made}@example.com` })
    }
    return post(office, `Message ${made}`, made % 4 === 0 ? office.listed : office.shared)
  }
  const parent = post(offices[0], "Where is my order?")
  const question = post(offices[0], "Who can help?", offices[0].listed)
  const { team } = offices[0].install
  const played = (key: string) => channelOf.get(key)!
  const written = (key: string) =>
    slack.canonical().filter((message) => message.key === key && message.workspace === "Emulated One")

  return {
    emulator: slack,
    accounts: offices.map(({ credentials, settings, install }) => ({
      credentials,
      settings,
      expireToken: () => world.revoke(install)
    })) as unknown as Subject["accounts"],
    play: {
      item: async (feed, account) => ({
        feed,
        key: item(feed, account),
        ...(account === undefined ? {} : { account })
      }),
      edit: async ({ feed, key }) => {
        if (feed === "users") world.changeUser(key, { profile: { title: "Director" } })
        else world.edit(played(key), key, "Edited *text*")
      },
      remove: async ({ key }) => world.delete(played(key), key),
      reply: async ({ feed, key, account = 0 }) => {
        const channel = played(key)
        return { feed, key: post(offices[account], "A late reply", channel, key), account }
      },
      badItem: async (feed) => {
        if (feed === "users") world.state.users["U0BAD"] = { id: "U0BAD", team_id: team, profile: BAD_PROFILE } as never
        else world.messages(offices[0].shared).push({ type: "message", ts: world.nextTs(), text: BAD_TEXT } as never)
      },
      manyAtOneInstant: async (feed, n) => {
        for (let count = 0; count < n; count++) item(feed)
      }
    },
    only: { remove: ["messages"], reply: ["messages"] },
    deliveries: { events: (account = 0) => slack.deliveries(offices[account].install) },
    heard: { socket: "messages" },
    actions: {
      SendMessage: {
        input: (n) => ({
          key: `send-${n}`,
          text: `Answer ${n}`,
          ...(n % 3 === 0
            ? { to: Handle.vendorUser("slack", `${team}/${offices[0].agent}`) }
            : { conversation: threadOf(team, offices[0].shared, parent) })
        }),
        landed: (key) => written(key).length,
        content: written,
        deleteByHand: (key) => deleteByHand(slack, key)
      },
      ShowContext: {
        input: (n) => ({ key: `card-${n}`, conversation: threadOf(team, offices[0].listed, question), card: card(n) }),
        landed: (key) => written(key).length,
        content: written,
        deleteByHand: (key) => deleteByHand(slack, key)
      },
      AppendTimeline: {
        input: (n) => ({
          key: `entry-${n}`,
          records: [Ref.local("user", offices[0].customer)],
          leave: [],
          entry: entry(n)
        }),
        landed: (key) => written(key).length,
        content: written,
        deleteByHand: (key) => deleteByHand(slack, key),
        elsewhere: () => Ref.local("user", offices[0].agent)
      }
    }
  } satisfies Subject
})

const threadOf = (team: string, channel: string, ts: string) => Ref.local("thread", `${team}/${channel}/${ts}`)

const deleteByHand = ({ world }: SlackEmulator, key: string): void => {
  for (const channel of Object.keys(world.state.channels)) {
    for (const message of world.messages(channel)) if (keyOf(message) === key) world.delete(channel, message.ts)
  }
}

export const card = (n: number): Action.Input<"ShowContext">["card"] => ({
  title: `Carl Customer ${n}`,
  subtitle: "Customer since 2024",
  facts: [{ label: "E-mail", value: "carl@example.org" }],
  recent: [{ at: START, kind: "voice", where: "Phone", text: `Call ${n} & a question <urgent>` }]
})

export const entry = (n: number): Action.Input<"AppendTimeline">["entry"] => ({
  kind: "voice",
  direction: "inbound",
  startedAt: START,
  title: `Call ${n}`,
  facts: [
    { label: "When", value: "Mon 4 May 2026, 09:00 UTC" },
    { label: "Duration", value: "2 min" }
  ],
  body: "Asked about the order.",
  to: [],
  links: [{ label: "Recording", url: "https://example.com/recording" }],
  details: {}
})
