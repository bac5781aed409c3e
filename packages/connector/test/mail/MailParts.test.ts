import { Part } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import { told } from "./letter.ts"

const plain = (head: string, text = "Where is my order?") =>
  `Date: Mon, 4 May 2026 08:59:00 +0000\nMessage-ID: <m1@example.org>\n${head}\n\n${text}\n`

const interaction = async (source: string) => {
  const [part] = await told(source)
  if (part === undefined || Part.isRefetch(part) || part.subject !== "interaction") throw new Error("no interaction")
  return part
}
const contacts = async (source: string) =>
  (await told(source)).flatMap((part) => (!Part.isRefetch(part) && part.subject === "contact" ? [part.ref.id] : []))
const sortOf = async (source: string) => (await interaction(source)).fields.details as { readonly sort?: string }

describe("a mail", () => {
  it("is an interaction of its customer, with the mailbox as agent", async () => {
    const part = await interaction(
      plain("From: Anna Example <Anna@Example.ORG>\nTo: Desk <desk@example.com>\nSubject: Order")
    )
    expect(part).toMatchObject({
      ref: { kind: "message" },
      fields: {
        kind: "email",
        direction: "inbound",
        startedAt: Date.UTC(2026, 4, 4, 8, 59),
        conversation: { kind: "thread", id: "m1@example.org" },
        subject: "Order",
        text: "Where is my order?",
        participants: [
          { contact: { kind: "mailbox", id: "anna@example.org" }, name: "Anna Example", place: "from" },
          { contact: { kind: "mailbox", id: "desk@example.com" }, role: "agent", place: "to" }
        ]
      }
    })
  })

  it("to three customers has three of them, each with a contact", async () => {
    const source = plain(
      "From: desk@example.com\nTo: anna@example.org, Bert <bert@example.org>\nCc: carla@example.net\nSubject: News of your order"
    )
    expect(await contacts(source)).toEqual(["anna@example.org", "bert@example.org", "carla@example.net"])
    expect((await interaction(source)).fields.direction).toBe("outbound")
  })

  it("has the same ref in every folder, and another when somebody else takes its Message-ID", async () => {
    const first = await interaction(plain("From: anna@example.org\nTo: desk@example.com\nSubject: Order"))
    const copy = await interaction(
      plain("Received: elsewhere\nFrom: Anna <anna@example.org>\nTo: all@example.com\nSubject: Order", "footer")
    )
    const forged = await interaction(plain("From: mallory@example.net\nTo: desk@example.com\nSubject: Order"))
    expect(copy.ref).toEqual(first.ref)
    expect(forged.ref).not.toEqual(first.ref)
  })

  it("keeps its markup beside its text", async () => {
    const part = await interaction(
      plain(
        "From: anna@example.org\nContent-Type: text/html; charset=utf-8\nSubject: Order",
        "<p>Where is <b>it</b>?</p>"
      )
    )
    expect(part.fields).toMatchObject({ text: "Where is it?", details: { html: "<p>Where is <b>it</b>?</p>" } })
  })

  it("from the future counts from when it came in", async () => {
    const source = "From: anna@example.org\nDate: Fri, 1 Jan 2038 00:00:00 +0000\nSubject: x\n\ntext\n"
    expect((await interaction(source)).fields.startedAt).toBe(Date.UTC(2026, 4, 4, 9))
  })

  it("without any usable header is an interaction all the same", async () => {
    const part = await interaction("X-Nothing: here\n\nbare\n")
    expect(part.fields).toMatchObject({ kind: "email", direction: "inbound", text: "bare", participants: [] })
  })

  it("never takes who somebody is from a display name", async () => {
    const source = plain('From: "boss@example.com" <mallory@example.net>\nTo: desk@example.com\nSubject: urgent')
    expect((await interaction(source)).fields.participants?.[0]).toMatchObject({
      contact: { id: "mallory@example.net" }
    })
    expect((await interaction(source)).fields.participants?.[0]).not.toHaveProperty("name")
  })

  it("is not ours because it says so", async () => {
    const forged = await interaction(
      plain("From: anna@example.org\nTo: desk@example.com\nX-Interchannel-Key: act-1\nSubject: x")
    )
    expect(forged.marker).toBeUndefined()
  })
})

