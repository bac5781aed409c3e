import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { Connector } from "@interchannel/connector"
import { Handle, Ref } from "@interchannel/domain"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { sendMessage, showContext } from "../src/actions.ts"
import { Twilio } from "../src/index.ts"
import { taskRef } from "../src/tasks.ts"
import { withApp } from "./app.ts"
import { CALLER, card } from "./subject.ts"

const OURS = "+12025550100"
const SID = "0".repeat(32)

describe("check", () => {
  it(
    "says who we are, which numbers are ours and what does not tell us",
    withApp(async ({ account, use }) => {
      account.numbers[1]!.statusCallback = "https://hooks.example.com/twilio"
      const findings = await use(Twilio.check)
      expect(findings.every(({ ok }) => ok)).toBe(true)
      expect(findings.map(({ what }) => what)).toEqual([
        `signed in to Emulated One (${account.sid})`,
        "numbers for own.numbers: +12025550101, +12025550100",
        `calls of ${OURS} are read every minute; a status callback URL would tell of them at once`,
        `messages are sent from ${OURS}`,
        ...account.workspaces.map((sid) => `TaskRouter workspace ${sid} is read`)
      ])
    })
  )

  it(
    "names a sender and a workspace that are not there",
    withApp(async ({ use }) => {
      const findings = await use(Twilio.check, { sender: "+12025550199", workspaces: [`WS${SID}`] })
      expect(findings.filter(({ ok }) => !ok)).toMatchObject([
        { what: expect.stringContaining("+12025550199"), remedy: expect.any(String) },
        { what: expect.stringContaining(`WS${SID}`), remedy: expect.any(String) }
      ])
    })
  )
})

describe("an account", () => {
  const problems = (credentials: unknown, settings: unknown) =>
    Either.match(Connector.decodeAccount(Twilio, { connection: "phone", credentials, settings }), {
      onLeft: (all) => all.map(({ path }) => path),
      onRight: () => []
    })

  it("is named by its SID", () => {
    expect(problems({ authToken: "secret" }, { accountSid: `AC${SID}` })).toEqual([])
    expect(problems({ authToken: "secret" }, { accountSid: `SK${SID}` })).toEqual(["settings.accountSid"])
    expect(problems({}, { accountSid: `AC${SID}`, sender: "support", workspaces: ["1"] })).toEqual([
      "credentials.authToken",
      "settings.workspaces.0",
      "settings.sender"
    ])
  })

  it(
    "with half an API key, or of another machine, is refused",
    withApp(async ({ use }) => {
      expect(await use(Twilio.check, { apiKeySid: `SK${SID}` }).catch(String)).toContain("lacks its secret")
      expect(await use(Twilio.check, { apiUrl: "https://twilio.example.net" }).catch(String)).toContain(
        "twilio.example.net"
      )
    })
  )
})

describe("a card in a task", () => {
  it(
    "stands beside what others put there, and goes without a trace",
    withApp(async ({ twilio, account, use }) => {
      const call = twilio.world.incoming(account, { from: CALLER, to: OURS })
      const task = twilio.world.enqueue(call, { queue: "support", attributes: { language: "en" } })
      const conversation = taskRef(account.workspaces[0]!, task)
      const attributes = () => JSON.parse(twilio.world.task(task).attributes) as Readonly<Record<string, unknown>>
      const before = attributes()
      const [written] = await use(showContext.write([{ key: "k", conversation, card: card(1) }]))
      expect(Either.getOrThrow(written!).ref).toEqual(conversation)
      expect(attributes()).toMatchObject({ ...before, interchannel: { key: "k", title: "Ana Example 1" } })
      await use(showContext.remove!(conversation))
      expect(attributes()).toEqual(before)
    })
  )

  it(
    "is refused where there is no task",
    withApp(async ({ use }) => {
      const write = (kind: string, id: string) =>
        use(showContext.write([{ key: "k", conversation: Ref.local(kind, id), card: card(1) }]))
      const [message] = await write("message", "SM1")
      const [path] = await write("task", "WS1/../../Accounts")
      const [gone] = await write("task", "WS1/WT1")
      expect([message, path, gone].map((each) => Either.flip(each!).pipe(Either.getOrThrow).reason._tag)).toEqual([
        "Rejected",
        "Rejected",
        "Gone"
      ])
    })
  )
})

describe("a message", () => {
  it(
    "goes to a number only, from the sender, and never too long",
    withApp(async ({ twilio, use }) => {
      const reasons = async (
        settings: object,
        ...inputs: ReadonlyArray<Parameters<typeof sendMessage.write>[0][number]>
      ) =>
        (await use(sendMessage.write(inputs), { ...settings })).map((each) =>
          Either.match(each, {
            onLeft: ({ reason }) => ("code" in reason ? reason.code : reason._tag),
            onRight: () => "sent"
          })
        )
      const to = Handle.phone(CALLER)!
      const email = Handle.email("ana@example.org")!
      const text = "Good day"
      expect(
        await reasons(
          {},
          { key: "1", text, to },
          { key: "2", text, to: email },
          { key: "3", text },
          { key: "4", text: "x".repeat(1_601), to },
          { key: "5", text, to, existing: Ref.local("message", "SM1") }
        )
      ).toEqual(["sent", "no_addressee", "no_addressee", "too_long", "unchangeable"])
      expect(await reasons({ sender: "+12025550199" }, { key: "6", text, to })).toEqual(["21606"])
      expect(await reasons({ sender: `MG${SID}` }, { key: "7", text, to })).toEqual(["sent"])
      expect(await reasons({ sender: `whatsapp:${OURS}` }, { key: "8", text, to })).toEqual(["sent"])
      expect(twilio.world.state.messages.map((message) => message.to)).toEqual([CALLER, CALLER, `whatsapp:${CALLER}`])
      expect(twilio.canonical()).toHaveLength(3)
    })
  )
})

describe("callbacks over HTTP", () => {
  it(
    "come signed, again with the same token when they were not taken, and not again unless that is asked for",
    withApp(async ({ twilio, account }) => {
      const seen: Array<IncomingHttpHeaders> = []
      const server = createServer((request, response) => {
        seen.push(request.headers)
        request.resume()
        response.writeHead(seen.length === 1 ? 503 : 204).end()
      })
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`
      twilio.world.send(account, { from: OURS, to: CALLER, body: "Hello" })
      const asked = twilio.push(`${url}#rp=all&rc=2`)
      await asked.settled()
      asked.stop()
      expect(seen.map((headers) => headers["i-twilio-idempotency-token"])).toEqual([
        expect.any(String),
        seen[0]!["i-twilio-idempotency-token"]
      ])
      seen.length = 0
      twilio.world.send(account, { from: OURS, to: CALLER, body: "Again" })
      const plain = twilio.push(url)
      await plain.settled()
      plain.stop()
      expect(seen).toHaveLength(1)
      await new Promise((closed) => server.close(closed))
    })
  )
})
