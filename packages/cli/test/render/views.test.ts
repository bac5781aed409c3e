import { describe, expect, it } from "@effect/vitest"
import type { Report } from "@interchannel/runtime"
import { checkView, problemCount } from "../../src/render/CheckView.ts"
import { changesView } from "../../src/render/ChangesView.ts"
import { asidesView } from "../../src/render/QuarantineView.ts"
import { rehearsalView } from "../../src/render/RehearsalView.ts"
import { explainView } from "../../src/render/ExplainView.ts"
import { outstanding, planView, summary } from "../../src/render/PlanView.ts"
import { problemView } from "../../src/render/ProblemView.ts"
import { questionsView, questionView } from "../../src/render/QuestionsView.ts"
import { echoText } from "../../src/render/echoes.ts"
import { statusView } from "../../src/render/StatusView.ts"
import { undoView } from "../../src/render/UndoView.ts"
import { plain } from "../../src/render/Style.ts"

const at = Date.UTC(2026, 0, 31, 10, 2)

const status: Report.Status = {
  at,
  connections: [
    {
      id: "support",
      connector: "slack",
      title: "Slack",
      health: "running",
      feeds: [
        { feed: "users", partitions: 1, progress: 1 },
        { feed: "messages", partitions: 12, progress: 0.42, doneAt: at + 6 * 3_600_000 }
      ],
      accepted: 1204,
      pending: 3,
      lastAcceptedAt: at - 12_000
    },
    {
      id: "crm",
      connector: "hubspot",
      title: "HubSpot",
      health: "parked",
      detail: "hubspot contacts: Unauthorized - renew the credentials of this connection",
      feeds: [],
      accepted: 0,
      pending: 0,
      destination: {
        mode: "observe",
        paused: false,
        delivered: 0,
        created: 3,
        due: 412,
        waiting: 12,
        dropped: 0,
        held: 1,
        quarantined: 2,
        writesLastHour: 0,
        writesPerHourMax: 2000
      }
    }
  ],
  interactions: 424,
  contacts: 88,
  persons: 1,
  toResolve: 3,
  unresolved: 1,
  toPlan: 7,
  quarantine: [
    { connection: "crm", reason: "Malformed\u001b[2J", count: 2, example: "slack conversations.history: no text" }
  ],
  reviews: [],
  echoes: []
}

const question: Report.Question = {
  id: "r_1",
  kind: "field",
  destination: "crm",
  at,
  title: 'crm/contact/1 jobtitle: "Queen" or "Director" of support',
  text: 'Field jobtitle of crm/contact/1.\nThere stands "Queen".\u001b[2J',
  answers: [
    { choice: "theirs", text: 'leave "Queen" there' },
    { choice: "always-theirs", text: "from now on fill jobtitle only where it is empty" }
  ]
}

describe("what waits for a person", () => {
  it("is a list, and one whole with its answers", () => {
    expect(questionsView([], { more: false }, plain)).toBe("Nothing waits for a person.")
    const list = `r_1
    crm/contact/1 jobtitle: "Queen" or "Director" of support

To see one: interchannel review r_1`
    expect(questionsView([question], { more: false }, plain)).toBe(list)
    expect(questionsView([question], { kind: "field", more: true }, plain)).toBe(`${list}
To see those that follow: interchannel review --kind field --after r_1`)
    expect(questionView(question, plain)).toBe(`r_1, asked 2026-01-31 10:02
  Field jobtitle of crm/contact/1.
  There stands "Queen".

  theirs         leave "Queen" there
  always-theirs  from now on fill jobtitle only where it is empty

To answer: interchannel review r_1 theirs`)
    expect(
      statusView({ ...status, reviews: [{ kind: "field", destination: "crm", count: 2 }] }, "daemon", plain)
    ).toContain("2 questions wait for you: interchannel review")
  })
})

describe("mapped fields", () => {
  it("are tried on real records before they are approved", () => {
    const tried: Report.FieldPreview = {
      field: "jobtitle",
      from: "title",
      policy: "review",
      write: 120,
      ask: 1,
      samples: [
        { record: "Ana Example", before: null, after: "Director", source: "support", asks: false },
        { record: "Bo Example", before: "Queen", after: "Chair", source: "support", asks: true }
      ]
    }
    expect(planView([{ ...plan, fields: [tried] }], plain)).toContain(`
  Fields, tried on records that are due:
    jobtitle (from title, review): 120 to write, 1 to ask about
      Ana Example: nothing → "Director" of support
      Bo Example: "Queen" → "Chair" of support, asked about
`)
  })
})

describe("our own writing", () => {
  it("is counted by what it was known for ours, and where it nearly was not", () => {
    expect(statusView(status, "daemon", plain)).toContain("3 records in crm were made for customers who had none.")
    const echoes: Report.Status["echoes"] = [
      { connection: "crm", by: "content", hits: 40, nearMisses: 2 },
      { connection: "crm", by: "marker", hits: 1200, nearMisses: 0 }
    ]
    expect(statusView({ ...status, echoes }, "daemon", plain)).toContain(
      "Our own writing read back from crm: 40 by content, 1,200 by marker; not known 2 by content\n"
    )
    expect(echoText([])).toBe("none")
  })
})

