/** Customers get in touch: they chat, call, write mails and fill in forms; some of it is changed and deleted. */
import type { Message } from "../vendors/chat.ts"
import { type Customer, type Happening, householdOf, type World } from "../World.ts"
import { type Act, edit, happen, pickOne, type Telling } from "./Telling.ts"

export const startThread: Act = (telling) => {
  const account = telling.dice.pick(["chat", "chat", "chat-b"] as const)
  return `${account} q${say(telling, account).index}`
}

export const reply: Act = (telling) => {
  const account = telling.dice.pick(["chat", "chat-b"] as const)
  const { messages } = telling.world.chats[account]
  const happeningOf = (message: Message) => telling.world.happenings[byMessage.get(message)!]!
  // Who cannot read the first message of a thread does not learn of its replies.
  const readable = [...messages.values()].filter(({ thread }) => !happeningOf(messages.get(thread)!).broken)
  const to = pickOne(telling.dice, readable)
  if (to === undefined) return undefined
  const by = happeningOf(to).customers[0]
  return `${account} q${say(telling, account, to.thread, by).index} in ${to.thread}`
}

export const editSomething: Act = ({ world, dice }) => {
  const happening = pickOne(
    dice,
    world.happenings.filter(({ deleted, broken }) => !deleted && !broken)
  )
  return happening !== undefined && edit(happening) ? `q${happening.index}r${happening.edits}q` : undefined
}

export const deleteMessage: Act = ({ world, dice, post }) => {
  const account = dice.pick(["chat", "chat-b"] as const)
  const chat = world.chats[account]
  const message = pickOne(
    dice,
    [...chat.messages.values()].filter(({ deleted }) => !deleted)
  )
  const happening = message && world.happenings[byMessage.get(message) ?? -1]
  if (message === undefined || happening === undefined || happening.broken) return undefined
  message.deleted = true
  happening.deleted = true
  chat.change(message)
  post.push(account, [{ ...message }])
  return `q${happening.index}`
}

export const ring: Act = ({ world, dice, post, time }) => {
  const customer = dice.pick(world.customers)
  const fromHome = customer.home !== undefined && dice.chance(0.4)
  const from = fromHome ? customer.home! : customer.phone
  const customers = [fromHome ? householdOf(customer.index) : customer.index]
  const { index } = happen(world, { source: "phone", customers, words: "Called" }, (note) => {
    const call = world.phone.ring({ from, caller: customer.name, note })
    const changed = () => {
      world.phone.change(call)
      post.push("phone", [{ id: call.id }])
    }
    post.push("phone", [{ id: call.id }])
    time.after(dice.between(1_000, 8_000), () => {
      call.endedAt = time.now()
      changed()
    })
    time.after(dice.between(9_000, 16_000), () => {
      call.recording = `recording-of-${call.id}`
      changed()
    })
    return (next) => {
      call.note = next
      changed()
    }
  })
  return `q${index} from ${fromHome ? "the household of " : ""}${customer.name}`
}

export const write: Act = ({ world, dice }) => {
  const people = [...new Set([dice.pick(world.customers), ...(dice.chance(0.3) ? [dice.pick(world.customers)] : [])])]
  const { index } = happen(
    world,
    { source: "mail", customers: people.map((one) => one.index), words: "Dear all" },
    (text) => {
      world.mail.receive({ subject: "A question", text, people: people.map(({ email, name }) => ({ email, name })) })
      return undefined
    }
  )
  return `q${index} from ${people.map(({ name }) => name).join(" and ")}`
}

export const moveMail: Act = ({ world, dice }) => {
  const mail = pickOne(dice, [...world.mail.mails.values()])
  if (mail === undefined) return undefined
  world.mail.move(mail)
  return `${mail.id} to ${mail.folder}`
}

export const fillIn: Act = (telling) => filledIn(telling, telling.dice.pick(telling.world.customers), false)

export const fillInByAlias: Act = (telling) =>
  telling.world.aliased === undefined ? undefined : filledIn(telling, telling.world.aliased, true)

// ---------------------------------------------------------------------------------------------------------------------

const say = ({ world, dice, post }: Telling, account: "chat" | "chat-b", thread?: string, by?: number): Happening => {
  const chat = world.chats[account]
  const customer = by ?? dice.pick(world.customers).index
  const { name, email } = world.customers[customer]!
  const broken = dice.chance(0.04)
  const words = dice.chance(0.05) ? "Well (rude)" : "Hello"
  return happen(world, { source: account, customers: [customer], words, broken }, (text) => {
    const message: Message = chat.say({
      user: userOf(world, account, customer),
      name: broken ? 7 : name,
      email,
      text,
      ...(thread === undefined ? {} : { thread })
    })
    post.push(account, [{ ...message }])
    byMessage.set(message, world.happenings.length)
    return (next) => {
      message.text = next
      chat.change(message)
      post.push(account, [{ ...message }])
    }
  })
}

/** Which happening a message is. */
const byMessage = new WeakMap<Message, number>()

/** The two accounts give the same ids to different people. */
const userOf = ({ customers }: World, account: "chat" | "chat-b", customer: number): string =>
  `u${account === "chat" ? customer : (customer + 1) % customers.length}`

const filledIn = ({ world, post, time }: Telling, customer: Customer, isByAlias: boolean): string => {
  const [email, name] = isByAlias ? [customer.alias, "A visitor"] : [customer.email, customer.name]
  const given = { source: "form", customers: [customer.index], words: "Please call", isByAlias } as const
  const { index } = happen(world, given, (text) => {
    const item = { id: `f${world.happenings.length}`, at: time.now(), email, name, text }
    post.push("form", [item], { isCertain: true })
    return undefined
  })
  return `q${index} by ${email}`
}
