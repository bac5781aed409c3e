/** The stand-in of Request Tracker with its queues set up, and hands for the conformance suite. */
import { EmulatorClock, type Subject } from "@interchannel/connector/testing"
import { Handle } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { startRequestTracker, type World } from "../src/emulator.ts"
import { KEY_FIELD, TEXT_FIELD } from "../src/entry.ts"
import { ticketRef, userRef } from "../src/normalize.ts"

export const START = Date.UTC(2026, 4, 4, 9, 0, 0)
export const PAGE_ITEMS = 3
export const HISTORY = "Customer history"
export const CARD = "Customer"

/** What Request Tracker never sends. */
const BAD = 42
export const isBad = (response: string): boolean =>
  response.includes(`"Status":${BAD}`) || response.includes(`"Name":""`)

export const subject = Effect.gen(function* () {
  const rt = yield* startRequestTracker({ clock: EmulatorClock.manual(START), pageItems: PAGE_ITEMS })
  const [world] = rt.worlds
  for (const { state } of rt.worlds) {
    Object.assign(state.queues, { General: [CARD], Support: [CARD], [HISTORY]: [KEY_FIELD, TEXT_FIELD, CARD] })
  }
  let made = 0
  const person = (of: World) => {
    made += 1
    const EmailAddress = `ana${made}@example.com`
    return of.addUser({
      Name: EmailAddress,
      EmailAddress,
      RealName: `Ana Example ${made}`,
      MobilePhone: "+12025550155"
    })
  }
  const customers = rt.worlds.map(person)
  const open = (index: 0 | 1 = 0) => {
    made += 1
    const asked = { queue: "Support", Subject: `Order ${made}`, requestors: [customers[index]!] }
    return rt.worlds[index].open(asked, { text: `Where is order ${made}?`, files: made % 2 === 0 ? ["order.pdf"] : [] })
  }
  const base = open()
  const idIn = (key: string): number => Number(key.replace(/^.*\//, ""))
  /** What is read of a ticket is what was said in it; its first message stands for it. */
  const firstOf = (of: World, id: number): string => `transaction/${of.historyOf(id)[0]!.id}`
  const ticketOf = (of: World, key: string): number =>
    of.state.transactions.find(({ id }) => id === idIn(key))!.ObjectId
  const ours = (key: string) => world.state.tickets.filter(({ fields }) => fields[KEY_FIELD] === key)
  const cards = new Map<string, number>()
  const cardOf = (key: string) => world.ticket(cards.get(key)!).fields[CARD]
  const users = (key: string) => world.state.users.filter(({ Name }) => Name === `${key}@example.com`)
  const record = userRef(String(customers[0]))

  return {
    emulator: rt,
    accounts: rt.worlds.map(({ state }) => ({
      credentials: { token: state.token },
      settings: { url: rt.url, historyQueue: HISTORY, cardField: CARD },
      expireToken: () => {
        state.revoked = true
      }
    })) as unknown as Subject["accounts"],
    play: {
      item: async (feed, account = 0) => {
        const of = rt.worlds[account]
        const key = feed === "tickets" ? firstOf(of, open(account)) : String(person(of))
        return { feed, key, account }
      },
      edit: async ({ feed, key, account = 0 }) => {
        const of = rt.worlds[account]
        made += 1
        if (feed === "tickets") of.change(ticketOf(of, key), { Subject: `Order ${made}, urgent` })
        else of.changeUser(idIn(key), { RealName: `Ana Married ${made}` })
      },
      remove: async ({ feed, key, account = 0 }) => {
        const of = rt.worlds[account]
        if (feed === "tickets") of.change(ticketOf(of, key), { Status: "deleted" }, "Status")
        else of.changeUser(idIn(key), { disabled: true })
      },
      reply: async ({ feed, key, account = 0 }) => {
        const of = rt.worlds[account]
        made += 1
        const said = of.say(ticketOf(of, key), "Correspond", { by: customers[account]!, text: `Any news? ${made}` })
        return { feed, key: `transaction/${said}`, account }
      },
      badItem: async (feed) => {
        if (feed === "tickets") Object.assign(world.ticket(open()), { Status: BAD })
        else world.user(person(world)).Name = ""
      },
      manyAtOneInstant: async (feed, n) => {
        for (let count = 0; count < n; count++) {
          if (feed === "tickets") world.say(base, "Comment", { text: `Note ${++made}` })
          else person(world)
        }
      }
    },
    only: { remove: ["tickets", "user-changes"], reply: ["tickets"] },
    actions: {
      AppendTimeline: {
        input: (n) => ({
          key: `append-${n}`,
          records: [record],
          leave: [],
          entry: {
            kind: "email",
            direction: "inbound",
            startedAt: START - n * 60_000,
            title: `E-mail from Ana Example: order ${n}`,
            facts: [{ label: "When", value: "Monday, 09:00" }],
            body: `Where is order ${n}?\n\nAna`,
            to: [],
            links: [],
            details: {}
          }
        }),
        landed: (key) => ours(key).filter(({ Status }) => Status !== "deleted").length,
        content: (key) => ours(key).map(({ Subject, fields, requestors }) => ({ Subject, fields, requestors })),
        deleteByHand: (key) => {
          for (const { id } of ours(key)) world.change(id, { Status: "deleted" }, "Status")
        },
        elsewhere: () => userRef(String(person(world)))
      },
      ShowContext: {
        input: (n) => {
          const key = `card-${n}`
          const id = cards.get(key) ?? open()
          cards.set(key, id)
          return {
            key,
            conversation: ticketRef(String(id)),
            card: {
              title: `Ana Example ${n}`,
              subtitle: "Example & Sons",
              facts: [{ label: "E-mail", value: "ana@example.com" }],
              recent: [{ at: START, kind: "chat", where: "Chat", text: `Asked about order ${n}` }]
            }
          }
        },
        landed: (key) => (cardOf(key) === undefined ? 0 : 1),
        content: cardOf,
        deleteByHand: (key) => {
          const { id, fields } = world.ticket(cards.get(key)!)
          const { [CARD]: _, ...rest } = fields
          world.change(id, { fields: rest }, "CustomField")
        }
      },
      UpsertContact: {
        input: (n) => ({
          key: `user-${n}`,
          fields: { handles: [Handle.email(`user-${n}@example.com`)!], name: { full: `Ana Example ${n}` } }
        }),
        landed: (key) => users(key).length,
        content: (key) => users(key).map(({ RealName, EmailAddress }) => ({ RealName, EmailAddress }))
      }
    }
  } satisfies Subject
})
