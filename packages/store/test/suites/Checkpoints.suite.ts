import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Checkpoints, Database } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const place = { connection: "chat-eu", feed: "messages", partition: "C1" }
const strand = (id: string, wanted: string, lane: 0 | 1 | 2 | 3 = 3) => ({ ...place, strand: id, wanted, lane })

export const checkpoints: Suite = ({ holds }) => {
  holds("a checkpoint is kept per partition, and never without the write that it belongs to", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const { write } = yield* Database.Database
      yield* checkpoints.save(place, "one", 1)
      yield* checkpoints.save({ ...place, partition: "C2" }, "two", 2)
      yield* checkpoints.save({ ...place, connection: "chat-us" }, "other", 3)
      yield* Effect.ignore(write(Effect.zipRight(checkpoints.save(place, "lost", 4), Effect.fail("no"))))
      yield* checkpoints.save({ ...place, partition: "C2" }, "three", 5)
      expect(yield* checkpoints.load("chat-eu", "messages")).toEqual(
        new Map([
          ["C1", { state: "one", savedAt: 1 }],
          ["C2", { state: "three", savedAt: 5 }]
        ])
      )
      expect(yield* checkpoints.all).toHaveLength(3)
    })
  )

  holds("a checkpoint advances from where it was seen, and not when it was begun anew meanwhile", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const state = Effect.map(checkpoints.load("chat-eu", "messages"), (saved) => saved.get("C1")?.state)
      expect(yield* checkpoints.advance(place, { from: "none yet", to: "one" }, 1)).toBe(false)
      expect(yield* checkpoints.advance(place, { from: undefined, to: "one" }, 1)).toBe(true)
      expect(yield* checkpoints.advance(place, { from: undefined, to: "again" }, 1)).toBe(false)
      expect(yield* checkpoints.advance(place, { from: "one", to: "two" }, 2)).toBe(true)
      yield* checkpoints.save(place, "anew", 3)
      expect(yield* checkpoints.advance(place, { from: "two", to: "three" }, 4)).toBe(false)
      expect(yield* state).toBe("anew")
    })
  )

  holds("a strand is read until done, resumes from its token, and wants reading again when it changed", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const toRead = checkpoints.strandsToRead("chat-eu", "messages", 10)
      const t1 = { ...place, strand: "t1" }
      yield* checkpoints.wantStrands([strand("t1", "v1"), strand("t2", "v1", 0)])
      expect((yield* toRead).map((row) => row.strand)).toEqual(["t2", "t1"])
      yield* checkpoints.strandRead(t1, { token: "page 2" })
      expect((yield* toRead)[1]).toEqual({ ...strand("t1", "v1"), token: "page 2" })
      yield* checkpoints.strandRead(t1, { token: undefined })
      expect((yield* toRead)[1]).toEqual(strand("t1", "v1"))
      yield* checkpoints.wantStrands([strand("t1", "v2")])
      yield* checkpoints.strandRead(t1, { fingerprint: "v1" })
      expect((yield* toRead)[1]).toEqual({ ...strand("t1", "v2"), done: "v1" })
      yield* checkpoints.strandRead(t1, { fingerprint: "v2" })
      expect((yield* toRead).map((row) => row.strand)).toEqual(["t2"])
      yield* checkpoints.wantStrands([strand("t1", "v2", 0)])
      expect((yield* toRead).map((row) => row.strand)).toEqual(["t2"])
      yield* checkpoints.wantStrands([strand("t1", "v3", 1), strand("t1", "v4", 1)])
      expect((yield* toRead)[1]).toEqual({ ...strand("t1", "v4", 1), done: "v2" })
    })
  )

  holds("a strand that a live push wants goes ahead of its backfill", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      yield* checkpoints.wantStrands([strand("a", "v1", 3), strand("b", "v1", 3)])
      yield* checkpoints.wantStrands([strand("b", "v2", 0)])
      yield* checkpoints.wantStrands([strand("b", "v2", 3)])
      const rows = yield* checkpoints.strandsToRead("chat-eu", "messages", 10)
      expect(rows.map((row) => [row.strand, row.lane])).toEqual([
        ["b", 0],
        ["a", 3]
      ])
    })
  )

  holds("a refetch that was asked for again while it was done is done again", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const ask = { ...place, id: "m1", askedAt: 5 }
      yield* checkpoints.wantRefetches([ask, { ...ask, id: "m0", askedAt: 9 }])
      const [first] = yield* checkpoints.refetchesToDo("chat-eu", 1)
      expect(first).toEqual(ask)
      yield* checkpoints.wantRefetches([ask])
      yield* checkpoints.refetched([first ?? ask])
      const again = yield* checkpoints.refetchesToDo("chat-eu", 10)
      expect(again.map(({ id }) => id)).toEqual(["m1", "m0"])
      yield* checkpoints.refetched(again)
      expect(yield* checkpoints.refetchesToDo("chat-eu", 10)).toEqual([])
      expect(yield* checkpoints.refetchesToDo("chat-us", 10)).toEqual([])
    })
  )

  holds("what is forgotten of a connection is read anew; others go on", () =>
    Effect.gen(function* () {
      const checkpoints = yield* Checkpoints.Checkpoints
      const other = { ...place, connection: "chat-us" }
      for (const one of [place, other]) {
        yield* checkpoints.save(one, "{}", 1)
        yield* checkpoints.wantStrands([{ ...one, strand: "t1", wanted: "f1", lane: 0 }])
        yield* checkpoints.wantRefetches([{ ...one, id: "m1", askedAt: 1 }])
      }
      yield* checkpoints.forget("chat-eu")
      expect((yield* checkpoints.all).map(({ connection }) => connection)).toEqual(["chat-us"])
      expect(yield* checkpoints.strandsToRead("chat-eu", "messages", 9)).toEqual([])
      expect(yield* checkpoints.refetchesToDo("chat-eu", 9)).toEqual([])
      expect(yield* checkpoints.strandsToRead("chat-us", "messages", 9)).toHaveLength(1)
      expect(yield* checkpoints.refetchesToDo("chat-us", 9)).toHaveLength(1)
    })
  )
}
