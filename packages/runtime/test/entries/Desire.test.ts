import type { Action } from "@interchannel/connector"
import type { Contact } from "@interchannel/domain"
import { Key, Ref } from "@interchannel/domain"
import type { Ledger } from "@interchannel/store"
import { describe, expect, it } from "vitest"
import * as Desire from "../../src/entries/Desire.ts"
import * as EntryPolicy from "../../src/entries/EntryPolicy.ts"
import type { Installed } from "../../src/configuration/Installation.ts"
import { canaryOf, permission, ripeAt } from "../../src/writing/Policy.ts"
import type { DestinationPolicy } from "../../src/configuration/DestinationPolicy.ts"

const policy: DestinationPolicy = {
  from: "all",
  timeline: true,
  entries: EntryPolicy.standard,
  cards: true,
  since: { beforeInstallationMs: 0 },
  withoutRecord: "wait",
  writesPerHourMax: 100,
  canaryRecords: 10,
  settleMs: undefined,
  fields: []
}
const destination = (change: Partial<DestinationPolicy> = {}): Desire.Destination => ({
  installed: { id: "crm", connector: { actions: [] as ReadonlyArray<Action.Any> } } as Installed,
  policy: { ...policy, ...change },
  installedAt: 1_000,
  earlier: [],
  replaced: new Set()
})
const contact = (connection: string, id: string, createdAt = 0): Contact => ({
  key: Key.contact(connection, Ref.local("person", id)),
  connection,
  ref: Ref.local("person", id),
  kind: "record",
  handles: [],
  createdAt,
  version: { at: 0, rank: 0 }
})
const row = (change: Partial<Ledger.InteractionRow["interaction"]> = {}, deleted = false): Ledger.InteractionRow => ({
  interaction: {
    kind: "chat",
    key: Key.interaction("chat", Ref.local("message", "m")),
    connection: "chat",
    ref: Ref.local("message", "m"),
    direction: "inbound",
    startedAt: 2_000,
    participants: [],
    details: {},
    version: { at: 0, rank: 0 },
    ...change
  } as Ledger.InteractionRow["interaction"],
  hash: "h1",
  contacts: [],
  deleted,
  firstSeenAt: 2_000
})
const customer = (...contacts: ReadonlyArray<Contact>): Desire.Customer => ({
  key: "p",
  person: "p",
  isPlaced: true,
  contacts,
  maybe: []
})

describe("Desire.entry", () => {
  const ana = customer(contact("chat", "u1"), contact("crm", "1"))

  it.each([
    ["into the system it came from", row({ connection: "crm" }), [ana], destination(), undefined],
    ["from a connection that is not listed", row(), [ana], destination({ from: ["phone"] }), undefined],
    ["from before the destination's since", row({ startedAt: 999 }), [ana], destination(), undefined],
    ["where entries are switched off", row(), [ana], destination({ timeline: false }), undefined],
    [
      "of a kind that is not wanted",
      row(),
      [ana],
      destination({ entries: { ...EntryPolicy.standard, kinds: ["voice"] } }),
      undefined
    ],
    [
      "in a direction that is not wanted",
      row(),
      [ana],
      destination({ entries: { ...EntryPolicy.standard, directions: ["outbound"] } }),
      undefined
    ],
    ["with a record", row(), [ana], destination(), { state: "due", desired: "h1" }],
    [
      "without a record, waiting",
      row(),
      [customer(contact("chat", "u1"))],
      destination(),
      { state: "waiting", why: "no record" }
    ],
    [
      "without a record, dropping",
      row(),
      [customer(contact("chat", "u1"))],
      destination({ withoutRecord: "drop" }),
      { state: "dropped" }
    ]
  ])("an entry %s", (_, interaction, customers, to, expected) => {
    const desired = Desire.entry(interaction, customers, to, 5_000)
    if (expected === undefined) expect(desired).toBeUndefined()
    else expect(desired).toMatchObject(expected)
  })

  it("nothing should stand there when it was deleted or no customer takes part", () => {
    expect(Desire.entry(row({}, true), [ana], destination(), 0)?.desired).toBeUndefined()
    expect(Desire.entry(row(), [], destination(), 0)?.desired).toBeUndefined()
  })

  it("a person with several records gets it on the oldest, several persons on one each", () => {
    const twice = customer(contact("crm", "new", 9), contact("crm", "old", 3))
    const other = { person: "q", contacts: [contact("crm", "other", 5)] }
    const records = Desire.recordsOf([twice, other], "crm")
    expect([...records].sort()).toEqual([contact("crm", "old").key, contact("crm", "other").key].sort())
  })

  it("no more records than the cap", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      person: `p${index}`,
      contacts: [contact("crm", `${index}`)]
    }))
    expect(Desire.recordsOf(many, "crm")).toHaveLength(Desire.RECORDS_PER_ENTRY_MAX)
  })
})

describe("Policy", () => {
  it("a call under way waits for its end, then for its recording", () => {
    const live = row({ kind: "voice", details: { legs: [{ id: "CA1", startedAt: 2_000 }] } }).interaction
    expect(ripeAt(live, policy, 3_000)).toBeGreaterThan(3_600_000)
    const ended = { ...live, endedAt: 2_500 }
    expect(ripeAt(ended, policy, 3_000)).toBe(33_000)
    expect(ripeAt(ended, { ...policy, settleMs: 0 }, 3_000)).toBe(3_000)
  })

  it("a call that somebody logged by hand, without its length, is not waited for", () => {
    const logged = row({ kind: "voice", details: { legs: [{ id: "CA1" }] } }).interaction
    expect(ripeAt(logged, policy, 3_000)).toBe(33_000)
    expect(ripeAt(row({ kind: "voice", details: {} }).interaction, policy, 3_000)).toBe(33_000)
  })

  it.each([
    [{ mode: "observe", paused: false, canary: [] }, 0, { _tag: "Nothing", why: "observing" }],
    [{ mode: "live", paused: true, canary: [] }, 0, { _tag: "Nothing", why: "paused" }],
    [{ mode: "live", paused: false, canary: [] }, 100, { _tag: "Nothing", why: "hourly cap" }],
    [{ mode: "live", paused: false, canary: [] }, 40, { _tag: "Write", limit: 60 }],
    [{ mode: "canary", paused: false, canary: ["c"] }, 0, { _tag: "Write", limit: 100, records: ["c"] }]
  ] as const)("permission %#", (connection, written, expected) => {
    expect(permission(connection, policy, written)).toEqual(expected)
  })

  it.each([
    ["none", [], 2, []],
    ["the first rows", [["a"], ["a"], ["b"], ["c"]], 2, ["a", "b"]],
    ["whole rows only, so that each can be written", [["a"], ["b", "c"], ["d"]], 2, ["a", "d"]],
    ["the first row however wide", [["a", "b", "c"], ["d"]], 1, ["a", "b", "c"]]
  ])("a canary of %s", (_, rows, max, expected) => {
    expect(
      canaryOf(
        rows.map((records) => ({ records })),
        max
      )
    ).toEqual(expected)
  })
})
