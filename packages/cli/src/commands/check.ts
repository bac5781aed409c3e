/** `interchannel check`: the configuration, then each account: credentials, scopes, what has to be set up. */
import * as Command from "@effect/cli/Command"
import { type Connector, Gate, type VendorError } from "@interchannel/connector"
import { type Installation, Receiver } from "@interchannel/runtime"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { configuration } from "../Attach.ts"
import { config } from "../options.ts"
import { type Checked, checkView, problemCount } from "../render/CheckView.ts"
import { of } from "../render/Quantity.ts"
import { Screen } from "../Screen.ts"
import { exitCodes, Stop } from "../Stop.ts"

const ACCOUNTS_AT_ONCE = 4

export const check = Command.make("check", { config }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { installation } = yield* configuration(given.config)
    const installed = [...installation.connections.values()]
    yield* screen.say(`${given.config}: ${of(installed.length, "connection")}, no problem in the file.\n`)
    const checked = yield* Effect.forEach(installed, (one) => account(one, installation), {
      concurrency: ACCOUNTS_AT_ONCE
    })
    yield* screen.say(checkView(checked, screen.style))
    if (problemCount(checked) > 0) return yield* new Stop({ text: "", exitCode: exitCodes.failed })
  })
).pipe(Command.withDescription("Try the configuration: credentials, scopes, set-up. Says what to fix; changes nothing"))

const account = (
  installed: Installation.Installed,
  installation: Installation.Installation
): Effect.Effect<Checked> => {
  const { connector, id } = installed
  const api = connector.api(installed.account) as Layer.Layer<unknown, VendorError.VendorError, Gate.Gate>
  const findings = (
    connector.check as Effect.Effect<ReadonlyArray<Connector.Finding>, VendorError.VendorError, unknown>
  ).pipe(
    Effect.provide(api),
    Effect.provide(Gate.layerOpen(connector.id)),
    Effect.catchAll((error) => Effect.succeed([unreachable(error)]))
  )
  return Effect.map(findings as Effect.Effect<ReadonlyArray<Connector.Finding>>, (found) => ({
    id,
    title: connector.title,
    findings: found,
    webhooks: webhooksOf(installed, installation)
  }))
}

/** Its message says what to do. */
const unreachable = (error: VendorError.VendorError): Connector.Finding => ({ ok: false, what: error.message })

const webhooksOf = ({ connector, id }: Installation.Installed, { intake }: Installation.Installation) =>
  intake.publicUrl === undefined
    ? []
    : connector.webhooks.map(({ name }) => `${intake.publicUrl}${Receiver.pathOf(id, name)}`)
