import type { Projections } from "@interchannel/store"
import { describe, expect, it } from "vitest"
import * as UndoPlan from "../../src/writing/UndoPlan.ts"

const projection = (more: Partial<Projections.Projection> = {}): Projections.Projection => ({
  key: "w1",
  destination: "crm",
  verb: "AppendTimeline",
  subject: "i_1",
  desired: "d2",
  delivered: "d2",
  records: [],
  deliveredRecords: [],
  state: "settled",
  dueAt: 0,
  lane: 1,
  at: 0,
  written: [],
  attempts: 0,
  ...more
})

const receipt = (id: string, more: Partial<Projections.Receipt> = {}): Projections.Receipt => ({
  id,
  key: "w1",
  destination: "crm",
  verb: "AppendTimeline",
  at: 1,
  why: "created",
  wrote: true,
  after: "d1",
  ...more
})

const change = (field: string, before: string | null, after: string | null): Projections.FieldChange => ({
  field,
  before,
  after,
  source: "chat",
  rule: "it was empty"
})

const of = (more: Partial<UndoPlan.Written> & { readonly receipts: ReadonlyArray<Projections.Receipt> }) =>
  UndoPlan.of({ projection: projection(), all: more.receipts, force: false, same: (_, a, b) => a === b, ...more })

const updated = receipt("2", { before: "d1", after: "d2" })

describe("an entry, card or record", () => {
  const created = receipt("1")
  const cases: ReadonlyArray<readonly [string, Parameters<typeof of>[0], string]> = [
    ["that these writes created is taken out", { receipts: [created] }, "remove"],
    ["that they created and updated is taken out", { receipts: [created, updated] }, "remove"],
    ["that they only brought up to date stays", { receipts: [updated] }, "leave"],
    [
      "that does not stand there any more is left",
      { receipts: [created], projection: (({ delivered: _, ...rest }) => rest)(projection()) },
      "leave"
    ],
    [
      "that a person edited stays",
      { receipts: [created], projection: projection({ state: "held", why: "edited by hand" }) },
      "leave"
    ],
    [
      "that a person edited is taken out by force",
      { receipts: [created], projection: projection({ state: "held", why: "edited by hand" }), force: true },
      "remove"
    ],
    [
      "that a person deleted is left, whatever the force",
      { receipts: [created], projection: projection({ state: "held", why: "deleted by hand" }), force: true },
      "leave"
    ],
    ["that was changed since it was created stays", { receipts: [created], isTouched: true }, "leave"],
    ["that was changed since goes by force", { receipts: [created], isTouched: true, force: true }, "remove"],
    [
      "that is being taken back is not taken back twice",
      { receipts: [created], projection: projection({ state: "due", undo: "u_1" }), force: true },
      "leave"
    ]
  ]
  it.each(cases)("%s", (_, written, act) => {
    const undoing = of(written)
    expect(undoing.act).toBe(act)
    if (undoing.act === "leave") expect(undoing.why).not.toBe("")
  })
})

describe("fields", () => {
  const fields = projection({ verb: "SetFields" })
  const first = receipt("1", { changes: [change("job", null, "Director"), change("city", "Here", "There")] })
  const second = receipt("2", { changes: [change("job", "Director", "Chair")] })

  it("come back to what a person wrote between the writes, who would have done so without them", () => {
    const corrected = receipt("2", { changes: [change("job", "Queen", "Chair")] })
    const third = receipt("3", { changes: [change("job", "Chair", "President")] })
    expect(of({ projection: fields, receipts: [first, corrected, third] })).toMatchObject({
      fields: { job: { to: "Queen", expect: "President" }, city: { to: "Here" } }
    })
    const others = { receipts: [first, third], all: [first, corrected, third] }
    expect(of({ projection: fields, ...others })).toMatchObject({ fields: { job: { to: "Chair" } } })
  })

  it("come back to what stood before the first of the writes", () => {
    expect(of({ projection: fields, receipts: [first, second] })).toEqual({
      act: "restore",
      left: [],
      fields: {
        job: { to: null, expect: "Chair", force: false },
        city: { to: "Here", expect: "There", force: false }
      }
    })
  })

  it("that we wrote anew since stay, unless it is forced", () => {
    expect(of({ projection: fields, receipts: [first], all: [first, second] })).toMatchObject({
      act: "restore",
      left: ["job"],
      fields: { city: { to: "Here", expect: "There" } }
    })
    const forced = of({ projection: fields, receipts: [first], all: [first, second], force: true })
    expect(forced).toMatchObject({ left: [], fields: { job: { to: null, expect: "Director", force: true } } })
  })

  it("that nothing was done to are left", () => {
    expect(of({ projection: fields, receipts: [receipt("1")] }).act).toBe("leave")
  })
})
