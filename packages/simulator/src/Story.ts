/** What people do while the daemon runs: customers get in touch, agents keep records, admins change what we wrote. */
import * as Admin from "./Admin.ts"
import type { Dice } from "./Dice.ts"
import type { Log } from "./Log.ts"
import type { Post } from "./Post.ts"
import type { Time } from "./Time.ts"
import type { Message } from "./vendors/chat.ts"
import {
  type Customer,
  type Destination,
  destinations,
  type Happening,
  householdOf,
  mentionsIn,
  recordOf,
  textOf,
  type World
} from "./World.ts"

export interface Telling {
  readonly world: World
  readonly dice: Dice
  readonly time: Time
  readonly post: Post
  readonly log: Log
  /** What we wrote is not touched, so that the story is the same whatever we wrote. */
  readonly leavesOurs: boolean
}
type Act = (telling: Telling) => string | undefined

/** Before anything is connected: most customers have records. */
export const begin = ({ world, dice }: Telling): void => {
  for (const customer of world.customers) {
    for (const destination of destinations) if (dice.chance(0.7)) addRecord(world, customer.index, destination)
  }
}

/** One thing that somebody does now; what makes no sense at the moment is not done. */
export const act = (telling: Telling): void => {
  const [name, doing] = telling.dice.pick(acts)
  const what = doing(telling)
  if (what !== undefined) telling.log.say("world", () => `${name}: ${what}`)
}

/** What people will say to the daemon in the next `ms`. */
export const speak = ({ world, dice, time }: Telling, admin: Admin.Admin, ms: number): void => {
  const later = (wish: Admin.Wish) => time.after(dice.between(SPEAK_AFTER_MS, ms), () => admin.wish(wish))
  // Who erases one of a household turns away what has its number, and so the others.
  const alone = world.customers.filter((customer) => customer.home === undefined && customer !== world.aliased)
  if (alone.length > 0 && dice.chance(ERASURES)) later(Admin.erase(world, dice.pick(alone)))
  // Of fields it comes in the end, when it is known what stood there before.
  if (dice.chance(UNDOS) && !world.keepsFields) later(Admin.undo(world))
  const { aliased } = world
  if (aliased === undefined) return
  time.after(dice.between(SPEAK_AFTER_MS, ms), () => {
    if (!world.happenings.some(({ isByAlias }) => isByAlias)) return
    admin.wish(Admin.join(world, aliased))
    if (dice.chance(PARTS)) admin.wish(Admin.part(world, aliased))
  })
}

/** Everything that can still be edited is, once more. */
export const editAll = ({ world, log }: Telling): void => {
  for (const happening of world.happenings) if (!happening.deleted) edit(happening)
  log.say("world", () => "everything is edited once more")
}

// ---------------------------------------------------------------------------------------------------------------------

const ADMIN_WAITS_MS = 25_000
const SPEAK_AFTER_MS = 25_000
/** Shares of runs. */
const ERASURES = 0.3
const UNDOS = 0.15
/** Share of the joined that are parted again. */
const PARTS = 0.4

const addRecord = (world: World, index: number, destination: Destination) => {
  const { name, email, phone, home } = world.customers[index]!
  return world.offices[destination].add({ customer: index, name, email, phone, home, key: undefined })
}

const happen = (
  world: World,
  given: Pick<Happening, "source" | "customers" | "words" | "record"> &
    Partial<Pick<Happening, "broken" | "isByAlias">>,
  tell: (text: string) => ((text: string) => void) | undefined
): Happening => {
  const happening = {
    broken: false,
    isByAlias: false,
    ...given,
    index: world.happenings.length,
    edits: 0,
    deleted: false
  }
  const rewrite = tell(textOf(happening))
  const whole: Happening = rewrite === undefined ? happening : { ...happening, rewrite }
  world.happenings.push(whole)
  return whole
}

const edit = (happening: Happening): boolean => {
  if (happening.rewrite === undefined) return false
  happening.edits += 1
  happening.rewrite(textOf(happening))
  return true
}

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

const pickOne = <A>(dice: Dice, values: ReadonlyArray<A>): A | undefined =>
  values.length === 0 ? undefined : dice.pick(values)

const startThread: Act = (telling) => {
  const account = telling.dice.pick(["chat", "chat", "chat-b"] as const)
  return `${account} q${say(telling, account).index}`
}

