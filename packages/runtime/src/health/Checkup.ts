/** Looks at everything the store knows of an installation, for `doctor` and for alarms. Asks no vendor. */
import { QuotaLedger } from "@interchannel/connector"
import {
  Alarms,
  Arrivals,
  Checkpoints,
  Connections,
  Erasures,
  Inbox,
  Leases,
  Quarantine,
  Quotas,
  type StoreError
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Diagnosis from "./Diagnosis.ts"
import * as Inquiry from "./Inquiry.ts"
import type { Installation } from "../configuration/Installation.ts"
import * as Pushes from "../feeds/Pushes.ts"
import * as Reading from "../feeds/Reading.ts"
import type * as Report from "./Report.ts"

export type Services = Inquiry.Services | Alarms.Alarms | Arrivals.Arrivals | Erasures.Erasures

/** What is set aside is looked at up to this many rows; all of it is counted. */
const ASIDES_MAX = 500

export const diagnose = (installation: Installation): Effect.Effect<Report.Diagnosis, StoreError, Services> =>
  Effect.map(facts(installation), Diagnosis.of)

// ---------------------------------------------------------------------------------------------------------------------

const facts = (installation: Installation): Effect.Effect<Diagnosis.Facts, StoreError, Services> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const rows = yield* (yield* Connections.Connections).all
    const places = yield* (yield* Checkpoints.Checkpoints).all
    const saved = yield* (yield* Quotas.Quotas).all
    const counts = yield* (yield* Inbox.Inbox).counts
    const installed = rows.flatMap(({ id, installedAt }) => {
      const found = installation.connections.get(id)
      return found === undefined ? [] : [{ found, installedAt }]
    })
    const pending = counts.flatMap(({ oldestPendingAt }) => oldestPendingAt ?? [])
    return {
      now,
      installation,
      rows,
      status: yield* Inquiry.status(installation),
      feeds: new Map(
        installed.map(({ found, installedAt }) => [found.id, Reading.diagnosis(found, installedAt, places, now)])
      ),
      quota: new Map(
        installed.map(({ found }) => [
          found.id,
          QuotaLedger.left(found.limits, Inquiry.spentOf(saved, found, now), now)
        ])
      ),
      arrivals: yield* (yield* Arrivals.Arrivals).list(now - Pushes.LOOK_BACK_MS),
      leases: yield* (yield* Leases.Leases).holders,
      asides: yield* (yield* Quarantine.Quarantine).list({ after: "", limit: ASIDES_MAX }),
      oldestPendingAt: pending.length === 0 ? undefined : Math.min(...pending),
      channels: yield* (yield* Alarms.Alarms).channels,
      erasures: yield* erasuresWithReceipts
    }
  })

const erasuresWithReceipts = Effect.flatMap(Erasures.Erasures, ({ all, receipts }) =>
  Effect.flatMap(all, (list) =>
    Effect.forEach(list, (one) => Effect.map(receipts(one.id), (theirs) => ({ ...one, receipts: theirs })))
  )
)
