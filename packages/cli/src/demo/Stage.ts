/**
 * All four vendors' stand-ins, with the cast in them, and the hands that play the script. Everything whose id our keys are
 * made of is made before the curtain rises, and time passes from step to step: two performances tell the same story, id for id.
 */
import type { Report } from "@interchannel/runtime"
import { type Emulator, EmulatorClock, Faults } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { cardTextsOf } from "./CardView.ts"
import * as Cast from "./Cast.ts"
import type { Standing } from "./Claim.ts"
import type { Deed, Step, System, Trouble } from "./Script.ts"
import * as Chat from "./silos/Chat.ts"
import * as Crm from "./silos/Crm.ts"
import * as Mail from "./silos/Mail.ts"
import * as Phone from "./silos/Phone.ts"

/** What a daemon needs to know to connect: plain data, so that it can be another process. */
export interface Addresses {
  readonly chat: Chat.Addresses
  readonly crm: Crm.Addresses
  readonly mail: Mail.Addresses
  readonly phone: Phone.Addresses
}

export interface Stage {
  readonly chat: Chat.Chat
  readonly crm: Crm.Crm
  readonly mail: Mail.Mail
  readonly phone: Phone.Phone
  readonly addresses: Addresses
  /** Is everything as the step needs it? */
  readonly isReady: (step: Step) => boolean
  /** Plays one step, at this time of the vendors. */
  readonly play: (step: Step, at: number) => void
  /** Lets time pass in which nothing happens. */
  readonly waitUntil: (at: number) => void
  /** What stands in the systems now; claims about the daemon itself need its status. */
  readonly standing: (status?: Report.Status) => Standing
  /** What we wrote in all of them: sorted, without the ids and times that the vendors draw. */
  readonly canonical: () => ReadonlyArray<object>
  /** Lets the vendors push to a daemon's intake until the scope closes. */
  readonly pushTo: (intakeUrl: string, options: PushOptions) => Effect.Effect<void, never, Scope.Scope>
}

export interface PushOptions {
  /** The daemon's clock. */
  readonly now: () => number
  /** How often and when an untaken push is tried again; absent: a few times within seconds. */
  readonly retryAfterMs?: ReadonlyArray<number>
}

/** The names under which a daemon knows them. */
export const connections = { chat: "support", crm: "crm", mail: "mail", phone: "phone" } as const satisfies Record<
  System,
  string
>

/** `beginsAt`: when the vendors' day begins, epoch milliseconds. */
export const set = (beginsAt: number): Effect.Effect<Stage, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = EmulatorClock.manual(beginsAt)
    const chat = yield* Chat.open({ clock })
    const crm = yield* Crm.open({ clock })
    const mail = yield* Mail.open({ clock })
    const phone = yield* Phone.open({ clock })
    const hands: Hands = { chat, crm, mail, phone, ends: new Map() }
    const waitUntil = (at: number) => clock.advance(Math.max(0, at - clock.now()))
    const standing = (status?: Report.Status): Standing => ({
      entries: crm.entries(),
      card: (who) => cardTextsOf(chat.slack, Cast.staffChannels.cards, Cast.customerOf(who).name).join("\n"),
      briefing: phone.briefing,
      status
    })
    return {
      chat,
      crm,
      mail,
      phone,
      addresses: { chat: chat.addresses, crm: crm.addresses, mail: mail.addresses, phone: phone.addresses },
      isReady: ({ when }) => when?.(standing()) ?? true,
      play: ({ deed }, at) => {
        waitUntil(at)
        perform(hands, deed)
      },
      waitUntil,
      standing,
      canonical: () => systems.flatMap((system): ReadonlyArray<object> => emulatorOf(hands, system).canonical()),
      pushTo: (intakeUrl, options) => pushing(hands, intakeUrl, options)
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Hands extends Pick<Stage, "chat" | "crm" | "mail" | "phone"> {
  /** What ends the trouble of a system. */
  readonly ends: Map<System, () => void>
}

const systems = ["chat", "crm", "mail", "phone"] as const

const emulatorOf = (
  { chat, crm, mail, phone }: Hands,
  system: System
): Emulator.Emulator & { readonly canonical: () => ReadonlyArray<object> } =>
  ({ chat: chat.slack, crm: crm.hubspot, mail: mail.email, phone: phone.twilio })[system]

const perform = (hands: Hands, deed: Deed): void => {
  if (isTrouble(deed)) return trouble(hands, deed)
  switch (deed.on) {
    case "chat":
      return hands.chat.perform(deed)
    case "crm":
      return hands.crm.perform(deed)
    case "mail":
      return hands.mail.perform(deed)
    case "phone":
      return hands.phone.perform(deed)
  }
}

const isTrouble = (deed: Deed): deed is Trouble => ["throttle", "go down", "come back"].includes(deed.does)

const trouble = (hands: Hands, deed: Trouble): void => {
  const { faults } = emulatorOf(hands, deed.on)
  switch (deed.does) {
    case "throttle":
      return faults.next("*", deed.times, Faults.throttle({ retryAfterMs: deed.retryAfterMs }))
    case "go down": {
      const down = deed.on === "mail" ? Faults.reset() : Faults.status(503, "down for maintenance")
      hands.ends.set(deed.on, faults.during("*", down))
      return
    }
    case "come back":
      return hands.ends.get(deed.on)?.()
  }
}

/** Vendors repeat what was answered well as well; every so manieth push comes twice. */
const DUPLICATE_EVERY = 5
const RETRY_AFTER_MS = [250, 1_000, 4_000]

/** The mail host pushes nothing: the daemon holds a connection to it and listens. */
const pushing = (
  { chat: { slack }, crm: { hubspot }, phone: { twilio } }: Hands,
  intakeUrl: string,
  given: PushOptions
) =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const options = { retryAfterMs: RETRY_AFTER_MS, duplicateEvery: DUPLICATE_EVERY, ...given }
        const url = (connection: string, webhook: string) => `${intakeUrl}/webhooks/${connection}/${webhook}`
        return [
          slack.push(url(connections.chat, "events"), { ...options, team: slack.installs[0]!.team }),
          hubspot.push(url(connections.crm, "events"), { ...options, portalId: hubspot.portals[0]!.portalId }),
          // Without the fragment Twilio tries again only where nobody listens.
          twilio.push(`${url(connections.phone, "callbacks")}#rp=all&rc=5`, {
            ...options,
            account: twilio.accounts[0]!.sid
          })
        ]
      }),
      (pushes) =>
        Effect.sync(() => {
          for (const push of pushes) push.stop()
        })
    )
  )
