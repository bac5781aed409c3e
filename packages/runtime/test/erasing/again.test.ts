import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Key, Ref } from "@interchannel/domain"
import { Backup, Erasures, Inbox, Ledger, Store } from "@interchannel/store"
import { forgetLedger, masterKey } from "@interchannel/store/testing"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Names from "../../src/erasing/Names.ts"
import * as Requests from "../../src/erasing/Requests.ts"
import { START } from "../stages.ts"
import { anaKey, bob, inTouch, said } from "./inTouch.ts"

const WITHIN_MS = 120_000

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-again-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

type World = Effect.Effect.Success<typeof inTouch>
type Step<A = unknown> = (world: World) => Effect.Effect<A, unknown, Store.Services>

const erased: Step = ({ installation, run, turn }) =>
  Effect.gen(function* () {
    yield* Requests.erase(installation, "ana@example.com", "ada")
    yield* Effect.repeatN(Effect.zipRight(run, turn), 2)
    expect(yield* Requests.list).toMatchObject([{ phase: "done" }])
  })
const goesOn: Step = ({ run, turn }) => Effect.repeatN(Effect.zipRight(run, turn), 2)

/** A copy is made, `since` comes to pass, and the copy takes the place of the store. */
const putBack = (since: Step, before: Step = () => Effect.void) =>
  Effect.gen(function* () {
    const place = yield* folder
    const [file, copy] = [join(place, "store.db"), join(place, "copy.db")]
    const open = Store.layerSqlite({ file, masterKey })
    const world = yield* Effect.provide(inTouch, open)
    // What the stages had read is gone with each daemon.
    const run = <A>(step: Step<A>) => Effect.provide(Effect.zipRight(world.restart, step(world)), open)
    yield* run(before)
    yield* Backup.make(file, copy)
    yield* run(since)
    const { again } = yield* Backup.restore(copy, file)
    return { world, file, again, run }
  })

const contactKeys = Effect.flatMap(Ledger.Ledger, ({ contactKeys: page }) => page({ after: "", limit: 99 }))

