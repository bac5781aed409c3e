import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import * as BlockingKey from "../src/blocking/BlockingKey.ts"
import type * as Features from "../src/features/Features.ts"
import * as IdentityStore from "../src/keeping/IdentityStore.ts"
import * as Memory from "../src/keeping/Memory.ts"
import * as Model from "../src/model/Model.ts"
import * as Place from "../src/placing/Place.ts"
import * as World from "./world.ts"

it("places through the store as it does in memory", async () => {
  const people = ["crm", "chat", "sms"].map((connection) =>
    World.features(connection, { given: "Ana", phone: "+12025550101", connection })
  )
  const placements = await Effect.runPromise(
    Effect.forEach(people, (features, at) =>
      IdentityStore.apply({ model: World.model, at }, { _tag: "Put", features })
    ).pipe(Effect.provide(Memory.layer))
  )
  const world = World.make()
  world.put(...people)
  expect(placements).toEqual(world.log)
})

it("fails with what failed when the store does, and saves nothing", async () => {
  const broken = IdentityStore.IdentityStore.of({
    load: () => Effect.fail(new IdentityStore.IdentityStoreError({ operation: "load", cause: "disk" })),
    save: () => Effect.die("nothing may be saved")
  })
  const change = { _tag: "Remove", contact: World.features("a", {}).contact } as const
  const error = await Effect.runPromise(
    IdentityStore.apply({ model: World.model, at: 0 }, change).pipe(
      Effect.provideService(IdentityStore.IdentityStore, broken),
      Effect.flip
    )
  )
  expect(error.message).toBe("identity.load: the store failed - nothing was saved, the change will be placed again")
})

it("refines a key that too many share, and still finds a namesake's own", () => {
  const world = World.make()
  const many = BlockingKey.POSTING_MAX + 10
  const crowd = Array.from({ length: many }, (_, index) =>
    World.features(`${index}`, {
      given: `Name${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}x`,
      phone: "+13125550100"
    })
  )
  world.put(...crowd)
  const last = crowd.at(-1)!
  const key = BlockingKey.ofHandle(last.handles[0]!)
  const asked = BlockingKey.make(last).find((each) => each.key === key)!
  const posting = world.memory.load({ keys: [asked], reach: [], handles: [], bits: 0 }).postings.get(key)!
  expect(posting.refined).toBe(true)
  expect(posting.contacts).toContain(last.contact)
  expect(posting.contacts.length).toBeLessThan(many)
  expect(new Set([...world.memory.contacts.values()].map(({ person }) => person)).size).toBe(many)
})

it("compares a common name with nobody when there is nothing but handles beside it", () => {
  const world = World.make()
  const namesake = (index: number, more: object = {}) =>
    World.features(`${index}`, { given: "Anna", family: "Larsson", phone: `+131255501${10 + index}`, ...more })
  const compared = (contact: Features.Features) =>
    world.memory.load(Place.firstQuery(Model.standard, { _tag: "Put", features: contact })).members.size
  world.put(...Array.from({ length: 16 }, (_, index) => namesake(index)))
  expect(compared(namesake(16))).toBe(16)
  world.put(namesake(16), namesake(17, { birthDate: "1980-02-29" }))
  expect(compared(namesake(18))).toBe(0)
  expect(compared(namesake(19, { birthDate: "1980-02-29" }))).toBe(1)
})
