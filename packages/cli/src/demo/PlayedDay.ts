/**
 * The script of a day, as data: what people and machines do, and when. The morning is over when the daemon is started for
 * the first time; the afternoon happens while it runs, and has the traps in it.
 */
import type { ChannelName, CustomerName, Name } from "./Cast.ts"

/** A message that is spoken of again. */
export type Label = string

export type Vendor = "slack" | "hubspot"

export type Deed =
  | {
      readonly does: "say"
      readonly who: Name
      readonly where: ChannelName
      readonly text: string
      readonly as?: Label
      /** The message whose thread it is said in. */
      readonly under?: Label
    }
  | { readonly does: "edit"; readonly message: Label; readonly text: string }
  | { readonly does: "delete"; readonly message: Label }
  /** Staff logs a call in HubSpot. */
  | { readonly does: "log call"; readonly who: CustomerName; readonly title: string; readonly text: string }
  /** HubSpot gets a record of this customer. */
  | { readonly does: "add record"; readonly who: CustomerName }
  /** HubSpot's two records of this customer become a third. */
  | { readonly does: "merge records"; readonly who: CustomerName }
  /** An admin deletes the entry of this message in HubSpot; waits until it stands there. */
  | { readonly does: "remove entry"; readonly of: Label }
  /** The next calls are answered 429. */
  | { readonly does: "throttle"; readonly vendor: Vendor; readonly times: number; readonly retryAfterMs: number }
  | { readonly does: "go down"; readonly vendor: Vendor }
  | { readonly does: "come back"; readonly vendor: Vendor }
  /** Slack delivers a message that is not what its documentation says. */
  | { readonly does: "garble"; readonly where: ChannelName }

