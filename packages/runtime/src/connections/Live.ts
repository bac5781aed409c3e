/** The configuration in force, as everything that runs looks at it: a change is seen at the next step. */
import { Connections, Signature, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type * as Desire from "../entries/Desire.ts"
import * as Destinations from "../writing/Destinations.ts"
import * as EntryLink from "../entries/EntryLink.ts"
import type * as Inputs from "../writing/Inputs.ts"
import type { Installation, Installed } from "../configuration/Installation.ts"

export interface Live {
  readonly installation: () => Installation
  readonly installed: (id: string) => Installed | undefined
  /** Always the present state: its fields change under whoever holds it. */
  readonly view: Inputs.Options
  /** Grows with each change. */
  readonly version: () => number
  readonly set: (installation: Installation) => Effect.Effect<void, StoreError>
}

export const make = (first: Installation): Effect.Effect<Live, never, Connections.Connections | Signature.Signature> =>
  Effect.gen(function* () {
    const signature = yield* Signature.Signature
    const connections = yield* Connections.Connections
    let installation = first
    let destinations: ReadonlyArray<Desire.Destination> = []
    let version = 0
    const view: Inputs.Options = {
      get own() {
        return installation.own
      },
      get destinations() {
        return destinations
      },
      titleOf: (connection) => Destinations.titleOf(installation)(connection),
      pageOf: (entry) => {
        const { publicUrl } = installation.intake
        return publicUrl === undefined ? undefined : EntryLink.link(signature, publicUrl, entry)
      }
    }
    const set = (next: Installation) =>
      Effect.gen(function* () {
        const rows = yield* connections.all
        installation = next
        destinations = Destinations.of(next, rows)
        version += 1
      })
    return {
      installation: () => installation,
      installed: (id) => installation.connections.get(id),
      view,
      version: () => version,
      set
    }
  })
