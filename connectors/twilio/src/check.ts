/** What an admin wants to know about an account: is it let in, which numbers does it have, do their calls tell us. */
import { Finding, VendorError, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { call, page, settings } from "./api.ts"
import { Account, OwnNumber } from "./wire.ts"

export const check = Effect.gen(function* () {
  const { sender, workspaces: known } = yield* settings
  const account = yield* Effect.flatMap(call("accounts.get", "api", ".json"), (it) => it.decoded(Account))
  const list = { items: "incoming_phone_numbers", path: "/IncomingPhoneNumbers.json", token: undefined }
  const first = yield* page("numbers.list", "api", list)
  const numbers = numbersIn(first.items)
  const workspaces = yield* Effect.forEach(known, (sid) =>
    Effect.map(VendorError.unlessGone(call("workspaces.get", "taskrouter", `/v1/Workspaces/${sid}`)), (found) =>
      found === undefined
        ? bad(`there is no workspace ${sid}`, "copy its SID from the Console, TaskRouter, Workspaces")
        : good(`TaskRouter workspace ${sid} is read`)
    )
  )
  return [
    account.status === "active"
      ? good(`signed in to ${account.friendly_name ?? account.sid} (${account.sid})`)
      : bad(`the account is ${account.status}`, "reactivate it in Twilio's Console"),
    numbersFinding(numbers, first.next !== undefined),
    ...callbackFindings(numbers),
    ...(sender?.startsWith("+") === true && first.next === undefined ? senderFindings(sender, numbers) : []),
    ...workspaces
  ]
})

// ---------------------------------------------------------------------------------------------------------------------

type OwnNumber = typeof OwnNumber.Type

const { bad, good } = Finding
const numbersIn = Wire.fitting(OwnNumber)

/** Numbers are shown so that they can be copied to `own.numbers`, which tells our side of a call from the customer's. */
const numbersFinding = (numbers: ReadonlyArray<OwnNumber>, more: boolean): Finding.Finding =>
  numbers.length === 0
    ? good("the account has no numbers of its own; callers reach it by SIP or verified numbers")
    : good(`numbers for own.numbers: ${shown(numbers)}${more ? ", …" : ""}`)

const callbackFindings = (numbers: ReadonlyArray<OwnNumber>): ReadonlyArray<Finding.Finding> => {
  const mute = numbers.filter(({ status_callback: url }) => !url)
  return mute.length === 0
    ? []
    : [good(`calls of ${shown(mute)} are read every minute; a status callback URL would tell of them at once`)]
}

const senderFindings = (sender: string, numbers: ReadonlyArray<OwnNumber>): ReadonlyArray<Finding.Finding> =>
  numbers.some(({ phone_number }) => phone_number === sender)
    ? [good(`messages are sent from ${sender}`)]
    : [bad(`settings.sender ${sender} is no number of the account`, "set it to one of them, or to a messaging service")]

const shown = (numbers: ReadonlyArray<OwnNumber>): string =>
  Finding.listed(numbers.map(({ phone_number }) => phone_number))
