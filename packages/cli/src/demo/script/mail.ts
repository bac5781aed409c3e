/** What is written by mail. */
import * as Claim from "../Claim.ts"
import { type Deed, minutes, seconds, type Step, trap } from "../Script.ts"
import type * as Mail from "../silos/Mail.ts"

type Unplaced<D> = D extends unknown ? Omit<D, "on"> : never
const mail = (deed: Unplaced<Mail.Deed>): Deed => ({ on: "mail", ...deed }) as Deed

const COPY = "Could you send us a copy of the contract?"
const SPRING = "From March on the workshop is open on Saturdays, too."
const AWAY = "I am away until Monday."
const PUMP = "The pump you ordered is in. Shall we keep it for you?"
const REOPENING = "Our terrace opens again in April."
const INSURANCE = "Our insurance asks for the frame numbers."
const KEYS = "I lost both keys of my lock."
const KEYS_FOUND = "I found the keys, in my other coat."
const ROOM = "The key was in the kitchen. Thanks, all!"

export const morning: ReadonlyArray<Step> = [
  minutes(25, mail({ does: "write", who: "ada", subject: "Our service contract", text: COPY, as: "ada-contract" })),
  minutes(
    40,
    mail({
      does: "write to",
      to: ["ada"],
      subject: "Re: Our service contract",
      text: "Of course, Ada: it is attached. Kind regards, Sam",
      as: "sam-contract",
      under: "ada-contract"
    })
  ),
  minutes(130, mail({ does: "write", who: "mara", subject: "My lock", text: KEYS, as: "mara-keys" })),
  minutes(210, mail({ does: "write to", to: ["farid"], subject: "Your pump", text: PUMP, as: "pump" }))
]

export const afternoon: ReadonlyArray<Step> = [
  seconds(
    1.15,
    mail({
      does: "write",
      who: "ada",
      subject: "Re: Our service contract",
      text: "It has arrived, thank you.",
      under: "sam-contract"
    }),
    trap(
      "an answer by mail: her card in Slack shows what was said there",
      Claim.all(Claim.saysOnce("It has arrived", "ada"), Claim.card("ada", "Our service contract"))
    )
  ),
  seconds(
    1.8,
    mail({
      does: "write to",
      to: ["bruno", "chiara", "dmitri"],
      subject: "Open on Saturdays",
      text: SPRING,
      as: "saturdays"
    }),
    trap("one mail to three customers: one entry on three records", Claim.saysOnce(SPRING, "bruno", "chiara", "dmitri"))
  ),
  seconds(
    2.2,
    mail({
      does: "answer by itself",
      who: "dmitri",
      subject: "Automatic reply: Open on Saturdays",
      text: AWAY,
      under: "saturdays"
    }),
    trap("a mailbox answers by itself", Claim.saysOnce(AWAY, "dmitri"))
  ),
  seconds(
    3.5,
    mail({ does: "bounce", of: "pump", who: "farid" }),
    trap("a mail comes back: its customer never read it", Claim.has("farid", "email", {}, "not delivered"))
  ),
  seconds(
    4.2,
    mail({ does: "send a newsletter", who: "chiara", subject: "Spring at Cedar Hotels", text: REOPENING }),
    trap(
      "a customer's newsletter: nobody's history",
      Claim.all(Claim.nowhere(REOPENING), Claim.cardWithout("chiara", "Spring at Cedar Hotels"))
    )
  ),
  seconds(
    5.8,
    mail({ does: "pass on", by: "nia", who: "grace", subject: "Frame numbers", text: INSURANCE }),
    trap("a colleague passes on a customer's mail: the customer is inside", Claim.saysOnce(INSURANCE, "grace"))
  ),
  seconds(
    8,
    mail({
      does: "invite",
      who: "bruno",
      subject: "Bikes for the summer",
      text: "Let us go through the numbers.",
      inHours: 48
    }),
    trap("an invitation is an appointment", Claim.has("bruno", "meeting", {}, "Bikes for the summer"))
  ),
  seconds(
    9.4,
    mail({ does: "write", who: "mara", from: "second", subject: "Re: My lock", text: KEYS_FOUND, under: "mara-keys" }),
    trap(
      "a customer writes from another mailbox: on the same record",
      Claim.all(Claim.saysOnce(KEYS, "mara"), Claim.saysOnce(KEYS_FOUND, "mara"))
    )
  ),
  seconds(
    9.9,
    { on: "mail", does: "go down" },
    trap("the mail host drops its connections", Claim.saysOnce(ROOM, "ines"))
  ),
  seconds(10.1, mail({ does: "write", who: "ines", subject: "Bike room", text: ROOM })),
  seconds(11.2, { on: "mail", does: "come back" })
]
