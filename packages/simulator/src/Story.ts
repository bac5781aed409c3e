/** What people do while the daemon runs: customers get in touch, agents keep records, admins change what we wrote. */
import * as Admin from "./Admin.ts"
import * as admins from "./story/admins.ts"
import * as agents from "./story/agents.ts"
import * as customers from "./story/customers.ts"
import { type Act, edit, type Telling } from "./story/Telling.ts"
import { destinations } from "./World.ts"

export type { Telling } from "./story/Telling.ts"

/** Before anything is connected: most customers have records. */
export const begin = ({ world, dice }: Telling): void => {
  for (const customer of world.customers) {
    for (const destination of destinations) if (dice.chance(0.7)) agents.addRecord(world, customer.index, destination)
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
  const known = world.customers.filter((customer) => customer !== world.aliased)
  if (known.length > 0 && dice.chance(ERASURES)) later(Admin.erase(world, dice.pick(known)))
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

const SPEAK_AFTER_MS = 25_000
/** Shares of runs. */
const ERASURES = 0.3
const UNDOS = 0.15
/** Share of the joined that are parted again. */
const PARTS = 0.4

const often = (times: number, name: string, doing: Act) => Array.from({ length: times }, () => [name, doing] as const)

const acts: ReadonlyArray<readonly [string, Act]> = [
  ...often(5, "a thread begins", customers.startThread),
  ...often(4, "a reply", customers.reply),
  ...often(4, "an edit", customers.editSomething),
  ...often(2, "a message is deleted", customers.deleteMessage),
  ...often(4, "a call", customers.ring),
  ...often(3, "a mail", customers.write),
  ...often(1, "a mail is moved", customers.moveMail),
  ...often(3, "a form", customers.fillIn),
  ...often(1, "a form from another address", customers.fillInByAlias),
  ...often(2, "a new record", agents.newRecord),
  ...often(1, "a record is renamed", agents.renameRecord),
  ...often(1, "a record is deleted", agents.deleteRecord),
  ...often(2, "records are merged", agents.mergeRecords),
  ...often(2, "an agent's note", agents.note),
  ...often(2, "an admin edits an entry", admins.editEntry),
  ...often(2, "an admin deletes an entry", admins.deleteEntry)
]