describe("an undo", () => {
  const undoing: Report.Undoing = {
    acts: [
      { verb: "AppendTimeline", count: 2 },
      { verb: "SetFields", count: 1 }
    ],
    left: [{ why: "a person deleted it", count: 1 }],
    samples: ['crm: jobtitle: "Director" → nothing']
  }

  it("says what it would do, what it leaves, and how to go on and back", () => {
    expect(undoView(undoing, plain)).toBe(`This would be taken back:
  2 entries taken out
  the fields of 1 record brought back to what they were
  1 write left: a person deleted it

For example:
  crm: jobtitle: "Director" → nothing

To do it, add --yes. Nothing of it is written again then, until the undo is undone.`)
    expect(undoView({ ...undoing, id: "u_1" }, plain)).toContain(
      "To let it be written again: interchannel undo --undo u_1 --yes"
    )
    expect(undoView({ ...undoing, id: "u_1", releases: true }, plain)).toContain("2 entries may be written again")
    expect(undoView({ acts: [], left: undoing.left, samples: [] }, plain)).toBe(
      "Nothing can be taken back.\n  1 write left: a person deleted it"
    )
  })
})

it("planned changes are listed one by one, fields with what stands there now", () => {
  const fields = [
    { name: "jobtitle", before: "", after: "Queen\u001b[2J", act: "write" },
    { name: "phone", before: "1", after: "2", act: "ask" },
    { name: "city", before: "Oldtown", after: "Newtown", act: "keep" }
  ]
  const change = {
    key: "w_1",
    verb: "SetFields",
    what: "changed",
    title: "Fields",
    at,
    records: ["Ada"],
    fields
  } as const
  expect(changesView("crm", [], plain)).toBe("Nothing is to be written.")
  expect(changesView("crm", [change], plain)).toBe(`changed  Fields  on Ada  2026-01-31 10:02
    jobtitle: (empty) → Queen
    phone: 1 → 2 (you are asked first)
    city: Oldtown → Newtown (if what stands there turns out to be older)`)
})

it("a rehearsal says what would change, where, and how", () => {
  const found: Report.Rehearsal = {
    connection: "support",
    title: "Slack (support)",
    rows: 1200,
    isWhole: true,
    unreadable: 1,
    interactions: { create: 0, update: 3, remove: 0 },
    contacts: { create: 0, update: 0, remove: 0 },
    entries: [{ destination: "crm", update: 2, other: 1 }],
    samples: [
      {
        kind: "interaction",
        what: "update",
        ref: { connection: "support", kind: "message", id: "1" },
        fields: [{ name: "text", before: "", after: "hello" }]
      }
    ]
  }
  expect(
    rehearsalView(found, plain)
  ).toBe(`Slack (support): 1,200 items read again by today's code would change interactions: 3 changed.
1 item cannot be read by it either.
  crm: 2 entries would be written anew, 1 changed that have no entry there yet
  changed interaction support/message/1
      text: (none) → hello`)
})

it("what was set aside is shown with its name, the reason in the vendor's words, and what to do", () => {
  const aside: Report.Aside = {
    connection: "crm",
    kind: "projection",
    subject: "w_1",
    reason: "Rejected",
    detail: "hubspot notes.upsert: Rejected - too long\u001b[2J",
    remedy: "shorten it",
    at
  }
  expect(asidesView([], plain)).toBe("Nothing is set aside.")
  expect(asidesView([aside], plain)).toBe(`w_1  crm, could not be written, 2026-01-31 10:02
    hubspot notes.upsert: Rejected - too long
    To do: shorten it`)
})

describe("the status", () => {
  it("shows what runs, what is wrong, how far the reading is, what waits, and what to do next", () => {
    expect(statusView(status, "daemon", plain)).toBe(`CONNECTION  SYSTEM   STATE    ACCEPTED  IN WORK    LATEST
support     Slack    running     1,204        3  12 s ago
crm         HubSpot  parked          0        0     never

crm:
  hubspot contacts: Unauthorized - renew the credentials of this connection

READING HISTORY
support messages  ████████░░░░░░░░░░░░  42 %  about 6 h left

DESTINATION  MODE     DELIVERED  DUE  WAITING  HELD  DROPPED  SET ASIDE   LAST HOUR
crm          observe          0  412       12     1        0          2  0 of 2,000
3 records in crm were made for customers who had none.

424 interactions, 88 contacts, 1 person, 3 still to place, 1 of them too much connected, 7 still to plan

Set aside (interchannel quarantine list):
  2 of crm: Malformed, such as: slack conversations.history: no text

Nothing is written to crm until you approve it: interchannel plan crm`)
  })

  it("says when it was read from the store, and that nothing runs then", () => {
    const [support, crm] = status.connections
    const ended: Report.Status = { ...status, connections: [{ ...support!, health: "stopped" }, crm!] }
    const stopped = statusView(ended, "store", plain)
    expect(stopped).toMatch(/^No daemon is running; start it with: interchannel start\n\n/)
    expect(stopped).toMatch(/support +Slack +stopped/)
    expect(stopped).toMatch(/crm +HubSpot +parked/)
  })

  it("says when one is at work that does not answer here", () => {
    expect(statusView(status, "store", plain)).toMatch(/^A daemon is at work, and does not answer here: .*\n\n/)
  })
})

