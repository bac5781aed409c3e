/** Twilio's stand-in with a call in each account's past, and hands for the conformance suite. */
import type { Action } from "@interchannel/connector"
import { EmulatorClock, type Subject } from "@interchannel/connector/testing"
import { Handle } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { type Account, startTwilio, type TwilioEmulator } from "../src/emulator.ts"
import { taskRef } from "../src/tasks.ts"

export const START = Date.UTC(2026, 4, 4, 9, 0, 0)
export const PAGE_ITEMS = 3
export const CALLER = "+12025550155"
export const AGNES = { name: "Agnes Agent", uri: "client:agnes" }

/** What Twilio never sends: items that cannot be read. */
const BAD = 42
export const isBad = (response: string): boolean =>
  response.includes(`"status":${BAD}`) || response.includes(`"event_type":${BAD}`)

export const configuredOf = (twilio: TwilioEmulator, account: Account) => ({
  credentials: { authToken: account.authToken },
  settings: {
    accountSid: account.sid,
    workspaces: account.workspaces,
    transcriptServices: account.transcriptServices,
    sender: account.numbers[0]!.number,
    apiUrl: twilio.url
  }
})

export const subject = Effect.gen(function* () {
  const twilio = yield* startTwilio({ clock: EmulatorClock.manual(START), pageItems: PAGE_ITEMS })
  const { world } = twilio
  let made = 0
  const accountOf = (index: 0 | 1 = 0) => twilio.accounts[index]!
  const numberOf = (account: Account) => account.numbers[0]!.number
  const call = (account: Account) => world.incoming(account, { from: callerOf(made), to: numberOf(account) })
  const workspaceOf = (account: Account) => account.workspaces[made % account.workspaces.length]!
  const serviceOf = (account: Account) => account.transcriptServices[made % account.transcriptServices.length]!
  const base = call(accountOf(0))
  const bases = [base, call(accountOf(1))] as const

  const items: Readonly<Record<string, (index: 0 | 1) => string>> = {
    calls: (index) => (made % 3 === 0 ? world.dial(bases[index], "client:agnes") : call(accountOf(index))),
    messages: (index) => {
      const account = accountOf(index)
      const whatsapp = made % 2 === 0 ? "whatsapp:" : ""
      const sides = { from: whatsapp + callerOf(made), to: whatsapp + numberOf(account) }
      return world.receive(account, { ...sides, body: `Message ${made}`, media: made % 3 })
    },
    recordings: (index) => world.record(bases[index], { done: made % 2 === 0 }),
    transcripts: (index) => {
      const recording = world.record(bases[index])
      return `${world.transcribe(recording, serviceOf(accountOf(index)), [`Sentence of ${made}`])}/text`
    },
    events: (index) => {
      const workspace = workspaceOf(accountOf(index))
      const task = world.enqueue(bases[index], { queue: "support", workspace, attributes: { ivr_path: ["1", "3"] } })
      if (made % 2 === 0) world.accept(task, AGNES)
      return world.state.events.at(-1)!.sid
    }
  }
  const edits: Readonly<Record<string, (key: string) => void>> = {
    calls: (key) => world.hangUp(key),
    messages: (key) => world.redact(key),
    recordings: (key) => {
      const { status } = world.state.recordings.find(({ sid }) => sid === key)!
      world.changeRecording(key, status === "processing" ? "completed" : "deleted")
    },
    transcripts: (key) => world.say(transcriptIn(key), "One more sentence")
  }
  const bad: Readonly<Record<string, (account: Account) => void>> = {
    calls: (account) => spoil(world.state.calls, call(account), { status: BAD }),
    messages: (account) => {
      const sides = { from: CALLER, to: numberOf(account) }
      spoil(world.state.messages, world.receive(account, { ...sides, body: "Bad" }), { status: BAD })
    },
    recordings: () => spoil(world.state.recordings, world.record(base), { status: BAD }),
    events: (account) => {
      world.enqueue(base, { queue: "support", workspace: workspaceOf(account) })
      spoil(world.state.events, world.state.events.at(-1)!.sid, { type: BAD })
    }
  }
  const texts = new Map<string, string>()
  const cards = (key: string) => twilio.canonical().filter((written) => written.sort === "card" && written.key === key)
  const sent = (key: string) =>
    twilio.canonical().filter((written) => written.sort === "message" && written.text === texts.get(key))

  return {
    emulator: twilio,
    accounts: twilio.accounts.map((account) => ({
      ...configuredOf(twilio, account),
      expireToken: () => {
        account.revoked = true
      }
    })) as unknown as Subject["accounts"],
    play: {
      item: async (feed, account = 0) => {
        made += 1
        return { feed, key: items[feed]!(account), account }
      },
      edit: async ({ feed, key }) => edits[feed]!(key),
      reply: async ({ feed, key, account = 0 }) => {
        made += 1
        world.say(transcriptIn(key), `A late sentence ${made}`)
        return { feed, key, account }
      },
      badItem: async (feed) => {
        made += 1
        bad[feed]!(accountOf(0))
      },
      manyAtOneInstant: async (feed, n) => {
        for (let count = 0; count < n; count++) {
          made += 1
          if (feed === "messages") items["messages"]!(0)
          else call(accountOf(0))
        }
      }
    },
    only: {
      edit: Object.keys(edits),
      reply: ["transcripts"],
      badItem: Object.keys(bad),
      manyAtOneInstant: ["calls", "messages"]
    },
    timeless: ["callbacks"],
    deliveries: { callbacks: (account = 0) => twilio.deliveries(accountOf(account)) },
    actions: {
      SendMessage: {
        input: (n) => {
          texts.set(`send-${n}`, `Answer ${n}`)
          return { key: `send-${n}`, text: `Answer ${n}`, to: Handle.phone(CALLER)! }
        },
        landed: (key) => sent(key).length,
        content: sent
      },
      ShowContext: {
        input: (n) => {
          const [workspace = ""] = accountOf(0).workspaces
          const task = world.enqueue(base, { queue: "support", workspace })
          return { key: `card-${n}`, conversation: taskRef(workspace, task), card: card(n) }
        },
        landed: (key) => cards(key).length,
        content: cards,
        deleteByHand: (key) => {
          for (const { sid, attributes } of world.state.tasks) {
            if (attributes.includes(`"key":"${key}"`)) world.setAttributes(sid, JSON.stringify({ call_sid: base }))
          }
        }
      }
    }
  } satisfies Subject
})

/** Invented numbers. */
const callerOf = (n: number): string => `+120255501${String(20 + (n % 70)).padStart(2, "0")}`

/** The feed's item holds all that was said. */
const transcriptIn = (key: string): string => key.replace(/\/text$/, "")

const spoil = (items: ReadonlyArray<{ readonly sid: string }>, sid: string, change: object): void =>
  void Object.assign(items.find((item) => item.sid === sid)!, change)

export const card = (n: number): Action.Input<"ShowContext">["card"] => ({
  title: `Ana Example ${n}`,
  subtitle: "Customer since 2024",
  facts: [{ label: "E-mail", value: "ana@example.org", url: "https://crm.example.com/1" }],
  recent: [{ at: START, kind: "chat", where: "Chat", text: `Asked about order ${n} & an <urgent> matter` }]
})
