/** What people do in HubSpot, and how HubSpot does. */
import type { CustomerName } from "../Cast.ts"
import * as Claim from "../Claim.ts"
import { type Deed, minutes, seconds, type Step, trap } from "../Script.ts"

const logCall = (who: CustomerName, title: string, text: string): Deed => ({
  on: "crm",
  does: "log call",
  who,
  title,
  text
})

/** What Farid asked in the morning. */
const TRAILERS = "Do your trailers fit the older couplings?"

export const morning: ReadonlyArray<Step> = [
  minutes(0, logCall("ada", "Service contract", "Renewed the service contract for ten bikes.")),
  minutes(50, logCall("chiara", "Cargo bikes for a weekend", "Asked about cargo bikes for a weekend. Wants a quote."))
]

export const afternoon: ReadonlyArray<Step> = [
  seconds(
    2.5,
    { on: "crm", does: "throttle", times: 4, retryAfterMs: 1_000 },
    trap(
      "HubSpot answers 429 while five customers write",
      Claim.all(
        Claim.saysOnce("Make it 25 helmets", "dmitri"),
        Claim.saysOnce("It is the grey one", "esra"),
        Claim.saysOnce("how long is the delivery", "farid"),
        Claim.saysOnce("Thanks for the credit note", "bruno"),
        Claim.saysOnce("We take both", "chiara")
      )
    )
  ),
  seconds(
    4.5,
    { on: "crm", does: "merge records", who: "grace" },
    trap("HubSpot's two records of one customer become a third", Claim.saysOnce("We film on Thursday", "grace"))
  ),
  seconds(
    5,
    { on: "crm", does: "go down" },
    trap("HubSpot is down for a while", Claim.saysOnce("Seven bikes, sorry", "grace"))
  ),
  seconds(6.8, { on: "crm", does: "come back" }),
  seconds(
    7.6,
    { on: "crm", does: "add record", who: "hugo" },
    trap("a customer gets a record at last: what waited is delivered", Claim.saysOnce("a bike for a farm shop", "hugo"))
  ),
  seconds(
    8.2,
    { on: "crm", does: "remove entry", words: TRAILERS },
    {
      when: Claim.says(TRAILERS, "farid"),
      ...trap("an admin deletes an entry by hand: it stays deleted", Claim.nowhere(TRAILERS))
    }
  )
]