const plan: Report.DestinationPlan = {
  destination: "crm",
  title: "HubSpot",
  mode: "observe",
  paused: false,
  writes: [
    { verb: "AppendTimeline", create: 41_000, update: 200, remove: 0 },
    { verb: "UpsertContact", create: 0, update: 0, remove: 0 }
  ],
  records: 3110,
  waiting: 12,
  dropped: 1,
  estimatedMs: 6 * 3_600_000,
  samples: [
    {
      key: "w_1",
      verb: "AppendTimeline",
      what: "new",
      title: "Chat in #acme\nwith Ada",
      at,
      records: ["contact 151"],
      fields: []
    }
  ],
  fields: [],
  cautions: ["workflows that start on a new engagement run"]
}

describe("the plan", () => {
  it("is one sentence a destination, then what it is made of, examples, and how to let it happen", () => {
    expect(planView([plan], plain)).toBe(`crm (HubSpot): observing, nothing is written until it is approved
  41,200 entries on 3,110 records, about 6 h of quota
    entries: 41,000 new, 200 changed
    12 subjects wait for a record of the customer there
    1 subject dropped, as the configuration says

  For example:
    2026-01-31 10:02  Chat in #acme with Ada  on contact 151

  Before you approve:
    - workflows that start on a new engagement run

  To begin with a few records: interchannel approve crm`)
  })

  const nothing = { ...plan, writes: [], waiting: 0, dropped: 0, samples: [], cautions: [] }
  const modes: ReadonlyArray<readonly [Partial<Report.DestinationPlan>, string]> = [
    [{ mode: "observe" }, "To begin with a few records: interchannel approve crm"],
    [{ mode: "canary" }, "To let the rest through: interchannel approve crm --all"],
    [{ mode: "live", paused: true }, "To go on: interchannel resume crm"],
    [{ mode: "live" }, "nothing to write"]
  ]
  for (const [change, last] of modes) {
    it(`of ${JSON.stringify(change)} ends with: ${last}`, () => {
      expect(
        planView([{ ...nothing, ...change }], plain)
          .split("\n")
          .at(-1)
      ).toBe(`  ${last}`)
    })
  }

  it("counts what is outstanding over all destinations", () => {
    expect(outstanding([plan, nothing])).toBe(41_200)
    expect(outstanding([])).toBe(0)
    expect(summary(nothing)).toBe("nothing to write")
    expect(planView([], plain)).toContain("No connection is a destination")
  })
})

it("an explanation is one line a step, with its time", () => {
  const ref = { connection: "support", kind: "message", id: "C1/17.1" }
  const steps = [
    { stage: "part", text: "message of interaction", at },
    { stage: "entry", text: "AppendTimeline in HubSpot (crm): settled as communication 9" }
  ]
  expect(explainView({ ref, steps }, plain)).toBe(`support/message/C1/17.1
  part   2026-01-31 10:02  message of interaction
  entry  AppendTimeline in HubSpot (crm): settled as communication 9`)
})

it("problems of a configuration are told with key and remedy", () => {
  const problems = [{ key: "connections", what: "there is none", remedy: "declare at least two systems to connect" }]
  expect(problemView("interchannel.config.ts", problems, plain)).toBe(`interchannel.config.ts has 1 problem:

  connections
    there is none
    declare at least two systems to connect`)
})

it("a check says what is in order, what is not, and what to do", () => {
  const checked = [
    {
      id: "support",
      title: "Slack",
      findings: [
        { ok: true, what: "the token is accepted" },
        { ok: false, what: "scope channels:history is missing", remedy: "grant it and reinstall the app" },
        { ok: false, what: "there is no property yet", remedy: "it is made on approval", onApproval: true as const }
      ],
      webhooks: ["https://hooks.example.com/webhooks/support/events"]
    }
  ]
  expect(checkView(checked, plain)).toBe(`support (Slack)
  ok      the token is accepted
  problem scope channels:history is missing
          grant it and reinstall the app
  later   there is no property yet
          it is made on approval
  webhook https://hooks.example.com/webhooks/support/events

1 problem to fix.`)
  expect(problemCount(checked)).toBe(1)
  expect(checkView([], plain)).toContain("Everything is in order.")
})
