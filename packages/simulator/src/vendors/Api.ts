/** How every simulated connector reaches its vendor: through the Gate, then over the wire. */
import { Gate, Limits, type VendorError, Verifier } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Does, Wire } from "../Wire.ts"

export class Api extends Context.Tag("@interchannel/simulator/Api")<
  Api,
  { readonly call: <A>(operation: string, does: Does<A>) => Effect.Effect<A, VendorError.VendorError> }
>() {}

export const call = <A>(operation: string, does: Does<A>): Effect.Effect<A, VendorError.VendorError, Api> =>
  Effect.flatMap(Api, (api) => api.call(operation, does))

/** What all simulated connectors have alike. */
export const facts = (vendor: string, wire: Wire) => ({
  title: vendor,
  credentials: Schema.Struct({ secret: Schema.NonEmptyString }),
  settings: Schema.Struct({}),
  api: () =>
    Layer.effect(
      Api,
      Effect.map(Gate.Gate, (gate) => ({
        call: (operation, does) => gate.call(operation, wire.send(vendor, operation, does))
      }))
    ),
  limits: Limits.make({
    concurrency: 4,
    buckets: { all: { requests: 60, perMs: 10_000 } },
    operations: {},
    otherwise: ["all"]
  }),
  check: Effect.succeed([{ ok: true, what: `${vendor} answers` }])
})

/** How all of them push: signed, each delivery under its own name, again until it is taken. */
export const pushing = {
  verifier: Verifier.hmac<{ readonly secret: string }>({
    secret: ({ secret }) => secret,
    signature: ({ headers }) => headers["x-signature"]
  }),
  deliveryKey: (data: unknown) => (data as { readonly delivery: string }).delivery,
  items: (data: unknown) => (data as { readonly items: ReadonlyArray<unknown> }).items,
  retriesOn: "anything but 200"
}
