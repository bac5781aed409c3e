import type { Interaction } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import { type App, contactIds, interactions, withApp } from "./app.ts"
import { transcripts } from "../src/feeds.ts"
import { verifier } from "../src/signature.ts"
import { AGNES, CALLER } from "./subject.ts"

const OURS = "+12025550100"
const BERT = { name: "Bert Agent", uri: "client:bert" }

/** The only interaction, told by the feeds and told by the callbacks; both must agree on what matters. */
const only = async (app: App): Promise<Extract<Interaction, { readonly kind: "voice" }>> => {
  const read = await app.read()
  const heard = app.heard()
  const all = [read, heard, [...heard, ...read], [...read, ...heard].reverse()].map((parts) => {
    const [one, ...more] = interactions(parts)
    expect(more).toEqual([])
    if (one?.kind !== "voice") throw new Error(`not a call: ${JSON.stringify(one)}`)
    return one
  })
  const [first, ...others] = all
  for (const other of others) {
    expect(other.details.disposition).toBe(first!.details.disposition)
    expect(other.details.talkSeconds).toBe(first!.details.talkSeconds)
    expect(other.direction).toBe(first!.direction)
  }
  return all[2]!
}

const incoming = ({ twilio, account }: App, from = CALLER) => twilio.world.incoming(account, { from, to: OURS })

describe("a transcript", () => {
  it(
    "is told of by a signed push, and read whole at that word",
    withApp(async (app) => {
      const { world } = app.twilio
      const call = incoming(app)
      const recording = world.record(call, { seconds: 8 })
      const service = app.account.transcriptServices[0]!
      const sid = world.transcribe(recording, service, ["Please call me back"])
      const push = app.twilio.deliveries(app.account).at(-1)!
      expect(verifier(push, app.credentials, push.receivedAt)).toEqual({ genuine: true })
      const forged = { ...push, body: Buffer.from(String(push.body).replace(sid, `GT${"0".repeat(32)}`)) }
      expect(verifier(forged, app.credentials, push.receivedAt)).toMatchObject({ genuine: false })
      expect(app.outcomesOf(push)).toEqual([{ refetch: "transcripts", id: sid, partition: service }])
      expect(await app.use(transcripts.one!(sid, service))).toMatchObject({ call, text: "1: Please call me back" })
      expect(await app.use(transcripts.one!(`GT${"0".repeat(32)}`, service))).toBeUndefined()
    })
  )
})

