/** What an admin wants to know about a mailbox: is it let in, which folders are read, is sending set up. */
import { Finding } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { folders, settings } from "./api.ts"

const { bad, good } = Finding

export const check = Effect.gen(function* () {
  const known = yield* settings
  const all = yield* folders
  const paths = all.map(({ path }) => path)
  const missing = (known.folders ?? []).filter((folder) => !paths.includes(folder))
  const sent = all.find(({ use }) => use === "sent")
  const read = known.folders ?? all.filter(({ use }) => use !== "other").map(({ path }) => path)
  return [
    good(`signed in to ${known.imap.host}; ${all.length} folders`),
    ...missing.map((folder) =>
      bad(`folder ${folder} is in the settings, and not in the mailbox`, `name one of ${Finding.listed(paths)}`)
    ),
    good(`read are ${read.join(", ")}`),
    sent === undefined
      ? bad("the folder of sent mail is not known: what is sent cannot be looked up", "set sentFolder to its name")
      : good(`sent mail lies in ${sent.path}`),
    known.authenticator === undefined
      ? good("no sender counts as verified, since `authenticator` is not set")
      : good(`senders that ${known.authenticator} has authenticated count as verified`)
  ]
})