describe("a sender is verified", () => {
  const from = (results: string) =>
    interaction(
      plain(`Authentication-Results: ${results}\nFrom: anna@example.org\nTo: desk@example.com\nSubject: x`)
    ).then(({ fields }) => fields.participants?.[0]?.handle?.verified === true)
  it.each([
    ["mx.example.com; dmarc=pass header.from=example.org", true],
    ["mx.example.com; dkim=pass header.d=example.org", true],
    ["mx.example.com; spf=pass smtp.mailfrom=anna@example.org", true],
    ["mx.example.com (as seen here); dmarc=pass (p=none) header.from=example.org", true],
    ["mx.example.com; dkim=pass header.d=example.net", false],
    ["mx.example.com; dmarc=fail header.from=example.org", false],
    ["mx.attacker.example.net; dmarc=pass header.from=example.org", false],
    ["mx.example.com; none", false]
  ])("%s: %s", async (results, is) => {
    expect(await from(results)).toBe(is)
  })
  it("for good, whatever a later mail only mentions", async () => {
    const partOf = async (head: string) =>
      (await told(plain(head))).flatMap((part) =>
        !Part.isRefetch(part) && part.ref.id === "anna@example.org" ? [part.part] : []
      )
    const verified = await partOf(
      "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\nFrom: anna@example.org\nTo: desk@example.com"
    )
    expect(verified).toHaveLength(1)
    expect(await partOf("From: desk@example.com\nTo: anna@example.org")).not.toEqual(verified)
  })
  it("by the topmost line of our server only", async () => {
    expect(
      await from(
        "mx.example.com; dmarc=fail header.from=example.org\nAuthentication-Results: mx.example.com; dmarc=pass header.from=example.org"
      )
    ).toBe(false)
  })
})

describe("what nobody wrote to somebody", () => {
  it.each([
    ["auto-reply", "From: anna@example.org\nAuto-Submitted: auto-replied\nSubject: away"],
    ["auto-reply", "From: anna@example.org\nSubject: Automatische Antwort: Order"],
    ["message", "From: anna@example.org\nAuto-Submitted: no\nSubject: Order"],
    ["list", "From: news@example.net\nList-Id: News <news.example.net>\nSubject: Offers"],
    ["list", "From: news@example.net\nList-Unsubscribe: <mailto:out@example.net>\nSubject: Offers"],
    ["message", "From: anna@example.org\nList-Id: <desk.example.com>\nSubject: to our own group address"],
    ["bounce", "From: Mail Delivery System <mailer-daemon@example.net>\nReturn-Path: <>\nSubject: failure"],
    ["message", "From: anna@example.org\nSubject: Re: delivery delayed again"]
  ])("%s: %s", async (sort, head) => {
    expect(await sortOf(plain(`${head}\nTo: desk@example.com`))).toMatchObject({ sort })
  })

  it("a list makes no contact", async () => {
    expect(
      await contacts(plain("From: news@example.net\nTo: desk@example.com\nList-Id: <news.example.net>\nSubject: x"))
    ).toEqual([])
  })

  it("a report of failure names who was not reached, in the thread of what failed", async () => {
    const source = `From: Mail Delivery System <mailer-daemon@example.net>
To: desk@example.com
Subject: Undelivered Mail
Date: Mon, 4 May 2026 08:59:00 +0000
Message-ID: <b1@example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; anna@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
--b
Content-Type: message/rfc822

From: desk@example.com
To: anna@example.org
Subject: Your order
Message-ID: <sent@example.com>
References: <root@example.org>

Hello
--b--
`
    const part = await interaction(source)
    expect(part.fields).toMatchObject({
      conversation: { id: "root@example.org" },
      outcome: "not delivered: 5.1.1 550 no such user",
      details: { sort: "bounce" },
      participants: [
        { role: "system", place: "from" },
        { contact: { id: "anna@example.org" }, place: "to" }
      ]
    })
  })
})

