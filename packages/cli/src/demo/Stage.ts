/**
 * Both vendors' stand-ins, with the cast in them, and the hands that play the script. Everything whose id our keys are made
 * of is made before the curtain rises, and time passes from step to step: two performances tell the same story, id for id.
 */
import { EmulatorClock, Faults } from "@interchannel/connector/testing"
import { type HubSpotEmulator, startHubSpot } from "@interchannel/connector-hubspot/emulator"
import { type SlackEmulator, startSlack } from "@interchannel/connector-slack/emulator"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Cast from "./Cast.ts"
import type { Deed, Label, Step, Vendor } from "./PlayedDay.ts"

/** What a daemon needs to know to connect: plain data, so that it can be another process. */
export interface Addresses {
  readonly slack: {
    readonly apiUrl: string
    readonly botToken: string
    readonly signingSecret: string
    readonly team: string
    readonly teamRoom: string
    readonly cards: string
  }
  readonly hubspot: {
    readonly apiUrl: string
    readonly accessToken: string
    readonly clientId: string
    readonly clientSecret: string
    readonly portalId: number
  }
}

export interface Stage {
  readonly slack: SlackEmulator
  readonly hubspot: HubSpotEmulator
  readonly addresses: Addresses
  /** Is everything there that the step is done to? An admin cannot delete an entry that was not written yet. */
  readonly isReady: (step: Step) => boolean
  /** Plays one step, at this time of the vendors. */
  readonly play: (step: Step, at: number) => void
  /** Lets time pass in which nothing happens. */
  readonly waitUntil: (at: number) => void
  /** Lets both vendors push to a daemon's intake until the scope closes. */
  readonly pushTo: (intakeUrl: string, options: PushOptions) => Effect.Effect<void, never, Scope.Scope>
}

export interface PushOptions {
  /** The daemon's clock. */
  readonly now: () => number
  /** How often and when an untaken push is tried again; absent: a few times within seconds. */
  readonly retryAfterMs?: ReadonlyArray<number>
}

/** The names under which a daemon knows the two. */
export const connections = { slack: "support", hubspot: "crm" } as const

/** Slack repeats what was answered well as well; every so manieth event comes twice. */
const DUPLICATE_EVERY = 5
const RETRY_AFTER_MS = [250, 1_000, 4_000]