describe("a caller", () => {
  it(
    "reaches an agent through menu and queue, and all of it is one call",
    withApp(async (app) => {
      const { world } = app.twilio
      const call = incoming(app)
      app.wait(10)
      const task = world.enqueue(call, { queue: "support", attributes: { ivr_path: ["2", "1"] } })
      app.wait(20)
      const leg = world.dial(call, AGNES.uri)
      app.wait(5)
      world.answer(leg)
      world.accept(task, AGNES)
      app.wait(60)
      const recording = world.record(leg, { seconds: 60 })
      world.transcribe(recording, app.account.transcriptServices[1]!, ["Good morning", "Where is my order?"])
      world.finish(task)
      world.hangUp(call)
      const told = await only(app)
      expect(told).toMatchObject({
        ref: { kind: "call", id: call },
        direction: "inbound",
        conversation: { kind: "task", id: `${app.account.workspaces[0]}/${task}` },
        details: {
          disposition: "answered",
          queue: "support",
          waitSeconds: 25,
          talkSeconds: 60,
          ivrPath: ["2", "1"],
          recordings: [{ id: recording, durationSeconds: 60 }],
          transcripts: [{ language: "en-US", text: "1: Good morning\n2: Where is my order?" }]
        }
      })
      expect(told.details.legs).toMatchObject([{ id: call }, { id: leg, parent: call, answeredByPerson: true }])
      expect(told.details.legs?.[0]).not.toHaveProperty("answeredByPerson")
      expect(told.participants).toEqual([
        { handle: expect.objectContaining({ value: CALLER }), contact: { kind: "number", id: CALLER }, place: "from" },
        { handle: expect.objectContaining({ value: OURS }), place: "to" },
        { role: "agent", handle: { kind: "sip", value: "agnes@client" }, name: AGNES.name, place: "to" }
      ])
      expect(contactIds(await app.read())).toEqual([CALLER])
    })
  )

  it(
    "is missed when the phones ring and nobody picks up",
    withApp(async (app) => {
      const call = incoming(app)
      app.twilio.world.hangUp(app.twilio.world.dial(call, AGNES.uri), "no-answer")
      app.wait(9)
      app.twilio.world.hangUp(call)
      const { details } = await only(app)
      expect(details).toMatchObject({ disposition: "missed" })
      expect(details).not.toHaveProperty("talkSeconds")
    })
  )

  it(
    "abandons the queue",
    withApp(async (app) => {
      const call = incoming(app)
      const task = app.twilio.world.enqueue(call, { queue: "support" })
      app.wait(90)
      app.twilio.world.cancel(task, "hangup")
      app.twilio.world.hangUp(call)
      expect(await only(app)).toMatchObject({
        outcome: "hangup",
        details: { disposition: "abandoned", queue: "support" }
      })
    })
  )

  it(
    "leaves a message",
    withApp(async (app) => {
      const call = incoming(app)
      app.twilio.world.hangUp(app.twilio.world.dial(call, AGNES.uri), "no-answer")
      app.twilio.world.record(call, { source: "RecordVerb", seconds: 8 })
      app.wait(9)
      app.twilio.world.hangUp(call)
      const [told] = interactions([...app.heard(), ...(await app.read())])
      expect(told?.details).toMatchObject({ disposition: "voicemail", recordings: [{ durationSeconds: 8 }] })
    })
  )

  it(
    "who hears the menu only has spoken to nobody, and none of it is a person",
    withApp(async (app) => {
      const call = incoming(app)
      app.wait(9)
      app.twilio.world.hangUp(call)
      const { details } = await only(app)
      expect(details).toEqual({ legs: [expect.objectContaining({ id: call, status: "completed" })] })
    })
  )

  it(
    "is passed on, also through a leg of a leg",
    withApp(async (app) => {
      const { world } = app.twilio
      const call = incoming(app)
      const first = world.dial(call, AGNES.uri)
      app.wait(5)
      world.answer(first)
      app.wait(30)
      const second = world.dial(first, BERT.uri)
      world.answer(second)
      app.wait(10)
      world.record(second)
      world.hangUp(call)
      const { details, participants } = await only(app)
      expect(details).toMatchObject({ disposition: "transferred", waitSeconds: 5, talkSeconds: 40 })
      expect(details.legs?.map(({ id }) => id).sort()).toEqual([call, first, second].sort())
      expect(participants.flatMap(({ role, handle }) => (role === "agent" ? [handle?.value] : [])).sort()).toEqual([
        "agnes@client",
        "bert@client"
      ])
    })
  )

  it(
    "meets the agent in a conference, whom Flex rings by a call of its own",
    withApp(async (app) => {
      const { world } = app.twilio
      const call = incoming(app)
      const task = world.enqueue(call, { queue: "support" })
      const leg = world.place(app.account, { from: OURS, to: AGNES.uri })
      world.answer(leg)
      const conference = { participants: { worker: leg, customer: call } }
      world.setAttributes(task, JSON.stringify({ call_sid: call, conference }))
      world.accept(task, AGNES)
      app.wait(50)
      world.hangUp(leg)
      expect(await only(app)).not.toHaveProperty("endedAt")
      world.hangUp(call)
      const told = await only(app)
      expect(told).toMatchObject({ ref: { id: call }, direction: "inbound", details: { disposition: "answered" } })
      expect(told.details.talkSeconds).toBe(50)
    })
  )

  it.each([
    "+266696687",
    "+7378742833",
    "+2562533",
    "+8656696",
    "+86282452253",
    "Anonymous",
    "",
    "sip:anonymous@anonymous.invalid"
  ])("who keeps the number back (%s) has no handle and is no contact", (from) =>
    withApp(async (app) => {
      app.twilio.world.hangUp(incoming(app, from))
      const { participants } = await only(app)
      expect(participants).toEqual([
        { place: "from" },
        { handle: expect.objectContaining({ value: OURS }), place: "to" }
      ])
      expect(contactIds([...app.heard(), ...(await app.read())])).toEqual([])
    })()
  )
})