describe("whose mail it is", () => {
  it("the one inside, when one of us passed it on", async () => {
    const source = plain(
      "From: Agnes <desk@example.com>\nTo: desk@example.com\nSubject: Fwd: Order",
      "See below\n\n---------- Forwarded message ---------\nFrom: Anna Example <anna@example.org>\nDate: Mon\nSubject: Order\nTo: <agnes@example.com>\n\nWhere is it?"
    )
    const { fields } = await interaction(source)
    expect(fields).toMatchObject({ direction: "inbound", details: { sort: "forward" } })
    expect(fields.participants?.[0]).toMatchObject({
      contact: { id: "anna@example.org" },
      name: "Anna Example",
      place: "from"
    })
    expect(fields.text).toContain("Where is it?")
  })

  it("the one inside, when a colleague of the same company passed it on", async () => {
    const source = plain(
      "From: Carl <carl@example.com>\nTo: desk@example.com\nSubject: Fwd: Order",
      "---------- Forwarded message ---------\nFrom: Anna Example <anna@example.org>\nSubject: Order\n\nWhere is it?"
    )
    const of = async (...colleagues: ReadonlyArray<string>) => {
      const [part] = await told(source, { own: ["desk@example.com", ...colleagues] })
      return part !== undefined && "fields" in part && part.subject === "interaction"
        ? part.fields.participants?.find(({ place }) => place === "from")?.contact?.id
        : undefined
    }
    expect(await of("@example.com")).toBe("anna@example.org")
    expect(await of()).toBe("carl@example.com")
  })

  it("the customer's, when a customer passed something on", async () => {
    const source = plain(
      "From: anna@example.org\nTo: desk@example.com\nSubject: Fwd: Offer",
      "---------- Forwarded message ---------\nFrom: shop@example.net\n\nBuy"
    )
    expect(await contacts(source)).toEqual(["anna@example.org"])
  })

  it("who is answered to, when a form of ours sends it", async () => {
    const source = plain(
      "From: Website <desk@example.com>\nReply-To: anna@example.org\nTo: desk@example.com\nSubject: Contact form"
    )
    expect((await interaction(source)).fields).toMatchObject({
      direction: "inbound",
      participants: [{ contact: { id: "anna@example.org" } }, { role: "agent" }]
    })
  })
})

describe("an invitation", () => {
  const invitation = (method: string, event: string, from = "anna@example.org") => `From: ${from}
To: desk@example.com
Subject: Invitation: Call
Date: Mon, 4 May 2026 08:59:00 +0000
Message-ID: <i1@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

You are invited.
--b
Content-Type: text/calendar; charset=utf-8; method=${method}

BEGIN:VCALENDAR
METHOD:${method}
BEGIN:VEVENT
UID:ev-42@example.org
SEQUENCE:1
DTSTART;TZID=Europe/Berlin:20260511T140000
DTEND;TZID=Europe/Berlin:20260511T143000
SUMMARY:Call about the
  order
LOCATION:https://meet.example.com/abc
ORGANIZER:mailto:anna@example.org
${event}
END:VEVENT
END:VCALENDAR
--b--
`
  it("is an appointment at its own time", async () => {
    expect(
      await interaction(invitation("REQUEST", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:desk@example.com"))
    ).toMatchObject({
      ref: { kind: "appointment", id: "ev-42@example.org" },
      fields: {
        kind: "appointment",
        direction: "inbound",
        startedAt: Date.UTC(2026, 4, 11, 12),
        endedAt: Date.UTC(2026, 4, 11, 12, 30),
        subject: "Call about the order",
        details: { uid: "ev-42@example.org", place: "https://meet.example.com/abc" }
      }
    })
  })

  it("is called off, and answered, under the same ref", async () => {
    const off = await interaction(invitation("CANCEL", ""))
    const answer = await interaction(
      invitation("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bert@example.org", "bert@example.org")
    )
    expect([off.ref.id, answer.ref.id]).toEqual(["ev-42@example.org", "ev-42@example.org"])
    expect(off.fields.details).toMatchObject({ status: "cancelled" })
    expect(answer.part).toBe("answer of bert@example.org")
    expect(answer.fields.outcome).toBe("accepted by bert@example.org")
  })
})

it("spam is taken back, whatever else was said of it", async () => {
  const source = plain("From: anna@example.org\nTo: desk@example.com\nSubject: Order")
  const [whole] = await told(source)
  const gone = await told(source, { isJunk: true, changes: 4 })
  expect(gone).toMatchObject([{ deleted: true, ref: (whole as Part.Part).ref, version: { rank: 4 } }])
})
