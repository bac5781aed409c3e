import { describe, expect, it } from "vitest"
import { Assemble, type Details, type Interactions, Key, Part, Ref, Version } from "../src/index.ts"

const connection = "phone"
const ref = Ref.local("call", "root")
const key = Key.interaction(connection, ref)

/** The details of a call whose legs are told one by one, in the given order. */
const settled = (legs: ReadonlyArray<Details.Leg>, details: Interactions.DetailsOf<"voice"> = {}) => {
  const parts = legs.map((leg, index) =>
    Part.interaction({ ref, part: leg.id, version: Version.make(index), fields: { details: { legs: [leg] } } })
  )
  const whole = Part.interaction({
    ref,
    version: Version.make(0),
    fields: { kind: "voice", direction: "inbound", startedAt: 0, details }
  })
  const assembled = Assemble.interaction({ key, connection, parts: [whole, ...parts] })
  if (assembled._tag !== "Whole" || assembled.record.kind !== "voice") throw new Error(JSON.stringify(assembled))
  const { legs: _, ...rest } = assembled.record.details
  return rest
}

const root = { id: "root", startedAt: 0, answeredAt: 1_000, endedAt: 60_000 }
const agent = (id: string, from: number, to: number): Details.Leg => ({
  id,
  parent: "root",
  startedAt: from - 5_000,
  answeredAt: from,
  endedAt: to,
  answeredByPerson: true
})
const unanswered = (disposition: Details.Disposition): Details.Leg => ({
  id: disposition,
  parent: "root",
  startedAt: 5_000,
  endedAt: 20_000,
  disposition
})

describe("a call is told by all of its legs", () => {
  const cases: ReadonlyArray<readonly [what: string, legs: ReadonlyArray<Details.Leg>, told: object, details: object]> =
    [
      ["a menu that picks up is nobody", [root], {}, {}],
      [
        "one person picks up",
        [root, agent("a", 20_000, 50_000)],
        {},
        { disposition: "answered", waitSeconds: 20, talkSeconds: 30 }
      ],
      [
        "a second person takes over; the time of both counts once",
        [root, agent("a", 20_000, 40_000), agent("b", 35_000, 60_000)],
        {},
        { disposition: "transferred", waitSeconds: 20, talkSeconds: 40 }
      ],
      [
        "a person outweighs a message left",
        [root, agent("a", 20_000, 50_000)],
        { disposition: "voicemail" },
        { disposition: "answered", waitSeconds: 20, talkSeconds: 30 }
      ],
      ["nobody picks up", [root, unanswered("missed")], {}, { disposition: "missed" }],
      [
        "one is busy, the other stops ringing",
        [root, unanswered("busy"), unanswered("cancelled")],
        {},
        { disposition: "missed" }
      ],
      ["the caller hangs up while it rings", [root, unanswered("cancelled")], {}, { disposition: "abandoned" }],
      ["the caller hangs up in the queue", [root], { queue: "sales" }, { disposition: "abandoned", queue: "sales" }],
      [
        "nothing is said of a call that goes on",
        [{ id: "root", startedAt: 0 }],
        { queue: "sales" },
        { queue: "sales" }
      ],
      ["a message is left", [root, unanswered("missed")], { disposition: "voicemail" }, { disposition: "voicemail" }],
      ["our own call is not taken", [{ ...root, disposition: "busy" }], {}, { disposition: "busy" }],
      [
        "what a part tells of the talk stays, and the shorter wait",
        [root, agent("a", 20_000, 50_000)],
        { waitSeconds: 7, talkSeconds: 8 },
        { disposition: "answered", waitSeconds: 7, talkSeconds: 8 }
      ]
    ]
  it.each(cases)("%s", (_, legs, told, expected) => {
    const forward = settled(legs, told)
    expect(settled([...legs].reverse(), told)).toEqual(forward)
    expect(forward).toEqual(expected)
  })

  it("a customer whom we call and who picks up was reached", () => {
    expect(settled([{ ...root, answeredByPerson: true }])).toEqual({
      disposition: "answered",
      waitSeconds: 1,
      talkSeconds: 59
    })
  })
})

it("names who is in a call in one order, whichever of its parts came first", () => {
  const caller = { handle: { kind: "phone", value: "+12025550155" }, place: "from" } as const
  const line = { handle: { kind: "phone", value: "+12025550100" }, place: "to" } as const
  const sam = { role: "agent", handle: { kind: "sip", value: "sam@client" }, place: "to" } as const
  const whole = (version: number) =>
    Part.interaction({
      ref,
      part: "leg",
      version: Version.make(version),
      fields: {
        kind: "voice",
        direction: "inbound",
        startedAt: 0,
        participants: [caller, line],
        details: { legs: [root] }
      }
    })
  const task = Part.interaction({ ref, part: "task", version: Version.make(5), fields: { participants: [sam] } })
  for (const version of [1, 9]) {
    const assembled = Assemble.interaction({ key, connection, parts: [whole(version), task] })
    expect(assembled).toMatchObject({ record: { participants: [caller, line, sam] } })
  }
})