const reply: Act = (telling) => {
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

const editSomething: Act = ({ world, dice }) => {
  const happening = pickOne(
    dice,
    world.happenings.filter(({ deleted, broken }) => !deleted && !broken)
  )
  return happening !== undefined && edit(happening) ? `q${happening.index}r${happening.edits}q` : undefined
}

const deleteMessage: Act = ({ world, dice, post }) => {
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

const ring: Act = ({ world, dice, post, time }) => {
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

const write: Act = ({ world, dice }) => {
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

const moveMail: Act = ({ world, dice }) => {
  const mail = pickOne(dice, [...world.mail.mails.values()])
  if (mail === undefined) return undefined
  world.mail.move(mail)
  return `${mail.id} to ${mail.folder}`
}

const fillIn: Act = (telling) => filledIn(telling, telling.dice.pick(telling.world.customers), false)

const fillInByAlias: Act = (telling) =>
  telling.world.aliased === undefined ? undefined : filledIn(telling, telling.world.aliased, true)

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

const newRecord: Act = ({ world, dice }) => {
  const destination = dice.pick(destinations)
  const customer = dice.pick(world.customers).index
  const has = recordOf(world.offices[destination], customer) !== undefined
  if (has && !dice.chance(0.3)) return undefined
  return `${destination} ${addRecord(world, customer, destination).id} of ${world.customers[customer]!.name}`
}

const liveRecord = ({ world, dice }: Telling) => {
  const destination = dice.pick(destinations)
  const office = world.offices[destination]
  const card = pickOne(
    dice,
    [...office.cards.values()].filter(({ state }) => state === "there")
  )
  return card === undefined ? undefined : { destination, office, card }
}

const renameRecord: Act = (telling) => {
  const found = liveRecord(telling)
  if (found === undefined) return undefined
  found.card.name = `${found.card.name.replace(/ \d+$/, "")} ${telling.dice.between(2, 9)}`
  found.office.change(found.card)
  return `${found.destination} ${found.card.id}`
}

const deleteRecord: Act = (telling) => {
  const found = liveRecord(telling)
  if (found === undefined) return undefined
  found.office.remove(found.card)
  return `${found.destination} ${found.card.id}`
}

const mergeRecords: Act = ({ world, dice }) => {
  const destination = dice.pick(destinations)
  const office = world.offices[destination]
  const cards = [...office.cards.values()].filter(({ state }) => state === "there")
  const stays = pickOne(
    dice,
    cards.filter((card) => cards.some((other) => other !== card && other.customer === card.customer))
  )
  if (stays === undefined) return undefined
  const goes = cards.find((other) => other !== stays && other.customer === stays.customer)!
  return `${destination} ${goes.id} into ${stays.id}: ${office.merge(stays, goes, dice.chance(0.4)).id}`
}

const note: Act = (telling) => {
  const found = liveRecord(telling)
  if (found === undefined) return undefined
  const { office, card, destination } = found
  const { index } = happen(
    telling.world,
    { source: destination, customers: [card.customer], record: card.id, words: "Noted" },
    (text) => {
      const entry = office.note(card, text)
      return (next) => {
        entry.body = next
        office.touch(entry)
      }
    }
  )
  return `${destination} q${index}`
}

/** What an admin finds in an entry of ours that has been there for a while. */
const oldEntry = ({ world, dice, time, leavesOurs }: Telling) => {
  const office = world.offices[dice.pick(destinations)]
  if (leavesOurs) return undefined
  const old = [...office.entries.values()].filter(
    (entry) => entry.key !== undefined && entry.state === "there" && entry.updatedAt < time.now() - ADMIN_WAITS_MS
  )
  const entry = pickOne(dice, old)
  return entry === undefined ? undefined : { office, entry }
}

const editEntry: Act = (telling) => {
  const found = oldEntry(telling)
  if (found === undefined) return undefined
  found.entry.body = `${found.entry.body} (seen by an admin)`
  found.entry.edited = true
  found.office.touch(found.entry)
  return `${found.entry.id} of ${mentionsIn(found.entry.body)
    .map(({ index }) => `q${index}`)
    .join()}`
}

const deleteEntry: Act = (telling) => {
  const found = oldEntry(telling)
  if (found === undefined) return undefined
  found.entry.state = "deleted by hand"
  found.office.touch(found.entry)
  return `${found.entry.id} of ${mentionsIn(found.entry.body)
    .map(({ index }) => `q${index}`)
    .join()}`
}

const often = (times: number, name: string, doing: Act) => Array.from({ length: times }, () => [name, doing] as const)

const acts: ReadonlyArray<readonly [string, Act]> = [
  ...often(5, "a thread begins", startThread),
  ...often(4, "a reply", reply),
  ...often(4, "an edit", editSomething),
  ...often(2, "a message is deleted", deleteMessage),
  ...often(4, "a call", ring),
  ...often(3, "a mail", write),
  ...often(1, "a mail is moved", moveMail),
  ...often(3, "a form", fillIn),
  ...often(1, "a form from another address", fillInByAlias),
  ...often(2, "a new record", newRecord),
  ...often(1, "a record is renamed", renameRecord),
  ...often(1, "a record is deleted", deleteRecord),
  ...often(2, "records are merged", mergeRecords),
  ...often(2, "an agent's note", note),
  ...often(2, "an admin edits an entry", editEntry),
  ...often(2, "an admin deletes an entry", deleteEntry)
]
