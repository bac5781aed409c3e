import type { Feed } from "@interchannel/connector"
import { Assemble, type Interaction, Key, Part, Version } from "@interchannel/domain"
import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { messages, users } from "../src/feeds.ts"
import { escape, mentions, plain } from "../src/mrkdwn.ts"
import { messageAt, messageRef, threadRef } from "../src/normalize.ts"
import { instantOf, Message, tsBefore, tsOf, User } from "../src/wire.ts"

const origin: Feed.Origin = { connection: "support", partition: "T0OWN/C0SHARED", acceptedAt: 1_700_000_000_000 }
const TS = "1700000000.000100"

const read = (given: object): ReadonlyArray<Part.Outcome> =>
  messages.normalize(
    Schema.decodeUnknownSync(Message)({ ts: TS, user: "U0CUST", team: "T0CUST", text: "Hi", ...given }),
    origin
  )

const isPart = (outcome: Part.Outcome): outcome is Part.Part => !Part.isRefetch(outcome)

const recordOf = (given: object): Interaction => {
  const parts = read(given).filter(isPart)
  const assembled = Assemble.interaction({
    key: Key.interaction("support", parts[0]!.ref),
    connection: "support",
    parts
  })
  if (assembled._tag !== "Whole") throw new Error(JSON.stringify(assembled))
  return assembled.record
}

const contactOf = (given: object) => {
  const [part] = users.normalize(Schema.decodeUnknownSync(User)({ id: "U0CUST", ...given }), origin)
  if (part === undefined || Part.isRefetch(part)) throw new Error("no part")
  return part
}

