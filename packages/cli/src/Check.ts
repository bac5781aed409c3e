/** Looks at the store, and at the account of each Connection through its own connector: credentials, scopes, set-up. */
import { type Connector, Gate, type VendorError } from "@interchannel/connector"
import { type Installation, Receiver } from "@interchannel/runtime"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Loaded } from "./Config.ts"
import type { Checked } from "./render/CheckView.ts"
import { readiness } from "./Stores.ts"

const ACCOUNTS_AT_ONCE = 4

export const accounts = (installation: Installation.Installation): Effect.Effect<ReadonlyArray<Checked>> =>
  Effect.forEach([...installation.connections.values()], (one) => account(one, installation), {
    concurrency: ACCOUNTS_AT_ONCE
  })

/** The store that everything is kept in, shown as a connection is. */
export const store = (loaded: Loaded): Effect.Effect<Checked> =>
  Effect.map(readiness(loaded), (finding) => ({
    id: "store",
    title: "sqlite" in loaded.installation.store ? "SQLite" : "PostgreSQL",
    findings: [finding],
    webhooks: []
  }))

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