export interface Step {
  /** Milliseconds from the beginning of its act. */
  readonly at: number
  readonly deed: Deed
  /** What it is a trap for, said when it is played. */
  readonly trap?: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** The morning begins so long before the daemon's first start. */
export const MORNING_MS = 6 * 60 * MINUTE

const morningAt = (minutes: number, deed: Deed, trap?: string): Step => ({
  at: minutes * MINUTE,
  deed,
  ...(trap === undefined ? {} : { trap })
})

export const morning: ReadonlyArray<Step> = [
  morningAt(0, {
    does: "log call",
    who: "ada",
    title: "Service contract",
    text: "Renewed the service contract for ten bikes."
  }),
  morningAt(4, { does: "say", who: "sam", where: "team-room", text: "Morning all. Stand-up in five minutes." }),
  morningAt(10, {
    does: "say",
    who: "ada",
    where: "alder-dental",
    as: "ada-headset",
    text: "Good morning! Two of our service bikes have a loose headset. Can someone look at them today?"
  }),
  morningAt(15, {
    does: "say",
    who: "sam",
    where: "alder-dental",
    under: "ada-headset",
    text: "Morning Ada. We have a slot at 14:00. Shall I book it?"
  }),
  morningAt(19, { does: "say", who: "ada", where: "alder-dental", under: "ada-headset", text: "Perfect, thank you!" }),
  morningAt(30, {
    does: "say",
    who: "bruno",
    where: "birch-logistics",
    as: "bruno-invoice",
    text: "The invoice for June lists 12 bikes, but we rent 11."
  }),
  morningAt(33, {
    does: "edit",
    message: "bruno-invoice",
    text: "The invoice for January lists 12 bikes, but we rent 11."
  }),
  morningAt(45, {
    does: "say",
    who: "chiara",
    where: "cedar-hotels",
    as: "chiara-code",
    text: "The code of our bike room is 0000 - oh, that should not stand here."
  }),
  morningAt(46, { does: "delete", message: "chiara-code" }),
  morningAt(50, {
    does: "log call",
    who: "chiara",
    title: "Cargo bikes for a weekend",
    text: "Asked about cargo bikes for a weekend. Wants a quote."
  }),
  morningAt(60, {
    does: "say",
    who: "chiara",
    where: "cedar-hotels",
    text: "Can we add two cargo bikes for the weekend, from Friday noon?"
  }),
  morningAt(80, { does: "say", who: "nia", where: "team-room", text: "Dogwood is two invoices behind. Be gentle." }),
  morningAt(95, {
    does: "say",
    who: "dmitri",
    where: "dogwood-schools",
    as: "dmitri-order",
    text: "Please send 30 child helmets, size S."
  }),
  morningAt(120, {
    does: "say",
    who: "esra",
    where: "elm-and-sons",
    as: "esra-battery",
    text: "The battery of bike 7 lasts ten minutes. Is that covered?"
  }),
  morningAt(150, {
    does: "say",
    who: "farid",
    where: "fir-pharmacy",
    as: "farid-trailer",
    text: "Do your trailers fit the older couplings?"
  }),
  morningAt(170, {
    does: "say",
    who: "grace",
    where: "gorse-media",
    as: "grace-shoot",
    text: "We film on Thursday and need six bikes in red."
  }),
  morningAt(200, {
    does: "say",
    who: "hugo",
    where: "hazel-farm",
    as: "hugo-quote",
    text: "Hello, we are new here. What does a bike for a farm shop cost a month?"
  }),
  morningAt(220, {
    does: "say",
    who: "ines",
    where: "alder-dental",
    text: "Who has the key of the bike room at our practice?"
  })
]

const afternoonAt = (seconds: number, deed: Deed, trap?: string): Step => ({
  at: Math.round(seconds * SECOND),
  deed,
  ...(trap === undefined ? {} : { trap })
})

/** The vendors' clocks stand between two steps, so each step has a time of its own. */
export const afternoon: ReadonlyArray<Step> = [
  afternoonAt(
    0.4,
    {
      does: "say",
      who: "ada",
      where: "alder-dental",
      under: "ada-headset",
      text: "One more thing: can the mechanic bring two bells?"
    },
    "a late reply in a thread of the morning"
  ),
  afternoonAt(
    1,
    { does: "edit", message: "bruno-invoice", text: "The invoice for January lists 12 bikes, but we rent 10." },
    "an edit of a message whose entry stands already"
  ),
  afternoonAt(
    1.6,
    { does: "delete", message: "dmitri-order" },
    "a customer takes a message back whose entry stands already"
  ),
  afternoonAt(
    2,
    { does: "say", who: "sam", where: "team-room", text: "Dmitri changed his mind again." },
    "staff among themselves, in a private channel: nobody else's business"
  ),
  afternoonAt(
    2.5,
    { does: "throttle", vendor: "hubspot", times: 4, retryAfterMs: SECOND },
    "HubSpot answers 429 while five customers write"
  ),
  afternoonAt(2.6, {
    does: "say",
    who: "dmitri",
    where: "dogwood-schools",
    text: "Make it 25 helmets, size M, please."
  }),
  afternoonAt(2.7, {
    does: "say",
    who: "esra",
    where: "elm-and-sons",
    under: "esra-battery",
    text: "It is the grey one, serial number on the photo."
  }),
  afternoonAt(2.8, { does: "say", who: "farid", where: "fir-pharmacy", text: "And how long is the delivery?" }),
  afternoonAt(2.9, { does: "say", who: "bruno", where: "birch-logistics", text: "Thanks for the credit note!" }),
  afternoonAt(3, { does: "say", who: "chiara", where: "cedar-hotels", text: "The quote looks good. We take both." }),
  afternoonAt(4.5, { does: "merge records", who: "grace" }, "HubSpot's two records of one customer become a third"),
  afternoonAt(5, { does: "go down", vendor: "hubspot" }, "HubSpot is down for a while"),
  afternoonAt(5.2, {
    does: "say",
    who: "grace",
    where: "gorse-media",
    under: "grace-shoot",
    text: "Seven bikes, sorry. One more rider."
  }),
  afternoonAt(6.8, { does: "come back", vendor: "hubspot" }),
  afternoonAt(7.2, { does: "garble", where: "elm-and-sons" }, "Slack delivers something that is no message"),
  afternoonAt(7.6, { does: "add record", who: "hugo" }, "a customer gets a record at last: what waited is delivered"),
  afternoonAt(
    8.2,
    { does: "remove entry", of: "farid-trailer" },
    "an admin deletes an entry by hand: it stays deleted"
  ),
  afternoonAt(8.8, { does: "go down", vendor: "slack" }, "Slack's API is down; its events still come"),
  afternoonAt(9, {
    does: "say",
    who: "hugo",
    where: "hazel-farm",
    under: "hugo-quote",
    text: "Two bikes would do."
  }),
  afternoonAt(10.4, { does: "come back", vendor: "slack" }),
  afternoonAt(11, { does: "say", who: "ada", where: "alder-dental", text: "Bikes are fixed. You are the best!" })
]