/** `beginsAt`: when the vendors' day begins, epoch milliseconds. */
export const set = (beginsAt: number): Effect.Effect<Stage, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = EmulatorClock.manual(beginsAt)
    const slack = yield* startSlack({ clock })
    const hubspot = yield* startHubSpot({ clock })
    const place = castIn(slack, hubspot)
    const waitUntil = (at: number) => clock.advance(Math.max(0, at - clock.now()))
    const hands: Hands = { slack, hubspot, place, said: new Map(), ends: new Map() }
    return {
      slack,
      hubspot,
      addresses: addressesOf(hands),
      isReady: ({ deed }) => deed.does !== "remove entry" || entryOf(hands, deed.of) !== undefined,
      play: ({ deed }, at) => {
        waitUntil(at)
        perform(hands, deed)
      },
      waitUntil,
      pushTo: (intakeUrl, options) => pushing(hands, intakeUrl, options)
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Place {
  readonly users: Readonly<Record<Cast.Name, string>>
  readonly channels: Readonly<Record<Cast.ChannelName, string>>
}

interface Hands {
  readonly slack: SlackEmulator
  readonly hubspot: HubSpotEmulator
  readonly place: Place
  readonly said: Map<Label, { readonly channel: string; readonly ts: string; text: string }>
  readonly ends: Map<Vendor, () => void>
}

const castIn = (slack: SlackEmulator, hubspot: HubSpotEmulator): Place => {
  const { world } = slack
  const home = slack.installs[0]!.team
  const teams = new Map(Cast.sharedChannels.map((name) => [name, world.addTeam(name)]))
  const users = new Map<string, string>()
  for (const [name, { name: title, email }] of Object.entries(Cast.staff)) {
    users.set(name, world.addUser({ team: home, name: title, email }))
  }
  for (const name of Cast.customerNames) {
    const { name: title, email, of, phone } = Cast.customerOf(name)
    const team = teams.get(of as Cast.SharedChannel)!
    users.set(name, world.addUser({ team, name: title, email, ...(phone === undefined ? {} : { phone }) }))
    addRecords(hubspot, name)
  }
  const own = Object.keys(Cast.staff).map((name) => users.get(name)!)
  const channels = new Map<string, string>()
  for (const name of Cast.sharedChannels) {
    const theirs = Cast.customerNames.filter((one) => Cast.customers[one].of === name).map((one) => users.get(one)!)
    channels.set(
      name,
      world.addChannel({ team: home, name, sharedWith: [teams.get(name)!], members: [...own, ...theirs] })
    )
  }
  const { teamRoom, cards } = Cast.staffChannels
  channels.set(teamRoom, world.addChannel({ team: home, name: teamRoom, private: true, members: own }))
  channels.set(cards, world.addChannel({ team: home, name: cards, members: own }))
  return { users: Object.fromEntries(users), channels: Object.fromEntries(channels) } as unknown as Place
}

const addRecords = (hubspot: HubSpotEmulator, name: Cast.CustomerName): void => {
  const { records, alsoAs } = Cast.customerOf(name)
  if (records === "none") return
  addRecord(hubspot, name, Cast.customerOf(name).email)
  if (alsoAs !== undefined) addRecord(hubspot, name, alsoAs)
}

const addRecord = ({ world }: HubSpotEmulator, name: Cast.CustomerName, email: string): void => {
  const { name: title, phone, of } = Cast.customerOf(name)
  const [firstname = "", lastname = ""] = title.split(" ")
  world.create(world.portal(0), "contacts", {
    email,
    firstname,
    lastname,
    company: of,
    ...(phone === undefined ? {} : { phone })
  })
}

const addressesOf = ({ slack, hubspot, place }: Hands): Addresses => {
  const install = slack.installs[0]!
  const portal = hubspot.portals[0]!
  return {
    slack: {
      apiUrl: slack.apiUrl,
      botToken: install.botToken,
      signingSecret: install.signingSecret,
      team: install.team,
      teamRoom: place.channels[Cast.staffChannels.teamRoom],
      cards: place.channels[Cast.staffChannels.cards]
    },
    hubspot: {
      apiUrl: hubspot.url,
      accessToken: portal.accessToken,
      clientId: portal.clientId,
      clientSecret: portal.clientSecret,
      portalId: portal.portalId
    }
  }
}

const perform = (hands: Hands, deed: Deed): void => {
  const { slack, hubspot, place, said } = hands
  const portal = hubspot.world.portal(0)
  switch (deed.does) {
    case "say": {
      const channel = place.channels[deed.where]
      const thread = deed.under === undefined ? undefined : spoken(hands, deed.under).ts
      const ts = slack.world.post(channel, place.users[deed.who], deed.text, thread === undefined ? {} : { thread })
      if (deed.as !== undefined) said.set(deed.as, { channel, ts, text: deed.text })
      return
    }
    case "edit": {
      const message = spoken(hands, deed.message)
      slack.world.edit(message.channel, message.ts, deed.text)
      message.text = deed.text
      return
    }
    case "delete": {
      const { channel, ts } = spoken(hands, deed.message)
      return slack.world.delete(channel, ts)
    }
    case "log call": {
      const values = { hs_call_title: deed.title, hs_call_body: deed.text, hs_call_direction: "INBOUND" }
      hubspot.world.log(portal, "calls", values, recordsOf(hands, deed.who).slice(0, 1))
      return
    }
    case "add record":
      return addRecord(hubspot, deed.who, Cast.customerOf(deed.who).email)
    case "merge records": {
      const [primary, other] = recordsOf(hands, deed.who)
      hubspot.world.merge(portal, "contacts", primary!, other!)
      return
    }
    case "remove entry": {
      const entry = entryOf(hands, deed.of)!
      return hubspot.world.archive(portal, entry.type, entry.id)
    }
    case "throttle":
      return hands[deed.vendor].faults.next("*", deed.times, Faults.throttle({ retryAfterMs: deed.retryAfterMs }))
    case "go down":
      hands.ends.set(deed.vendor, hands[deed.vendor].faults.during("*", Faults.status(503, "down for maintenance")))
      return
    case "come back":
      hands.ends.get(deed.vendor)?.()
      return
    case "garble":
      return garble(hands, place.channels[deed.where])
  }
}

/** An event whose message has no text but an object, told as Slack tells events. */
const garble = ({ slack: { world } }: Hands, channel: string): void => {
  const like = world.state.told.findLast(({ body }) => "event" in body)!
  const event = { type: "message", channel, channel_type: "channel", ts: world.nextTs(), text: { not: "a text" } }
  const body = { ...like.body, event_id: "Ev0GARBLED", event }
  world.outbox.tell({ ...like, at: world.state.newestMicros / 1_000, delivered: false, body })
}

const spoken = ({ said }: Hands, label: Label) => {
  const message = said.get(label)
  if (message === undefined) throw new Error(`the script speaks of ${label} before it is said`)
  return message
}

/** Ids of a customer's live records, oldest first. */
const recordsOf = ({ hubspot }: Hands, name: Cast.CustomerName): ReadonlyArray<string> => {
  const { email, alsoAs } = Cast.customerOf(name)
  return hubspot.world
    .all(hubspot.world.portal(0), "contacts")
    .filter(({ properties }) => properties["email"] === email || properties["email"] === alsoAs)
    .map(({ id }) => id)
}

/** The entry that shows the message's text, whatever type it has in HubSpot. */
const entryOf = (hands: Hands, label: Label) => {
  const { world } = hands.hubspot
  const { text } = spoken(hands, label)
  return entryTypes
    .flatMap((type) => world.all(world.portal(0), type))
    .find(({ properties }) => Object.values(properties).some((value) => value.includes(text)))
}

const entryTypes = ["notes", "communications"] as const

const pushing = ({ slack, hubspot }: Hands, intakeUrl: string, given: PushOptions) =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const options = { retryAfterMs: RETRY_AFTER_MS, duplicateEvery: DUPLICATE_EVERY, ...given }
        return [
          slack.push(`${intakeUrl}/webhooks/${connections.slack}/events`, {
            ...options,
            team: slack.installs[0]!.team
          }),
          hubspot.push(`${intakeUrl}/webhooks/${connections.hubspot}/events`, {
            ...options,
            portalId: hubspot.portals[0]!.portalId
          })
        ]
      }),
      (pushes) =>
        Effect.sync(() => {
          for (const push of pushes) push.stop()
        })
    )
  )