describe("a copy of the store that is put back", () => {
  it.scoped(
    "brings back nobody who was erased since: they are found by hashes alone, and go as they went before",
    () =>
      Effect.gen(function* () {
        const { world, file, again, run } = yield* putBack(erased)
        const traces = ["ana@example.com", "my card is lost", "blocked at once", "good evening"]
        const standing = () => {
          const bytes = readFileSync(file).toString("latin1")
          return traces.filter((trace) => bytes.includes(trace))
        }
        expect(again).toHaveLength(1)
        expect(standing()).toEqual(traces)
        const proof = yield* run((all) => Effect.zipRight(goesOn(all), Requests.list))
        expect(proof).toMatchObject([{ id: again[0], askedBy: "ada", phase: "done", contacts: 4, interactions: 6 }])
        expect(proof[0]?.receipts.filter(({ kind }) => kind === "entry")).toMatchObject([
          { state: "removed" },
          { state: "removed" },
          { state: "removed" }
        ])
        expect(standing()).toEqual([])
        expect(world.bodies()).toEqual(["good morning", "hello to you both"])
      }),
    WITHIN_MS
  )

  it.scoped(
    "takes out what was read of them after it was made, and what is told of them once more is turned away",
    () =>
      Effect.gen(function* () {
        const { world, run } = yield* putBack((all) =>
          Effect.gen(function* () {
            yield* all.push("chat", "d2", [said("m6", "ana", "one more thing")])
            yield* all.turn
            expect(all.bodies()).toContain("one more thing")
            yield* erased(all)
          })
        )
        yield* run((all) =>
          Effect.gen(function* () {
            yield* all.push("chat", "d3", [said("m6", "ana", "one more thing")])
            yield* all.turn
            yield* goesOn(all)
            expect(yield* contactKeys).not.toContain(anaKey)
          })
        )
        expect(world.bodies()).toEqual(["good morning", "hello to you both"])
      }),
    WITHIN_MS
  )

  it.scoped(
    "keeps whoever was let in again since, without what was erased",
    () =>
      Effect.gen(function* () {
        const { run } = yield* putBack((all) =>
          Effect.zipRight(erased(all), Requests.readmit(all.installation, "ana@example.com"))
        )
        yield* run((all) =>
          Effect.gen(function* () {
            yield* goesOn(all)
            expect(yield* contactKeys).toContain(anaKey)
            expect((yield* (yield* Ledger.Ledger).counts).interactions).toBe(2)
            expect(all.bodies()).toEqual(["good morning", "hello to you both"])
            const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
            all.chatState.messages.push(said("m8", "ana", "back for good", { at: later }))
            yield* all.turn
            expect(all.bodies()).toContain("back for good")
          })
        )
      }),
    WITHIN_MS
  )

  it.scoped(
    "is searched by addresses as well; who has one of theirs and a name of their own stays",
    () =>
      Effect.gen(function* () {
        const phone = "+12025550120"
        const asked = {
          id: "e1",
          askedAt: START,
          askedBy: "ada",
          phase: "people",
          place: "",
          contacts: 0,
          interactions: 0,
          raw: 0,
          turnedAway: 0
        } as const
        const addresses = [
          { kind: "email", value: "ana@example.com" },
          { kind: "phone", value: phone }
        ] as const
        const { run } = yield* putBack(
          () =>
            Effect.gen(function* () {
              const erasures = yield* Erasures.Erasures
              yield* erasures.begin(asked, [])
              yield* erasures.turnAway("e1", "person", addresses.flatMap(Names.ofHandle))
              yield* erasures.finish("e1")
              yield* erasures.save({ ...asked, phase: "done", doneAt: START })
            }),
          ({ crmState, turn }) =>
            Effect.gen(function* () {
              const updatedAt = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
              crmState.records[1] = { ...bob, phone, updatedAt }
              yield* turn
            })
        )
        yield* run((all) =>
          Effect.gen(function* () {
            const before = yield* contactKeys
            yield* goesOn(all)
            // The record in the CRM has an id of its own, which was never named.
            const chatKey = Key.contact("chat", Ref.local("user", "ana"))
            expect(yield* contactKeys).toEqual(before.filter((key) => key !== chatKey))
            expect(before).toContain(anaKey)
            expect(all.bodies()).toEqual(["good morning", "hello to you both"])
          })
        )
      }),
    WITHIN_MS
  )

  it.scoped(
    "is searched to its end when somebody turns out to be theirs meanwhile, who goes as well",
    () =>
      Effect.gen(function* () {
        const { world, run } = yield* putBack(erased, ({ push, turn }) =>
          Effect.zipRight(push("chat", "d2", [said("m6", "somebody", "who am I", { email: undefined })]), turn)
        )
        yield* run((all) =>
          Effect.gen(function* () {
            const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
            const told = said("m7", "somebody", "I am", { at, email: "ana@example.com", profile: { at } })
            yield* Effect.zipRight(all.push("chat", "d3", [told]), all.normalize)
            expect(yield* Requests.list).toMatchObject([{ phase: "again", contacts: 2 }])
            yield* goesOn(all)
            expect(yield* Requests.list).toMatchObject([{ phase: "done" }])
            expect((yield* (yield* Ledger.Ledger).counts).interactions).toBe(2)
            expect(yield* contactKeys).not.toContain(Key.contact("chat", Ref.local("user", "somebody")))
          })
        )
        expect(world.bodies()).toEqual(["good morning", "hello to you both"])
      }),
    WITHIN_MS
  )

  it.scoped(
    "is searched in what came in raw too, where nothing else in it tells of them",
    () =>
      Effect.gen(function* () {
        const { run } = yield* putBack(erased, () => forgetLedger)
        const isKept = Effect.gen(function* () {
          const inbox = yield* Inbox.Inbox
          yield* inbox.reopen({ connection: "chat" })
          const bodies = (yield* inbox.pending(99)).map(({ body }) => Buffer.from(body).toString())
          return ["my card is lost", "good morning"].map((text) => bodies.some((body) => body.includes(text)))
        })
        expect(yield* run((all) => Effect.zipRight(all.run, isKept))).toEqual([false, true])
      }),
    WITHIN_MS
  )
})
