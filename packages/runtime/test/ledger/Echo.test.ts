import { Part, Ref, Version } from "@interchannel/domain"
import { Projections } from "@interchannel/store"
import { describe, expect, it } from "vitest"
import { countsOf, observe } from "../../src/ledger/Echo.ts"

const entry: Projections.Projection = {
  key: "k",
  destination: "crm",
  verb: "AppendTimeline",
  subject: "i",
  desired: "h",
  delivered: "h",
  records: ["c"],
  deliveredRecords: ["c"],
  ref: { kind: "entry", id: "1" },
  state: "settled",
  dueAt: 0,
  lane: 1,
  at: 0,
  written: ["first", "second"],
  attempts: 0
}
const { delivered: _, ...neverDelivered } = entry
const seen = (written?: string) =>
  Part.interaction({
    ref: Ref.local("entry", "1"),
    version: Version.make(1),
    marker: "k",
    fields: {},
    ...(written === undefined ? {} : { written })
  })
const deleted = Part.tombstone("interaction", Ref.local("entry", "1"), Version.make(1))
const byHand = (why: string) => ({ _tag: "Held", key: "k", why })

const attempt = { startedAt: 1, removing: false, tried: ["c"] }
const unseen = { ...entry, written: ["first", Projections.UNSEEN, "second"] }
const readBack = (written: string) => ({ _tag: "ReadBack", key: "k", written })

describe("what an item says of an entry that we wrote", () => {
  it.each([
    ["as we wrote it last", entry, seen("second"), undefined],
    ["as we wrote it before: an echo that is late", entry, seen("first"), undefined],
    ["as nobody of us wrote it", entry, seen("other"), byHand("edited by hand")],
    ["that the vendor does not say how it looks", entry, seen(), undefined],
    ["where we do not know how it looked", { ...entry, written: [] }, seen("other"), undefined],
    ["as an attempt of unknown outcome may have written it", unseen, seen("other"), readBack("other")],
    ["as we wrote it after an attempt of unknown outcome", unseen, seen("second"), readBack("second")],
    ["that it is gone, after an attempt of unknown outcome", unseen, deleted, byHand("deleted by hand")],
    ["that it is gone", entry, deleted, byHand("deleted by hand")],
    ["that it is gone, which is what a person said before", { ...entry, state: "held" as const }, deleted, undefined],
    ["while a write is under way or its outcome unknown", { ...entry, attempt }, seen("other"), undefined],
    ["while our own removal is under way", { ...entry, attempt: { ...attempt, removing: true } }, deleted, undefined],
    ["that was never delivered", neverDelivered, deleted, undefined],
    [
      "that waits to be updated",
      { ...entry, state: "due" as const, desired: "n" },
      seen("other"),
      byHand("edited by hand")
    ]
  ])("%s", (_name, projection, part, expected) => {
    expect(observe(projection, part)).toEqual(expected)
  })
})

describe("what an item of ours was known by", () => {
  const [hit, nearMiss] = [
    { hits: 1, nearMisses: 0 },
    { hits: 0, nearMisses: 1 }
  ]
  const at = (id: string, part = seen("second")) => ({ ...part, ref: Ref.local("entry", id) })
  const { marker: _marker, ...unmarked } = seen("second")

  it.each([
    [
      "its marker, its place and what it shows",
      at("1"),
      entry,
      [
        { by: "marker", ...hit },
        { by: "content", ...hit }
      ]
    ],
    [
      "its place alone",
      unmarked,
      entry,
      [
        { by: "address", ...hit },
        { by: "marker", ...nearMiss },
        { by: "content", ...hit }
      ]
    ],
    [
      "its marker, in a record that we did not write",
      at("2"),
      entry,
      [
        { by: "marker", ...hit },
        { by: "address", ...nearMiss },
        { by: "content", ...hit }
      ]
    ],
    [
      "its marker, edited since",
      at("1", seen("other")),
      entry,
      [
        { by: "marker", ...hit },
        { by: "content", ...nearMiss }
      ]
    ],
    ["a marker that is none of ours", at("1"), undefined, [{ by: "address", ...nearMiss }]],
    ["nothing: it is news", unmarked, undefined, []],
    ["its place, when it is gone", deleted, entry, [{ by: "address", ...hit }]]
  ])("%s", (_name, part, ours, expected) => {
    expect(countsOf({ connection: "crm", part }, ours)).toEqual(expected.map((one) => ({ connection: "crm", ...one })))
  })
})
