/** Mistakes in accounts, facts and Subjects. */
import type { Connector, Gate, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as P from "../parley/Parley.ts"
import { type Flaw, flaw } from "./Flaw.ts"

const facts = "the connector's facts fit together"
const bad = "credentials that cannot be are refused before any call, and no secret is shown"

type ParleyAccount = Connector.Account<P.Secrets, typeof P.Settings.Type>

/** One client for each host, made for whoever came first. */
const clients = new Map<string, Layer.Layer<P.Api, VendorError.VendorError, Gate.Gate>>()
const sharedApi = (account: ParleyAccount) => {
  const { url } = account.settings
  const client = clients.get(url) ?? P.Parley.api(account)
  clients.set(url, client)
  return client
}

const Plain = Schema.Struct({ token: Schema.NonEmptyString, signingSecret: Schema.NonEmptyString })
const Talkative = Schema.NonEmptyString.pipe(
  Schema.filter((text) => (text.includes(" ") ? `${text} has a space in it` : undefined))
)

let prepared = 0

export const installingFlaws: ReadonlyArray<Flaw> = [
  flaw("reads envelopes as a webhook that is not there", facts, { socket: { as: "nothing" as "events" } }),
  flaw("resyncs a feed that is not there", facts, { journal: { resync: ["persons"] } }),
  flaw("reconciles less than passes between", facts, {
    lines: { reconcile: { everyMs: 3_600_000, windowMs: 60_000 } }
  }),
  flaw("spends from a bucket that is not there", facts, {
    connector: { limits: () => ({ concurrency: 1, buckets: {}, operations: {}, otherwise: ["default"] }) }
  }),
  flaw("is played without deliveries", "the Subject can play everything that the connector has", {
    subject: (subject) => ({ ...subject, deliveries: {} })
  }),
  flaw("makes one client for all accounts", "two accounts of the vendor are apart, one after the other and at once", {
    connector: { api: sharedApi }
  }),
  flaw(
    "finds fault with a good account",
    "check finds a good account ready once it is prepared, and prepare can be repeated",
    {
      connector: { check: Effect.succeed([{ ok: false, what: "something is missing", remedy: "look for it" }]) }
    }
  ),
  flaw("can be prepared once", "check finds a good account ready once it is prepared, and prepare can be repeated", {
    connector: {
      prepare: Effect.sync(() => [{ ok: ++prepared === 1, what: "the property is created", remedy: "delete it first" }])
    }
  }),
  flaw("keeps its secrets in plain text", "secrets are redacted, and no error shows one", {
    connector: {
      credentials: Plain,
      api: ({ credentials, ...account }: Connector.Account<typeof Plain.Type, typeof P.Settings.Type>) =>
        P.Parley.api({
          ...account,
          credentials: {
            token: Redacted.make(credentials.token),
            signingSecret: Redacted.make(credentials.signingSecret)
          }
        })
    }
  }),
  flaw("shows a bad secret", bad, {
    connector: {
      credentials: Schema.Struct({
        token: Schema.compose(Talkative, Schema.Redacted(Schema.String)),
        signingSecret: Schema.compose(Talkative, Schema.Redacted(Schema.String))
      })
    }
  }),
  flaw("takes credentials that are not there", bad, {
    connector: {
      credentials: Schema.Union(P.ParleyCredentials, Schema.Struct({}))
    }
  })
]
