/**
 * The script of a day, as data: what people and machines do, and when. The morning is over when the daemon is started for
 * the first time; the afternoon happens while it runs, and has the traps in it. Vendors' clocks stand between two steps, so
 * each step has a time of its own.
 */
import type { Standing } from "./Claim.ts"
import { together, type Trap } from "./Script.ts"
import * as chat from "./script/chat.ts"
import * as crm from "./script/crm.ts"
import * as mail from "./script/mail.ts"
import * as phone from "./script/phone.ts"

/** The morning begins so long before the daemon's first start. */
export const MORNING_MS = 6 * 3_600_000

export const morning = together(crm.morning, chat.morning, phone.morning, mail.morning)

export const afternoon = together(chat.afternoon, crm.afternoon, phone.afternoon, mail.afternoon)

export const traps: ReadonlyArray<Trap> = afternoon.flatMap(({ trap }) => trap ?? [])

/** The traps that somebody is in: what each says should hold does not, so far. */
export const caught = (standing: Standing): ReadonlyArray<string> =>
  traps.filter(({ ends }) => !ends(standing)).map(({ told }) => told)
