/** Slack with the cast in it: the company's workspace, a channel shared with each customer's own. */
import type { Emulator } from "@interchannel/connector/testing"
import { type SlackEmulator, startSlack } from "@interchannel/connector-slack/emulator"
import * as Effect from "effect/Effect"
import * as Cast from "../Cast.ts"

/** A message that is spoken of again. */
type Label = string

export type Deed =
  | {
      readonly on: "chat"
      readonly does: "say"
      readonly who: Cast.ChatterName | Cast.StaffName
      readonly where: Cast.ChannelName
      readonly text: string
      readonly as?: Label
      /** The message whose thread it is said in. */
      readonly under?: Label
    }
  | { readonly on: "chat"; readonly does: "edit"; readonly message: Label; readonly text: string }
  | { readonly on: "chat"; readonly does: "delete"; readonly message: Label }
  /** Slack delivers a message that is not what its documentation says. */
  | { readonly on: "chat"; readonly does: "garble"; readonly where: Cast.ChannelName }

export interface Chat {
  readonly slack: SlackEmulator
  readonly addresses: Addresses
  readonly perform: (deed: Deed) => void
}

/** What a daemon needs to know to connect. */
export interface Addresses {
  readonly apiUrl: string
  readonly botToken: string
  readonly signingSecret: string
  readonly team: string
  readonly teamRoom: string
  readonly cards: string
}

export const open = (options: { readonly clock: Emulator.Emulator["clock"] }) =>
  Effect.map(startSlack(options), (slack): Chat => {
    const place = castIn(slack)
    const said = new Map<Label, Said>()
    const install = slack.installs[0]!
    return {
      slack,
      addresses: {
        apiUrl: slack.apiUrl,
        botToken: install.botToken,
        signingSecret: install.signingSecret,
        team: install.team,
        teamRoom: place.channels[Cast.staffChannels.teamRoom],
        cards: place.channels[Cast.staffChannels.cards]
      },
      perform: (deed) => perform({ slack, place, said }, deed)
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Place {
  readonly users: Readonly<Record<Cast.ChatterName | Cast.StaffName, string>>
  readonly channels: Readonly<Record<Cast.ChannelName, string>>
}
interface Said {
  readonly channel: string
  readonly ts: string
}
interface Hands {
  readonly slack: SlackEmulator
  readonly place: Place
  readonly said: Map<Label, Said>
}

const castIn = ({ world, installs }: SlackEmulator): Place => {
  const home = installs[0]!.team
  const teams = new Map(Cast.sharedChannels.map((name) => [name, world.addTeam(name)]))
  const users = new Map<string, string>()
  for (const [name, { name: title, email }] of Object.entries(Cast.staff)) {
    users.set(name, world.addUser({ team: home, name: title, email }))
  }
  for (const name of Cast.chatterNames) {
    const { name: title, email, phone } = Cast.customerOf(name)
    const team = teams.get(Cast.channelOf(name))!
    users.set(name, world.addUser({ team, name: title, email, ...(phone === undefined ? {} : { phone }) }))
  }
  const own = Object.keys(Cast.staff).map((name) => users.get(name)!)
  const channels = new Map<string, string>()
  for (const name of Cast.sharedChannels) {
    const theirs = Cast.chatterNames.filter((one) => Cast.channelOf(one) === name)
    const members = [...own, ...theirs.map((one) => users.get(one)!)]
    channels.set(name, world.addChannel({ team: home, name, sharedWith: [teams.get(name)!], members }))
  }
  const { teamRoom, cards } = Cast.staffChannels
  channels.set(teamRoom, world.addChannel({ team: home, name: teamRoom, private: true, members: own }))
  channels.set(cards, world.addChannel({ team: home, name: cards, members: own }))
  return { users: Object.fromEntries(users), channels: Object.fromEntries(channels) } as unknown as Place
}

const perform = (hands: Hands, deed: Deed): void => {
  const { slack, place, said } = hands
  switch (deed.does) {
    case "say": {
      const channel = place.channels[deed.where]
      const thread = deed.under === undefined ? {} : { thread: spoken(hands, deed.under).ts }
      const ts = slack.world.post(channel, place.users[deed.who], deed.text, thread)
      if (deed.as !== undefined) said.set(deed.as, { channel, ts })
      return
    }
    case "edit": {
      const { channel, ts } = spoken(hands, deed.message)
      return slack.world.edit(channel, ts, deed.text)
    }
    case "delete": {
      const { channel, ts } = spoken(hands, deed.message)
      return slack.world.delete(channel, ts)
    }
    case "garble":
      return garble(slack, place.channels[deed.where])
  }
}

/** An event whose message has no text but an object, told as Slack tells events. */
const garble = ({ world }: SlackEmulator, channel: string): void => {
  const like = world.state.told.findLast(({ body }) => "event" in body)!
  const event = { type: "message", channel, channel_type: "channel", ts: world.nextTs(), text: { not: "a text" } }
  const body = { ...like.body, event_id: "Ev0GARBLED", event }
  world.outbox.tell({ ...like, at: world.state.newestMicros / 1_000, delivered: false, body })
}

const spoken = ({ said }: Hands, label: Label): Said => {
  const message = said.get(label)
  if (message === undefined) throw new Error(`the script speaks of ${label} before it is said`)
  return message
}
