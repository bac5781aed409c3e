// What an author's own code does with the connector: without the daemon, the repository or a test runner.
import assert from "node:assert/strict"
import { Connector, Gate, QuotaLedger } from "@interchannel/connector"
import { Emulator } from "@interchannel/connector/testing"
import { Assemble, Key, Part } from "@interchannel/domain"
import { Effect, Either, Layer } from "effect"
import { Acme, calls } from "./Acme.js"

const startedAt = 1_767_614_400_000
const call = { id: "17", from: "+12025550100", startedAt, endedAt: null }

const program = Effect.gen(function* () {
  const vendor = yield* Emulator.start({
    name: "acme",
    routes: [
      {
        method: "GET",
        path: "/v1/calls",
        operation: "calls.list",
        handle: () => ({ status: 200, body: { calls: [call], next: null } })
      }
    ]
  })
  const given = { connection: "phone-eu", credentials: { token: "acme_t0ken" }, settings: { url: vendor.url } }
  const account = Either.getOrThrow(Connector.decodeAccount(Acme, given))
  const api = Layer.provide(Acme.api(account), Gate.layerOpen("acme"))
  const page = yield* Effect.provide(
    calls.page({ partition: "all", from: startedAt, to: startedAt + 1, token: undefined }),
    api
  )
  const origin = { connection: "phone-eu", partition: "all", acceptedAt: startedAt, settings: account.settings }
  const parts = page.items
    .flatMap((item) => calls.normalize(/** @type {typeof call} */ (item), origin))
    .flatMap((outcome) => (Part.isRefetch(outcome) ? [] : [outcome]))
  const key = Key.interaction("phone-eu", { kind: "call", id: "17" })
  const assembled = Assemble.interaction({ key, connection: "phone-eu", parts })
  assert.equal(assembled._tag, "Whole")
  assert.equal(QuotaLedger.ask(Acme.limits(account.settings), QuotaLedger.empty, { operation: "calls.list" }, 0), 0)
  assert.ok(Connector.supports(Acme, "interactions"))
  return `a connector written elsewhere read ${assembled.record.kind} ${assembled.record.key}`
})

console.log(await Effect.runPromise(Effect.scoped(program)))
