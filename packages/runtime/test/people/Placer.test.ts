/** The law of every driver: whatever happens, it comes to the placements and persons that memory comes to. */
import { type Contact, Handle, Key, Ref } from "@interchannel/domain"
import { Decision, Features, Memory, Model, type Place } from "@interchannel/identity"
import { Persons, Store } from "@interchannel/store"
import { Effect } from "effect"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import * as Placer from "../../src/people/Placer.ts"

const attributed = { by: "test", why: "because", at: 0 }
const WITHIN_MS = 120_000

/** Few values, so that everybody is easily mistaken for somebody else. */
const names = ["Robert Sample", "Bob Sample", "Maria Sample", "Maria Example"]
const reached = [
  Handle.email("r.sample@example.com")!,
  Handle.email("m.example@example.org", { verified: true })!,
  Handle.email("info@example.com")!,
  Handle.phone("+12025550101")!,
  Handle.phone("+12025550102")!
]

const someone = (
  id: number,
  said: { readonly name: string | undefined; readonly handles: ReadonlyArray<Handle.Handle> }
) => {
  const connection = id % 2 === 0 ? "crm" : "chat"
  const ref = Ref.local("person", String(id))
  const contact: Contact = {
    key: Key.contact(connection, ref),
    connection,
    ref,
    kind: id % 3 === 0 ? "record" : "address",
    handles: said.handles,
    version: { at: 0, rank: 0 },
    ...(said.name === undefined ? {} : { name: { full: said.name } })
  }
  return Features.make(contact)
}

const people = fc
  .array(
    fc.record({
      name: fc.option(fc.constantFrom(...names), { nil: undefined }),
      handles: fc.subarray(reached, { maxLength: 2 })
    }),
    { minLength: 2, maxLength: 14 }
  )
  .map((all) => all.map((said, id) => someone(id, said)))

type Step = Place.Change | "commit" | "restart"

const steps = people.chain((all) => {
  const one = fc.constantFrom(...all)
  const pair = fc.tuple(one, one).filter(([a, b]) => a !== b)
  const put = one.map((features): Step => ({ _tag: "Put", features }))
  const decided = fc
    .tuple(pair, fc.boolean())
    .map(([[a, b], together]) =>
      together
        ? Decision.mustLink(a.contact, b.contact, attributed)
        : Decision.cannotLink(a.contact, b.contact, attributed)
    )
  const other: fc.Arbitrary<Step> = fc.oneof(
    one.map(({ contact }): Step => ({ _tag: "Remove", contact })),
    fc.tuple(one, one).map(([a, b]): Step => ({ _tag: "Put", features: { ...b, contact: a.contact } })),
    decided.map((decision): Step => ({ _tag: "Decide", decisions: [decision] })),
    decided.map((decision): Step => ({ _tag: "Revoke", decisions: [decision] })),
    fc.constantFrom<Step>("commit", "restart")
  )
  return fc.array(fc.oneof({ weight: 3, arbitrary: put }, { weight: 2, arbitrary: other }), { maxLength: 40 })
})

/** So small that nearly everything has to be read again. */
const limits = { contacts: 2, keys: 5 }

const throughStore = (all: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const placements: Array<Place.Placement> = []
    let placer = yield* Placer.make(Model.standard, limits)
    const commit = Effect.gen(function* () {
      const rows = placer.rows()
      yield* persons.save({ ...rows, events: [] })
      yield* persons.save({ ...rows, events: [] })
      placer.settle()
    })
    for (const step of all) {
      if (step === "commit") yield* commit
      else if (step === "restart") {
        yield* commit
        placer = yield* Placer.make(Model.standard, limits)
      } else {
        if (step._tag === "Decide" || step._tag === "Revoke") {
          const revoked = step._tag === "Revoke" ? { revoked: attributed } : {}
          yield* persons.decide(step.decisions.map((data) => ({ id: data.id, data, ...revoked })))
        }
        placements.push(yield* placer.place(step, placements.length))
      }
    }
    yield* commit
    return { placements, kept: yield* persons.features({ after: "", limit: 99 }) }
  }).pipe(Effect.provide(Store.layerTemporary))

const sorted = <A>(list: ReadonlyArray<A>): ReadonlyArray<string> => list.map((each) => JSON.stringify(each)).sort()

/** Rows are sets: their order says nothing. */
const comparable = (placement: Place.Placement) => ({
  ...placement,
  post: sorted(placement.post),
  unpost: sorted(placement.unpost),
  edges: sorted(placement.edges),
  sure: sorted(placement.sure),
  firstNames: sorted(placement.firstNames)
})

it(
  "comes to the same through a store and a small cache as in memory",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const memory = Memory.make()
        const expected: Array<Place.Placement> = []
        for (const step of all) {
          if (typeof step === "string") continue
          expected.push(memory.apply({ model: Model.standard, at: expected.length }, step))
        }
        const { placements, kept } = await Effect.runPromise(throughStore(all))
        expect(placements.map(comparable)).toEqual(expected.map(comparable))
        expect(kept.map(({ contact, person, sure }) => [contact, person, sure])).toEqual(
          [...memory.contacts]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([contact, { person, sure }]) => [contact, person, sure])
        )
        const features = new Map(kept.map((row) => [row.contact, row.features as Features.Features]))
        for (const [contact, member] of memory.contacts) expect(features.get(contact)).toEqual(member.features)
      }),
      { numRuns: 30, seed: 7 }
    )
  },
  WITHIN_MS
)
