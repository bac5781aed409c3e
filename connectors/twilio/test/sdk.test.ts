import twilio from "twilio"
import { describe, expect, it } from "vitest"
import { withApp } from "./app.ts"
import { clientFor } from "./sdk.ts"
import { CALLER } from "./subject.ts"

const OURS = "+12025550100"

describe("Twilio's own SDK", () => {
  it(
    "reads from the stand-in what happened there, page by page",
    withApp(async ({ twilio: standIn, account, wait }) => {
      const { world } = standIn
      const sids = [1, 2, 3, 4, 5].map((n) => {
        wait(1)
        return world.incoming(account, { from: CALLER, to: n === 3 ? "+12025550101" : OURS })
      })
      world.hangUp(sids[0]!)
      const client = clientFor(standIn, account)
      const calls = await client.calls.list({ pageSize: 2, startTimeAfter: new Date(standIn.clock.now() - 60_000) })
      expect(calls.map(({ sid }) => sid)).toEqual([...sids].reverse())
      const first = await client.calls(sids[0]!).fetch()
      expect(first).toMatchObject({ status: "completed", direction: "inbound", duration: "4" })
      const recording = world.record(sids[1]!)
      expect((await client.recordings.list()).map(({ sid }) => sid)).toEqual([recording])
      const numbers = await client.incomingPhoneNumbers.list()
      expect(numbers.map(({ phoneNumber }) => phoneNumber)).toEqual(["+12025550101", OURS])
    })
  )

  it(
    "sends messages and changes tasks there",
    withApp(async ({ twilio: standIn, account }) => {
      const client = clientFor(standIn, account)
      const sent = await client.messages.create({ from: OURS, to: CALLER, body: "Hello" })
      expect((await client.messages(sent.sid).fetch()).body).toBe("Hello")
      await expect(client.messages.create({ from: "+12025550199", to: CALLER, body: "Hello" })).rejects.toMatchObject({
        code: 21606,
        status: 400
      })
      const call = standIn.world.incoming(account, { from: CALLER, to: OURS })
      const workspace = client.taskrouter.v1.workspaces(account.workspaces[0]!)
      const task = workspace.tasks(standIn.world.enqueue(call, { queue: "support" }))
      expect(JSON.parse((await task.fetch()).attributes)).toMatchObject({ call_sid: call })
      await task.update({ attributes: '{"changed":true}' })
      expect((await task.fetch()).attributes).toBe('{"changed":true}')
      await expect(task.update({ ifMatch: '"0"', attributes: "{}" })).rejects.toMatchObject({ status: 412 })
      expect((await workspace.events.list()).map(({ eventType }) => eventType)).toContain("task.created")
    })
  )

  it(
    "is refused with a token that is not the account's",
    withApp(async ({ twilio: standIn, account }) => {
      const client = clientFor(standIn, { ...account, authToken: "another" })
      await expect(client.calls.list()).rejects.toMatchObject({ status: 401, code: 20003 })
    })
  )

  it(
    "takes the stand-in's callbacks for genuine",
    withApp(async ({ twilio: standIn, account }) => {
      standIn.world.hangUp(standIn.world.incoming(account, { from: CALLER, to: OURS }))
      const deliveries = standIn.deliveries(account)
      expect(deliveries.length).toBe(3)
      for (const { url, headers, body } of deliveries) {
        const fields = Object.fromEntries(new URLSearchParams(Buffer.from(body).toString()))
        const signature = headers["x-twilio-signature"]!
        expect(twilio.validateRequest(account.authToken, signature, url, fields)).toBe(true)
        expect(twilio.validateRequest("another", signature, url, fields)).toBe(false)
      }
    })
  )
})
