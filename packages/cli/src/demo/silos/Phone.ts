/** Twilio with the company's line: a menu that picks up, a queue, two agents at softphones. */
import type { Emulator } from "@interchannel/connector/testing"
import { startTwilio, type TwilioEmulator } from "@interchannel/connector-twilio/emulator"
import * as Effect from "effect/Effect"
import * as Cast from "../Cast.ts"

/** A call that goes on. */
type Label = string

export type Deed =
  /** Somebody calls, chooses in the menu and waits in the queue. */
  | { readonly on: "phone"; readonly does: "call"; readonly who: Caller; readonly as: Label }
  /** An agent is rung and picks up; who had the call before is out of it. */
  | { readonly on: "phone"; readonly does: "pick up"; readonly call: Label; readonly agent: Cast.StaffName }
  /** An agent is rung and does not pick up. */
  | { readonly on: "phone"; readonly does: "ring in vain"; readonly call: Label; readonly agent: Cast.StaffName }
  /** The caller speaks to the machine. */
  | { readonly on: "phone"; readonly does: "leave a message"; readonly call: Label; readonly seconds: number }
  | { readonly on: "phone"; readonly does: "hang up"; readonly call: Label }
  /** What was recorded of the call can be listened to, long after. */
  | { readonly on: "phone"; readonly does: "finish the recording"; readonly call: Label }
  | {
      readonly on: "phone"
      readonly does: "text"
      readonly who: Cast.CustomerName
      readonly by: "SMS" | "WhatsApp"
      readonly text: string
    }
  /** Somebody of ours texts a customer, from Twilio's own tools. */
  | { readonly on: "phone"; readonly does: "text back"; readonly who: Cast.CustomerName; readonly text: string }

export type Caller = Cast.CustomerName | "withheld"

export interface Phone {
  readonly twilio: TwilioEmulator
  readonly addresses: Addresses
  readonly perform: (deed: Deed) => void
  /** Our card in the task that an agent got for this call; `undefined` while there is none. */
  readonly briefing: (call: Label) => string | undefined
}

/** What a daemon needs to know to connect. */
export interface Addresses {
  readonly apiUrl: string
  readonly accountSid: string
  readonly authToken: string
  readonly workspace: string
  readonly transcriptService: string
}

const QUEUE = "workshop"

export const open = (options: { readonly clock: Emulator.Emulator["clock"] }) =>
  Effect.map(startTwilio(options), (twilio): Phone => {
    const account = twilio.accounts[0]!
    const calls = new Map<Label, Ongoing>()
    return {
      twilio,
      addresses: {
        apiUrl: twilio.url,
        accountSid: account.sid,
        authToken: account.authToken,
        workspace: account.workspaces[0]!,
        transcriptService: account.transcriptServices[0]!
      },
      perform: (deed) => perform({ twilio, calls }, deed),
      briefing: (call) => {
        const task = calls.get(call)?.task
        const attributes = JSON.parse(task === undefined ? "{}" : twilio.world.task(task).attributes)
        return attributes.interchannel === undefined ? undefined : JSON.stringify(attributes.interchannel)
      }
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Ongoing {
  readonly sid: string
  readonly task: string
  /** The leg of the agent who has it. */
  leg?: string
  recording?: string
}

interface Hands {
  readonly twilio: TwilioEmulator
  readonly calls: Map<Label, Ongoing>
}

const perform = (hands: Hands, deed: Deed): void => {
  const { world, accounts } = hands.twilio
  const account = accounts[0]!
  switch (deed.does) {
    case "call": {
      const from = deed.who === "withheld" ? "anonymous" : numberOf(deed.who)
      const sid = world.incoming(account, { from, to: Cast.company.line })
      const task = world.enqueue(sid, { queue: QUEUE, attributes: { ivr_path: ["repairs"] } })
      hands.calls.set(deed.as, { sid, task })
      return
    }
    case "pick up":
      return pickUp(hands, deed)
    case "ring in vain": {
      const { sid } = ongoing(hands, deed.call)
      world.hangUp(world.dial(sid, Cast.staff[deed.agent].softphone), "no-answer")
      return
    }
    case "leave a message":
      world.record(ongoing(hands, deed.call).sid, { source: "RecordVerb", seconds: deed.seconds })
      return
    case "hang up":
      return hangUp(hands, deed.call)
    case "finish the recording": {
      const call = ongoing(hands, deed.call)
      if (call.recording !== undefined) world.changeRecording(call.recording, "completed")
      return
    }
    case "text": {
      const [from, to] = [numberOf(deed.who), Cast.company.line].map(deed.by === "SMS" ? plainly : inWhatsApp)
      world.receive(account, { from: from!, to: to!, body: deed.text })
      return
    }
    case "text back":
      world.send(account, { from: Cast.company.line, to: numberOf(deed.who), body: deed.text })
      return
  }
}

const pickUp = ({ calls, twilio: { world } }: Hands, { call, agent }: Deed & { readonly does: "pick up" }): void => {
  const going = ongoing({ calls }, call)
  const before = going.leg
  const { name, softphone: uri } = Cast.staff[agent]
  const leg = world.dial(going.sid, uri)
  world.answer(leg)
  going.leg = leg
  world.accept(going.task, { name, uri })
  if (before !== undefined) return world.hangUp(before)
  going.recording = world.record(going.sid, { done: false })
}

const hangUp = ({ calls, twilio: { world } }: Hands, label: Label): void => {
  const { sid, task, leg } = ongoing({ calls }, label)
  world.hangUp(sid)
  if (leg === undefined) world.cancel(task, "the caller hung up")
  else world.finish(task)
}

const ongoing = ({ calls }: Pick<Hands, "calls">, label: Label): Ongoing => {
  const call = calls.get(label)
  if (call === undefined) throw new Error(`the script speaks of the call ${label} before it rings`)
  return call
}

const numberOf = (name: Cast.CustomerName): string => {
  const { phone } = Cast.customerOf(name)
  if (phone === undefined) throw new Error(`${name} has no telephone`)
  return phone
}

const plainly = (number: string): string => number
const inWhatsApp = (number: string): string => `whatsapp:${number}`
