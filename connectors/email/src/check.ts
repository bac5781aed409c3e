/** What an admin wants to know about a mailbox: is it let in, which folders are read, is sending set up. */
import { Finding } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { EmailApi } from "./api.ts"

const { bad, good } = Finding

export const check = Effect.gen(function* () {
  const { folders, settings } = yield* EmailApi
  const all = yield* folders
  const paths = all.map(({ path }) => path)
  const missing = (settings.folders ?? []).filter((folder) => !paths.includes(folder))
  const sent = all.find(({ use }) => use === "sent")
  const read = settings.folders ?? all.filter(({ use }) => use !== "other").map(({ path }) => path)
  return [
    good(`signed in to ${settings.imap.host}; ${all.length} folders`),
    ...missing.map((folder) =>
      bad(`folder ${folder} is in the settings, and not in the mailbox`, `name one of ${Finding.listed(paths)}`)
    ),
    good(`read are ${read.join(", ")}`),
    sent === undefined
      ? bad("the folder of sent mail is not known: what is sent cannot be looked up", "set sentFolder to its name")
      : good(`sent mail lies in ${sent.path}`),
    settings.authenticator === undefined
      ? good("no sender counts as verified, since `authenticator` is not set")
      : good(`senders that ${settings.authenticator} has authenticated count as verified`)
  ]
})
