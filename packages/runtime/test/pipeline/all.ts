/** What goes in at the vendors, and what then stands in the CRM. Holds on every database. */
import type { Store, StoreError } from "@interchannel/store"
import type { Layer } from "effect"
import { describe } from "vitest"
import { scenariosOn } from "../scenario.ts"
import { approval } from "./approval.suite.ts"
import { hands } from "./hands.suite.ts"
import { ownPeople } from "./ownPeople.suite.ts"
import { records } from "./records.suite.ts"
import { replay } from "./replay.suite.ts"
import { trouble } from "./trouble.suite.ts"

/** `store`: an empty one each time. `crowd`: contacts of the CRM that is met at the first start. */
export const pipelineOn = (name: string, store: Layer.Layer<Store.Services, StoreError>, crowd: number) => {
  const scenario = scenariosOn(store)

  describe(`the pipeline on ${name}`, () => {
    records(scenario)
    ownPeople(scenario)
    hands(scenario)
    trouble(scenario)
    replay(scenario)
    approval(scenario, crowd)
  })
}
