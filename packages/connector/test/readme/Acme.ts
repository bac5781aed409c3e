import { Connector, Credentials, Feed, Http, Limits } from "@interchannel/connector"
import { Handle, Instant, Part, Ref, Version } from "@interchannel/domain"
import { Context, Effect, Layer, Schema } from "effect"

/** A call as Acme lists it: only the fields that are used. */
const Call = Schema.Struct({
  id: Schema.NonEmptyString,
  from: Schema.String,
  startedAt: Instant.Instant,
  endedAt: Schema.NullOr(Instant.Instant)
})
const CallPage = Schema.Struct({ calls: Schema.Array(Schema.Unknown), next: Schema.NullOr(Schema.String) })

class AcmeApi extends Context.Tag("acme/Api")<AcmeApi, Http.Http>() {}

export const calls = Feed.window("calls", {
  yields: "interactions",
  item: Call,
  key: (call) => call.id,
  cadenceMs: 60_000,
  overlapMs: 300_000,
  sliceMs: 7 * 86_400_000,
  page: ({ from, to, token }) =>
    AcmeApi.pipe(
      Effect.flatMap((acme) =>
        acme.decoded(CallPage, "calls.list", { path: "/v1/calls", query: { from, to, after: token } })
      ),
      Effect.map(({ calls, next }) => Feed.page(calls, next))
    ),
  normalize: (call, { defaultRegion = "US" }) => [
    Part.interaction({
      ref: Ref.local("call", call.id),
      version: Version.make(call.endedAt ?? call.startedAt, call.endedAt === null ? 0 : 1),
      fields: {
        kind: "voice",
        direction: "inbound",
        startedAt: call.startedAt,
        endedAt: call.endedAt ?? undefined,
        participants: [{ role: "customer", handle: Handle.phone(call.from, { defaultRegion }) }]
      }
    })
  ]
})

export const Acme = Connector.make("acme", {
  title: "Acme Phone",
  credentials: Schema.Struct({
    token: Credentials.secret({ from: "your profile page in Acme, under API", prefix: "acme_" })
  }),
  settings: Schema.Struct({
    url: Schema.optionalWith(Schema.String, { default: () => "https://api.example.com" })
  }),
  api: ({ credentials, settings }) =>
    Layer.scoped(
      AcmeApi,
      Http.make({
        vendor: "acme",
        hosts: ["api.example.com"],
        baseUrl: settings.url,
        authorize: Http.bearer(credentials.token)
      })
    ),
  limits: Limits.make({
    concurrency: 2,
    buckets: { api: { requests: 100, perMs: 10_000 } },
    operations: {},
    otherwise: ["api"]
  }),
  feeds: [calls],
  check: AcmeApi.pipe(
    Effect.flatMap((acme) => acme.request("me", { path: "/v1/me" })),
    Effect.as([{ ok: true, what: "Acme takes the token" }])
  )
})
