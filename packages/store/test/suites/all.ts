/** Every contract of the store, on one driver. */
import { afterAll, beforeAll, describe } from "@effect/vitest"
import type { Driver } from "../../src/testing/index.ts"
import { alarms } from "./Alarms.suite.ts"
import { aside } from "./Aside.suite.ts"
import { attempts } from "./Attempts.suite.ts"
import { checkpoints } from "./Checkpoints.suite.ts"
import { connections } from "./Connections.suite.ts"
import { database } from "./Database.suite.ts"
import { dirty } from "./Dirty.suite.ts"
import { due } from "./Due.suite.ts"
import { echoes } from "./Echoes.suite.ts"
import { fields } from "./Fields.suite.ts"
import { erasures } from "./Erasures.suite.ts"
import { inbox } from "./Inbox.suite.ts"
import { leases } from "./Leases.suite.ts"
import { ledger } from "./Ledger.suite.ts"
import { opening } from "./Opening.suite.ts"
import { persons } from "./Persons.suite.ts"
import { placements } from "./Placements.suite.ts"
import { projections } from "./Projections.suite.ts"
import { readiness } from "./Readiness.suite.ts"
import { reviews } from "./Reviews.suite.ts"
import { on } from "./Suite.ts"
import { upgrade } from "./Upgrade.suite.ts"
import { upkeep } from "./Upkeep.suite.ts"

const suites = {
  "opening a store": opening,
  "before a store is opened": readiness,
  "bringing a store up to date": upgrade,
  Database: database,
  Leases: leases,
  Inbox: inbox,
  Checkpoints: checkpoints,
  Ledger: ledger,
  Persons: persons,
  Dirty: dirty,
  Placements: placements,
  Projections: projections,
  "Projections, what is due": due,
  "Projections, attempts": attempts,
  "Projections, what is set aside": aside,
  "Connections and Quarantine": connections,
  "Alarms, Arrivals and Quotas": alarms,
  "what may go": upkeep,
  Echoes: echoes,
  Erasures: erasures,
  Fields: fields,
  Reviews: reviews
}

export const storeKeepsItsPromisesOn = (driver: Driver): void => {
  beforeAll(driver.start)
  afterAll(driver.stop)
  for (const [name, suite] of Object.entries(suites)) {
    describe(name, () => {
      suite(on(driver))
    })
  }
}