describe("we call", () => {
  it.each([
    ["no-answer", "missed"],
    ["busy", "busy"],
    ["failed", "failed"],
    ["canceled", "cancelled"]
  ])("and it ends with %s", (status, disposition) =>
    withApp(async (app) => {
      const call = app.twilio.world.place(app.account, { from: OURS, to: CALLER })
      app.wait(20)
      app.twilio.world.hangUp(call, status)
      expect(await only(app)).toMatchObject({ direction: "outbound", details: { disposition } })
    })()
  )

  it.each([
    ["human", "answered"],
    ["machine_end_beep", "voicemail"]
  ])("and %s picks up", (answeredBy, disposition) =>
    withApp(async (app) => {
      const call = app.twilio.world.place(app.account, { from: OURS, to: CALLER })
      app.wait(4)
      app.twilio.world.answer(call, answeredBy)
      app.wait(30)
      app.twilio.world.hangUp(call)
      const told = await only(app)
      expect(told.details.disposition).toBe(disposition)
      expect(told.participants[1]).toMatchObject({ contact: { kind: "number", id: CALLER }, place: "to" })
    })()
  )

  it(
    "from a softphone: the customer is whom the leg below rings",
    withApp(async (app) => {
      const call = app.twilio.world.incoming(app.account, { from: AGNES.uri, to: "" })
      const leg = app.twilio.world.dial(call, CALLER, OURS)
      app.wait(6)
      app.twilio.world.answer(leg)
      app.wait(30)
      app.twilio.world.hangUp(call)
      const told = await only(app)
      expect(told).toMatchObject({ direction: "outbound", details: { disposition: "answered", talkSeconds: 30 } })
      expect(told.participants).toMatchObject([{ role: "agent" }, { contact: { id: CALLER } }])
    })
  )
})

describe("a call that is passed on to an agent's own telephone", () => {
  it(
    "shows the caller's number there, so who answers is an agent and no contact",
    withApp(async (app) => {
      const call = incoming(app)
      const leg = app.twilio.world.dial(call, "+12025550177")
      app.twilio.world.answer(leg)
      app.wait(30)
      app.twilio.world.hangUp(call)
      const { participants } = await only(app)
      expect(participants[2]).toMatchObject({ role: "agent", handle: { value: "+12025550177" } })
      expect(contactIds(await app.read())).toEqual([CALLER])
    })
  )
})

describe("messages", () => {
  it(
    "by SMS are a claim of the sender, by WhatsApp they are not",
    withApp(async (app) => {
      const { world } = app.twilio
      world.receive(app.account, { from: CALLER, to: OURS, body: "Hello", media: 2 })
      world.receive(app.account, { from: `whatsapp:${CALLER}`, to: `whatsapp:${OURS}`, body: "Hi" })
      world.receive(app.account, { from: "7425", to: OURS, body: "Your code" })
      world.progress(world.send(app.account, { from: OURS, to: CALLER, body: "Good day" }), "undelivered")
      const parts = await app.read()
      const [out, code, chat, sms] = interactions(parts)
      expect(sms).toMatchObject({ kind: "sms", direction: "inbound", text: "Hello", details: { status: "received" } })
      expect(sms?.details).toMatchObject({ attachments: [{ name: "2 attached" }] })
      expect(sms?.participants[0]?.handle).not.toHaveProperty("verified")
      expect(chat).toMatchObject({ kind: "chat", details: { service: "whatsapp" } })
      expect(chat?.participants[0]).toMatchObject({
        handle: { value: CALLER, verified: true },
        contact: { id: `whatsapp:${CALLER}` }
      })
      expect(code?.participants[0]).toEqual({
        handle: { kind: "short-code", value: "7425", shared: true },
        place: "from"
      })
      expect(out).toMatchObject({ direction: "outbound", outcome: "undelivered" })
      expect(contactIds(parts).toSorted()).toEqual([CALLER, `whatsapp:${CALLER}`])
    })
  )
})
