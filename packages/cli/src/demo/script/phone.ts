/** Who calls and texts. */
import { customers, staff } from "../Cast.ts"
import * as Claim from "../Claim.ts"
import { type Deed, minutes, seconds, type Step, trap } from "../Script.ts"
import type * as Phone from "../silos/Phone.ts"

const call = (who: Phone.Caller, as: string): Deed => ({ on: "phone", does: "call", who, as })
const pickUp = (label: string, agent: "sam" | "nia"): Deed => ({ on: "phone", does: "pick up", call: label, agent })
const hangUp = (label: string): Deed => ({ on: "phone", does: "hang up", call: label })
const recorded = (label: string): Deed => ({ on: "phone", does: "finish the recording", call: label })

const COMPLETED = { hs_call_status: "COMPLETED", hs_call_direction: "INBOUND" }
const BRAKES = "Is my bike ready? I could come by before six."
const WHEELS = "A photo of the wheel follows."
const READY = "Your bike is ready, Lena. We are here till seven."

export const morning: ReadonlyArray<Step> = [
  minutes(70, call("lena", "lena-brakes")),
  minutes(71, pickUp("lena-brakes", "sam")),
  minutes(74, hangUp("lena-brakes")),
  minutes(75, recorded("lena-brakes")),
  minutes(205, call("hugo", "hugo-first")),
  minutes(206, pickUp("hugo-first", "nia")),
  minutes(209, hangUp("hugo-first"))
]

export const afternoon: ReadonlyArray<Step> = [
  seconds(
    0.6,
    call("ada", "ada-bells"),
    trap(
      "a customer calls: whoever picks up sees in the task who it is and what was said elsewhere",
      Claim.all(Claim.briefed("ada-bells", customers.ada.name), Claim.briefed("ada-bells", customers.ada.email))
    )
  ),
  seconds(1.3, pickUp("ada-bells", "sam"), { when: Claim.briefed("ada-bells", customers.ada.name) }),
  seconds(
    3.3,
    call("jon", "household"),
    trap(
      "a call from a telephone that two customers share: on nobody's record",
      Claim.all(Claim.count("jon", "call", 0), Claim.count("petra", "call", 0), Claim.notBriefed("household"))
    )
  ),
  seconds(3.7, pickUp("household", "nia")),
  seconds(4.7, hangUp("household")),
  seconds(5.6, pickUp("ada-bells", "nia"), {
    when: Claim.card("ada", `on the line with ${staff.sam.name}`),
    ...trap(
      "her card in Slack says with whom she is on the line; the call is passed on, and stays one",
      Claim.all(Claim.count("ada", "call", 1), Claim.card("ada", "Call (transferred)"))
    )
  }),
  seconds(
    6.2,
    call("withheld", "withheld"),
    trap(
      "a caller keeps the number back: the call is nobody's",
      Claim.all(Claim.notBriefed("withheld"), ({ entries }) =>
        entries.every(({ ours, type, on }) => !ours || type !== "call" || on.length === 1)
      )
    )
  ),
  seconds(6.5, pickUp("withheld", "sam")),
  seconds(7, call("bruno", "bruno-missed")),
  seconds(
    7.4,
    { on: "phone", does: "ring in vain", call: "bruno-missed", agent: "sam" },
    trap("nobody picks up in time", Claim.has("bruno", "call", { hs_call_status: "NO_ANSWER" }))
  ),
  seconds(7.9, hangUp("withheld")),
  seconds(8.6, hangUp("ada-bells")),
  seconds(9.2, hangUp("bruno-missed")),
  seconds(9.6, call("esra", "esra-voicemail")),
  seconds(
    10.6,
    { on: "phone", does: "leave a message", call: "esra-voicemail", seconds: 11 },
    trap(
      "a caller speaks to the machine",
      Claim.has("esra", "call", { ...COMPLETED, hs_call_recording_url: "https://" }, "Voicemail")
    )
  ),
  seconds(10.9, hangUp("esra-voicemail")),
  seconds(
    11.4,
    { on: "phone", does: "go down" },
    trap(
      "Twilio's API is down; its callbacks still come",
      Claim.has("lena", "communication", { hs_communication_channel_type: "SMS" }, BRAKES)
    )
  ),
  seconds(11.6, { on: "phone", does: "text", who: "lena", by: "SMS", text: BRAKES }),
  seconds(
    11.8,
    { on: "phone", does: "text", who: "chiara", by: "WhatsApp", text: WHEELS },
    trap(
      "a customer changes over to WhatsApp",
      Claim.has("chiara", "communication", { hs_communication_channel_type: "WHATS_APP" }, WHEELS)
    )
  ),
  seconds(13, { on: "phone", does: "come back" }),
  seconds(
    13.4,
    { on: "phone", does: "text back", who: "lena", text: READY },
    trap("staff answers a text from another tool", Claim.saysOnce(READY, "lena"))
  ),
  seconds(13.8, recorded("ada-bells"), {
    when: Claim.count("ada", "call", 1),
    ...trap(
      "the recording of a call arrives when its entry stands already",
      Claim.has("ada", "call", { ...COMPLETED, hs_call_recording_url: "https://" }, "transferred")
    )
  })
]
