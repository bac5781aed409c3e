/** What is said in Slack. */
import type { ChannelName, ChatterName, StaffName } from "../Cast.ts"
import * as Claim from "../Claim.ts"
import { type Deed, minutes, seconds, type Step, trap } from "../Script.ts"

const say = (
  who: ChatterName | StaffName,
  where: ChannelName,
  text: string,
  more: { readonly as?: string; readonly under?: string } = {}
): Deed => ({ on: "chat", does: "say", who, where, text, ...more })
const edit = (message: string, text: string): Deed => ({ on: "chat", does: "edit", message, text })
const remove = (message: string): Deed => ({ on: "chat", does: "delete", message })

const BELLS = "One more thing: can the mechanic bring two bells?"
const TEN_BIKES = "The invoice for January lists 12 bikes, but we rent 10."
const HELMETS = "Please send 30 child helmets, size S."
const CHANGED_HIS_MIND = "Dmitri changed his mind again."
const TWO_WOULD_DO = "Two bikes would do."

export const morning: ReadonlyArray<Step> = [
  minutes(4, say("sam", "team-room", "Morning all. Stand-up in five minutes.")),
  minutes(
    10,
    say(
      "ada",
      "alder-dental",
      "Good morning! Two of our service bikes have a loose headset. Can someone look at them today?",
      { as: "ada-headset" }
    )
  ),
  minutes(
    15,
    say("sam", "alder-dental", "Morning Ada. We have a slot at 14:00. Shall I book it?", { under: "ada-headset" })
  ),
  minutes(19, say("ada", "alder-dental", "Perfect, thank you!", { under: "ada-headset" })),
  minutes(
    30,
    say("bruno", "birch-logistics", "The invoice for June lists 12 bikes, but we rent 11.", { as: "bruno-invoice" })
  ),
  minutes(33, edit("bruno-invoice", "The invoice for January lists 12 bikes, but we rent 11.")),
  minutes(
    45,
    say("chiara", "cedar-hotels", "The code of our bike room is 0000 - oh, that should not stand here.", {
      as: "chiara-code"
    })
  ),
  minutes(46, remove("chiara-code")),
  minutes(60, say("chiara", "cedar-hotels", "Can we add two cargo bikes for the weekend, from Friday noon?")),
  minutes(80, say("nia", "team-room", "Dogwood is two invoices behind. Be gentle.")),
  minutes(95, say("dmitri", "dogwood-schools", HELMETS, { as: "dmitri-order" })),
  minutes(
    120,
    say("esra", "elm-and-sons", "The battery of bike 7 lasts ten minutes. Is that covered?", { as: "esra-battery" })
  ),
  minutes(150, say("farid", "fir-pharmacy", "Do your trailers fit the older couplings?", { as: "farid-trailer" })),
  minutes(170, say("grace", "gorse-media", "We film on Thursday and need six bikes in red.", { as: "grace-shoot" })),
  minutes(
    200,
    say("hugo", "hazel-farm", "Hello, we are new here. What does a bike for a farm shop cost a month?", {
      as: "hugo-quote"
    })
  ),
  minutes(220, say("ines", "alder-dental", "Who has the key of the bike room at our practice?"))
]

export const afternoon: ReadonlyArray<Step> = [
  seconds(
    0.4,
    say("ada", "alder-dental", BELLS, { under: "ada-headset" }),
    trap("a late reply in a thread of the morning", Claim.saysOnce(BELLS, "ada"))
  ),
  seconds(
    1,
    edit("bruno-invoice", TEN_BIKES),
    trap(
      "an edit of a message whose entry stands already",
      Claim.all(Claim.saysOnce(TEN_BIKES, "bruno"), Claim.nowhere("rent 11"), Claim.nowhere("for June"))
    )
  ),
  seconds(
    1.6,
    remove("dmitri-order"),
    trap("a customer takes a message back whose entry stands already", Claim.nowhere(HELMETS))
  ),
  seconds(
    2,
    say("sam", "team-room", CHANGED_HIS_MIND),
    trap("staff among themselves, in a private channel: nobody else's business", Claim.nowhere(CHANGED_HIS_MIND))
  ),
  seconds(2.6, say("dmitri", "dogwood-schools", "Make it 25 helmets, size M, please.")),
  seconds(
    2.7,
    say("esra", "elm-and-sons", "It is the grey one, serial number on the photo.", { under: "esra-battery" })
  ),
  seconds(2.8, say("farid", "fir-pharmacy", "And how long is the delivery?")),
  seconds(2.9, say("bruno", "birch-logistics", "Thanks for the credit note!")),
  seconds(3, say("chiara", "cedar-hotels", "The quote looks good. We take both.")),
  seconds(5.2, say("grace", "gorse-media", "Seven bikes, sorry. One more rider.", { under: "grace-shoot" })),
  seconds(
    7.2,
    { on: "chat", does: "garble", where: "elm-and-sons" },
    trap("Slack delivers something that is no message", Claim.quarantined("support", "Malformed", 1))
  ),
  seconds(
    8.8,
    { on: "chat", does: "go down" },
    trap("Slack's API is down; its events still come", Claim.saysOnce(TWO_WOULD_DO, "hugo"))
  ),
  seconds(9, say("hugo", "hazel-farm", TWO_WOULD_DO, { under: "hugo-quote" })),
  seconds(10.4, { on: "chat", does: "come back" }),
  seconds(11, say("ada", "alder-dental", "Bikes are fixed. You are the best!"))
]
