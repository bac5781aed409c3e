/** Erasures in their states, each of one person who has one name. */
import * as Effect from "effect/Effect"
import { Erasures, type StoreError } from "../../src/index.ts"

export const asked: Erasures.Erasure = {
  id: "00000000-0001-7000-8000-000000000001",
  askedAt: 5,
  askedBy: "ada",
  phase: "ledger",
  place: "",
  contacts: 1,
  interactions: 0,
  raw: 0,
  turnedAway: 0
}

/** On its way out. */
export const entry: Erasures.Receipt = {
  connection: "crm",
  kind: "entry",
  ref: { kind: "note", id: "1" },
  projection: "w_1",
  state: "due",
  at: 6
}

type Step = (id: string, name: string) => Effect.Effect<void, StoreError, Erasures.Erasures>

export const begun: Step = (id, name) =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    yield* erasures.begin({ ...asked, id, phase: "people", place: `${name}@example.com` }, [`c_${name}`])
    yield* erasures.turnAway(id, "person", [name])
  })

export const done: Step = (id, name) =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    yield* begun(id, name)
    yield* erasures.finish(id)
    yield* erasures.save({ ...asked, id, phase: "done", interactions: 3, doneAt: 9 })
  })