describe("markup becomes plain text", () => {
  it.each([
    ["hello", "hello"],
    ["*bold* and _leaning_ and ~struck~", "bold and leaning and struck"],
    ["2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"],
    ["`*kept*` and ```\n_kept_\n```", "*kept* and _kept_"],
    ["<@U0CUST> please", "@U0CUST please"],
    ["<@U0CUST|carl> please", "@carl please"],
    ["see <#C0SHARED|general> or <#C0OTHER>", "see #general or #C0OTHER"],
    ["<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"],
    ["<https://example.com/a|the page>", "the page (https://example.com/a)"],
    ["<http://example.com|example.com>", "http://example.com"],
    ["<mailto:carl@example.org|carl@example.org>", "carl@example.org"],
    ["<tel:+12025550123|+1 202 555 0123>", "+1 202 555 0123 (+12025550123)"],
    ["<!here> and <!subteam^S0TEAM|@support>", "@here and @support"],
    ["<!date^1700000000^{date}|14 November>", "14 November"],
    ["1 &lt; 2 &amp;amp; 3 &gt; 2", "1 < 2 &amp; 3 > 2"],
    ["<unclosed", "<unclosed"],
    ["  ", ""]
  ])("%j", (mrkdwn, expected) => expect(plain(mrkdwn)).toBe(expected))

  it("is undone by escaping, whatever the text", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string(), (text) => {
        const bare = text.replace(/[*_~`]/g, "")
        expect(plain(escape(bare))).toBe(bare.trim())
      })
    )
  })

  it("names each mentioned user once", () => {
    expect(mentions("<@U0A> <@W0B|b> <@U0A> <#C0C> <!here>")).toEqual(["U0A", "W0B"])
  })
})

describe("a message", () => {
  it("of another workspace comes in, of ours goes out", () => {
    expect(recordOf({}).direction).toBe("inbound")
    expect(recordOf({ team: "T0OWN" }).direction).toBe("outbound")
    expect(recordOf({ team: null }).direction).toBe("outbound")
    expect(recordOf({ team: "T0OWN", user_team: "T0CUST" }).direction).toBe("inbound")
  })

  it("names its author by the team that is theirs", () => {
    expect(recordOf({ user_team: "T0CUST", team: "T0OWN" }).participants).toEqual([
      {
        contact: { kind: "user", id: "U0CUST" },
        handle: { kind: "vendor-user", value: "slack:T0CUST/U0CUST" },
        team: "T0CUST",
        place: "from"
      }
    ])
  })

  it("is addressed to who began the thread and to who is mentioned, and not to its author", () => {
    const { participants } = recordOf({ parent_user_id: "U0AGENT", text: "<@U0BOSS> <@U0CUST> look", thread_ts: TS })
    expect(participants.map(({ contact, place }) => [contact?.id, place])).toEqual([
      ["U0CUST", "from"],
      ["U0AGENT", "to"],
      ["U0BOSS", "to"]
    ])
  })

  it("has its users looked up unless they are known", () => {
    const refetched = read({ text: "<@U0BOSS>" }).filter(Part.isRefetch)
    expect(refetched).toEqual([
      { refetch: "users", id: "U0CUST", unlessKnown: { kind: "user", id: "U0CUST" } },
      { refetch: "users", id: "U0BOSS", unlessKnown: { kind: "user", id: "U0BOSS" } }
    ])
  })

  it("begins its own conversation, a reply belongs to its thread's", () => {
    expect(recordOf({}).conversation).toEqual({ kind: "thread", id: `T0OWN/C0SHARED/${TS}` })
    expect(recordOf({ thread_ts: "1699999999.000200" }).conversation?.id).toBe("T0OWN/C0SHARED/1699999999.000200")
  })

  it("of a program has the role bot, and nobody is looked up for it", () => {
    const record = recordOf({ subtype: "bot_message", user: null, bot_id: "B0BOT", username: "deploys" })
    expect(record.participants[0]).toMatchObject({
      role: "bot",
      contact: { kind: "bot", id: "B0BOT" },
      name: "deploys"
    })
    expect(read({ bot_id: "B0BOT" }).filter(Part.isRefetch)).toEqual([])
  })

  it("of ours carries our key", () => {
    const metadata = { event_type: "interchannel_msg", event_payload: { id: "w_1" } }
    expect(read({ metadata })[0]).toMatchObject({ marker: "w_1" })
    expect(read({ metadata: { ...metadata, event_type: "another_app" } })[0]).not.toHaveProperty("marker")
  })

  it("keeps its files as links to the vendor, without deleted ones", () => {
    const files = [
      { id: "F0A", name: "a.png", mimetype: "image/png", size: 3, url_private: "https://files.example.com/a.png" },
      { id: "F0B", mode: "tombstone" }
    ]
    const record = recordOf({ subtype: "file_share", text: "", files })
    expect(record).not.toHaveProperty("text")
    expect(record.details).toMatchObject({
      attachments: [
        { id: "F0A", name: "a.png", contentType: "image/png", bytes: 3, url: "https://files.example.com/a.png" }
      ]
    })
  })

  it.each(["channel_join", "channel_topic", "huddle_thread", "reminder_add"])(
    "of subtype %s is nobody's word",
    (subtype) => expect(read({ subtype })).toEqual([])
  )

  it("that was deleted below a thread is a tombstone", () => {
    expect(read({ subtype: "tombstone", user: "USLACKBOT" })).toEqual([
      Part.tombstone("interaction", { kind: "message", id: `T0OWN/C0SHARED/${TS}` }, { at: origin.acceptedAt, rank: 2 })
    ])
  })

  it("edited within the second in which it was posted is newer than before", () => {
    const ts = "1700000000.900000"
    const before = recordOf({ ts })
    const after = recordOf({ ts, text: "Hi!", edited: { user: "U0CUST", ts: "1700000000.000000" } })
    expect(Version.compare(after.version, before.version)).toBeGreaterThan(0)
    expect(after.details).toMatchObject({
      edits: [{ id: "1700000000.000000", at: 1_700_000_000_000, by: { kind: "user", id: "U0CUST" } }]
    })
  })

  it("makes a valid interaction whatever Slack sends", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Message), (item) => {
        const parts = messages.normalize(item, origin).filter(isPart)
        for (const part of parts) {
          const of = { key: Key.interaction("support", part.ref), connection: "support", parts: [part] }
          expect(Assemble.interaction(of)._tag).toBe(part.deleted === true ? "Deleted" : "Whole")
        }
      })
    )
  })
})

describe("a user", () => {
  const profile = { real_name: "Carl Customer", first_name: "Carl", last_name: "Customer", email: "Carl@Example.org" }

  it("brings a verified e-mail address and a handle that holds across workspaces", () => {
    expect(contactOf({ team_id: "T0CUST", tz: "Europe/Berlin", updated: 1_700_000_000, profile })).toMatchObject({
      kind: "record",
      ref: { kind: "user", id: "U0CUST" },
      version: { at: 1_700_000_000_000 },
      fields: {
        name: { full: "Carl Customer", given: "Carl", family: "Customer" },
        handles: [
          { kind: "vendor-user", value: "slack:T0CUST/U0CUST", verified: true },
          { kind: "email", value: "carl@example.org", verified: true }
        ],
        timeZone: "Europe/Berlin",
        team: "T0CUST"
      }
    })
  })

  it("whose address is not confirmed is not vouched for", () => {
    const { fields } = contactOf({ is_email_confirmed: false, profile })
    expect(fields).toMatchObject({ handles: [{ kind: "email", value: "carl@example.org" }] })
    expect(JSON.stringify(fields)).not.toContain("verified")
  })

  it("that left stays a contact", () => {
    const part = contactOf({ deleted: true, profile })
    expect(part).not.toHaveProperty("deleted")
    expect(part.fields).toMatchObject({ custom: { deactivated: true } })
  })

  it.each([{ is_bot: true }, { is_workflow_bot: true }, { is_connector_bot: true }, { id: "USLACKBOT" }])(
    "is a program when Slack says %j",
    (given) => expect(contactOf(given).fields).toMatchObject({ bot: true })
  )

  it("makes a valid contact whatever Slack sends", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(User), (item) => {
        for (const part of users.normalize(item, origin).filter(isPart)) {
          const of = { key: Key.contact("support", part.ref), connection: "support", parts: [part] }
          expect(Assemble.contact(of)).toMatchObject({ _tag: "Whole" })
        }
      })
    )
  })
})

describe("times and refs", () => {
  it("a ts and its instant belong together", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.integer({ min: 1, max: 9_999_999_999_999 }), (instant) => {
        expect(instantOf(tsOf(instant))).toBe(instant)
        expect(instantOf(tsBefore(instant))).toBe(instant - 1)
        expect(tsBefore(instant) < tsOf(instant) || tsBefore(instant).length < tsOf(instant).length).toBe(true)
      })
    )
  })

  it("a ref leads back to its message", () => {
    const place = { team: "T0OWN", channel: "C0SHARED" }
    expect(messageAt(messageRef(place, TS))).toEqual({ ...place, ts: TS })
    expect(messageAt(threadRef(place, TS))).toEqual({ ...place, ts: TS })
    expect(messageAt({ kind: "user", id: "T0OWN/C0SHARED/1" })).toBeUndefined()
    expect(messageAt({ kind: "message", id: "T0OWN/C0SHARED" })).toBeUndefined()
  })
})
