import type { Part } from "@interchannel/domain"
import { describe, expect, it } from "vitest"
import { appendTimeline } from "../src/actions.ts"
import { prepare } from "../src/check.ts"
import { KEY_FIELD } from "../src/entry.ts"
import { userRef } from "../src/normalize.ts"
import { withApp } from "./app.ts"
import { HISTORY, START } from "./subject.ts"

const said = (parts: ReadonlyArray<Part.Part>) => parts.filter((part) => part.subject === "interaction")
const ana = { Name: "ana@example.com", EmailAddress: "ana@example.com", RealName: "Ana Example" }
const rita = { Name: "rita", EmailAddress: "rita@example.org", RealName: "Rita Agent", privileged: true }
const support = { queue: "General", Subject: "Order 4711" }

describe("what was said in a ticket", () => {
  it("is the customer's matter, the agent's answer, and a note among us", () =>
    withApp(async ({ world, read }) => {
      const [customer, agent] = [world.addUser(ana), world.addUser(rita)]
      const id = world.open(
        { ...support, requestors: [customer] },
        { text: "Where is it?", messageId: "m1@example.com", files: ["order.pdf"] }
      )
      world.say(id, "Correspond", { by: agent, text: "<p>It comes <b>tomorrow</b></p>", type: "text/html" })
      world.say(id, "Comment", { by: agent, text: "Asked the depot" })
      const [asked, answered, noted] = said(await read())
      expect(asked?.fields).toMatchObject({
        kind: "ticket",
        direction: "inbound",
        subject: "Order 4711",
        text: "Where is it?",
        conversation: { kind: "ticket", id: String(id) },
        participants: [{ place: "from", name: "Ana Example", handle: { value: "ana@example.com", verified: true } }],
        details: { queue: "General", attachments: [{ name: "order.pdf" }] }
      })
      expect(answered?.fields).toMatchObject({
        kind: "email",
        direction: "outbound",
        text: "It comes tomorrow",
        participants: [{ role: "agent", place: "from", name: "Rita Agent" }, { place: "to" }]
      })
      expect(answered?.fields.details).not.toHaveProperty("messageId")
      expect(noted?.fields).toMatchObject({ kind: "note", direction: "internal", text: "Asked the depot" })
    })())

  it("is from the requestor where an agent entered it, and from the agent where the agent asks", () =>
    withApp(async ({ world, read }) => {
      const [customer, agent] = [world.addUser(ana), world.addUser(rita)]
      world.open({ ...support, requestors: [customer] }, { by: agent, text: "Ana called" })
      world.open({ ...support, requestors: [agent] }, { by: agent, text: "My screen is dark" })
      const [entered, own] = said(await read())
      expect(entered?.fields.participants).toMatchObject([
        { place: "from", name: "Ana Example" },
        { role: "agent", name: "Rita Agent" }
      ])
      expect(own?.fields.participants).toMatchObject([{ place: "from", name: "Rita Agent" }])
      expect(own?.fields.participants?.[0]).not.toHaveProperty("role")
    })())

  it("follows its ticket into the one that it was merged into, and goes when the ticket is deleted", () =>
    withApp(async ({ world, wait, read }) => {
      const customer = world.addUser(ana)
      const [first, second] = ["one", "two"].map((text) => world.open({ ...support, requestors: [customer] }, { text }))
      wait(60)
      world.merge(second!, first!)
      const merged = said(await read())
      expect(merged.map(({ fields }) => fields.conversation?.id)).toEqual([String(first), String(first)])
      wait(60)
      world.change(first!, { Status: "deleted" }, "Status")
      const gone = said(await read()).filter(({ ref }) => ref.kind === "transaction")
      expect(gone.map(({ ref, deleted }) => ({ ref, deleted }))).toEqual(
        merged.map(({ ref }) => ({ ref, deleted: true }))
      )
    })())

  it("of other queues than those that are read is not told", () =>
    withApp(
      async ({ world, read }) => {
        world.state.queues["Internal"] = []
        const customer = world.addUser(ana)
        world.open({ ...support, queue: "Internal", requestors: [customer] }, { text: "Not for us" })
        world.open({ ...support, requestors: [customer] }, { text: "For us" })
        expect(said(await read()).map(({ fields }) => fields.text)).toEqual(["For us"])
      },
      { queues: ["General"] }
    )())
})

it("a user who is disabled is nobody's record any more; one of the staff is in their team", () =>
  withApp(async ({ world, read }) => {
    const [customer, agent] = [world.addUser(ana), world.addUser(rita)]
    world.changeUser(customer, { disabled: true })
    const told = new Map((await read()).map((part) => [part.ref.id, part]))
    expect(told.get(String(customer))).toMatchObject({ deleted: true })
    expect(told.get(String(agent))).toMatchObject({ subject: "contact", fields: { team: "privileged" } })
  })())

describe("an entry", () => {
  const write = (records: ReadonlyArray<number>) =>
    appendTimeline.write([
      {
        key: "w_1",
        records: records.map((id) => userRef(String(id))),
        leave: [],
        entry: {
          kind: "email",
          direction: "inbound",
          startedAt: START - 3_600_000,
          title: "E-mail from Ana Example",
          facts: [],
          body: "Where is it?",
          to: [],
          links: [],
          details: {}
        }
      }
    ])

  it("is made without a requestor, so that nobody is answered by mail", () =>
    withApp(async ({ world, use }) => {
      const customer = world.addUser(ana)
      await use(prepare)
      await use(write([customer]))
      const [entry] = world.state.tickets
      expect(entry).toMatchObject({
        queue: HISTORY,
        Status: "resolved",
        requestors: [customer],
        started: START - 3_600_000
      })
      expect(world.historyOf(entry!.id).map(({ Type }) => Type)).toEqual(["Create", "Set"])
    })())

  it("is not left behind where its key would be lost, and says what to do", () =>
    withApp(async ({ world, use }) => {
      world.state.queues[HISTORY] = []
      const [result] = await use(write([world.addUser(ana)]))
      expect(String(result)).toContain(`did not keep the custom field ${KEY_FIELD}`)
      expect(world.state.tickets.map(({ Status }) => Status)).toEqual(["deleted"])
    })())

  it("keeps a requestor that somebody added by hand", () =>
    withApp(async ({ world, use }) => {
      const [customer, other] = [
        world.addUser(ana),
        world.addUser({ Name: "bo@example.com", EmailAddress: "bo@example.com" })
      ]
      await use(prepare)
      await use(write([customer]))
      world.change(world.state.tickets[0]!.id, { requestors: [customer, other] })
      await use(write([customer]))
      expect(world.state.tickets.map(({ requestors }) => requestors)).toEqual([[customer, other]])
    })())
})
