/** Looks at the account of each Connection, through its own connector: credentials, scopes, what has to be set up. */
import { type Connector, Gate, type VendorError } from "@interchannel/connector"
import { type Installation, Receiver } from "@interchannel/runtime"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Checked } from "./render/CheckView.ts"

const ACCOUNTS_AT_ONCE = 4

export const accounts = (installation: Installation.Installation): Effect.Effect<ReadonlyArray<Checked>> =>
  Effect.forEach([...installation.connections.values()], (one) => account(one, installation), {
    concurrency: ACCOUNTS_AT_ONCE
  })

// ---------------------------------------------------------------------------------------------------------------------

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
