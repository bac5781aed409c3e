/** Whose a value is that stands there and that we had once tried to write. */
import { describe, expect, it } from "vitest"
import type { Projections } from "@interchannel/store"
import type { Ask } from "../../src/fields/FieldIntent.ts"
import * as FieldDecision from "../../src/fields/FieldDecision.ts"
import * as FieldMove from "../../src/fields/FieldMove.ts"

const trying = { value: "Director", before: null, source: "chat", at: 5 } as const
const row: Projections.Projection = {
  key: "w",
  destination: "crm",
  verb: "SetFields",
  subject: "c",
  records: ["c"],
  state: "due",
  dueAt: 0,
  lane: 2,
  at: 0,
  deliveredRecords: [],
  written: [],
  attempts: 1
}
const at = "title" as const
const ask: Ask = {
  name: "job",
  at,
  region: undefined,
  value: "Chair",
  source: "chat",
  mirror: { value: undefined, changedAt: 0 },
  since: 9,
  policy: "review",
  decide: (stands, state, now) =>
    FieldDecision.decide({
      policy: "review",
      at,
      region: undefined,
      wanted: { value: "Chair", source: "chat", since: 9 },
      stands,
      state,
      destination: "crm",
      now
    })
}
const moved = (projection: Projections.Projection) =>
  FieldMove.of(
    { projection, ref: { kind: "person", id: "1" }, state: { job: { trying } }, asks: [ask] },
    { job: { value: "Director", changedAt: 7 } },
    10
  )

describe("a value that we had tried to write, and that stands there", () => {
  const attempt = { startedAt: 5, removing: false, tried: [] }

  it("is ours while the outcome of the attempt is unknown", () => {
    const { writes, questions, landed } = moved({ ...row, attempt })
    expect(landed).toMatchObject([{ field: "job", after: "Director" }])
    expect([writes.map(({ name }) => name), questions]).toEqual([["job"], []])
  })

  it("is a person's where the vendor had refused the attempt", () => {
    const { writes, questions, landed, states } = moved(row)
    expect([landed, writes]).toEqual([[], []])
    expect(questions).toMatchObject([{ body: { theirs: "Director", ours: "Chair" } }])
    expect(states).toEqual({ job: {} })
  })

  it("shows that what was tried beside it stood there too: emptied since, that is a person's word", () => {
    const emptied: Ask = { ...ask, name: "team", at: "custom.team", mirror: { value: undefined, changedAt: 0 } }
    const { writes, questions, landed } = FieldMove.of(
      {
        projection: { ...row, attempt },
        ref: { kind: "person", id: "1" },
        state: { job: { trying }, team: { trying: { ...trying, value: "Sales" } } },
        asks: [ask, emptied]
      },
      { job: { value: "Director", changedAt: 7 }, team: {} },
      10
    )
    expect(landed.map(({ field, after }) => [field, after])).toEqual([
      ["job", "Director"],
      ["team", "Sales"]
    ])
    expect(writes.map(({ name }) => name)).toEqual(["job"])
    expect(questions).toMatchObject([{ body: { field: "team", theirs: null, ours: "Chair" } }])
  })

  it("says what became of the attempt, whatever becomes of the next one", () => {
    const { intent, writes } = moved({ ...row, attempt })
    expect(writes).toHaveLength(1)
    expect(intent.projection).not.toHaveProperty("attempt")
  })
})
