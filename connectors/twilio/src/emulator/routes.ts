/** Twilio's paths: who is asked is checked, lists are filtered and paged from the newest on, refusals are in Twilio's words. */
import { type Emulator, Faults } from "@interchannel/connector/testing"
import * as shapes from "./shapes.ts"
import type { Account } from "./State.ts"
import type { World } from "./World.ts"

export interface Serving {
  readonly world: World
  /** Items on a page at most. */
  readonly pageItems: number
  /** Once it listens. */
  readonly url: () => string
}

export const refusal = (status: number, code: number, message: string): Emulator.Reply => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
})

export const routes = (serving: Serving): ReadonlyArray<Emulator.Route> => {
  const { world } = serving
  const own =
    (handle: (account: Account, call: Emulator.Call) => Emulator.Reply): Emulator.Route["handle"] =>
    (call) => {
      const account = accountOf(world, call)
      if (account === undefined) return refusal(401, 20003, "Authenticate")
      if (call.params["account"] !== undefined && call.params["account"] !== account.sid) return notFound(call)
      return handle(account, call)
    }
  const get = (path: string, operation: string, handle: Parameters<typeof own>[0]): Emulator.Route => ({
    method: "GET",
    path,
    operation,
    handle: own(handle)
  })
  const post = (path: string, operation: string, handle: Parameters<typeof own>[0]): Emulator.Route => ({
    ...get(path, operation, handle),
    method: "POST"
  })
  const base = "/2010-04-01/Accounts/:account"
  const one = <A extends Owned>(
    items: ReadonlyArray<A>,
    account: Account,
    call: Emulator.Call,
    shape: (item: A) => unknown
  ) => {
    const item = items.find(({ sid, account: owner }) => sid === call.params["sid"] && owner === account.sid)
    return item === undefined ? notFound(call) : ok(shape(item))
  }
  const listOf = <A extends Owned>(
    name: string,
    time: string,
    items: (state: World["state"]) => ReadonlyArray<A>,
    shape: (item: A) => unknown
  ) => [
    get(`${base}/${title(name)}.json`, `${name}.list`, (account, call) => {
      const within = between(call.query.get(`${time}>`), call.query.get(`${time}<`))
      return page2010(serving, name, call, mine(items(world.state), account).filter(within).map(anchored(shape)))
    }),
    get(`${base}/${title(name)}/:sid.json`, `${name}.get`, (account, call) =>
      one(items(world.state), account, call, shape)
    )
  ]
  return [
    get(`${base}.json`, "accounts.get", (account) => ok(shapes.account(account))),
    get(`${base}/IncomingPhoneNumbers.json`, "numbers.list", (account, call) =>
      page2010(
        serving,
        "incoming_phone_numbers",
        call,
        account.numbers.map((number) => ({ sid: number.sid, at: 0, shown: shapes.ownNumber(account, number) }))
      )
    ),
    ...listOf("calls", "StartTime", ({ calls }) => calls, shapes.call),
    ...listOf("messages", "DateSent", ({ messages }) => messages, shapes.message),
    ...listOf("recordings", "DateCreated", ({ recordings }) => recordings, shapes.recording),
    post(`${base}/Messages.json`, "messages.create", (account, call) => create(world, account, call)),
    get("/v1/Workspaces/:workspace", "workspaces.get", (account, call) =>
      account.workspaces.includes(call.params["workspace"]!)
        ? ok({ sid: call.params["workspace"], account_sid: account.sid, friendly_name: "Workspace" })
        : notFound(call)
    ),
    get("/v1/Workspaces/:workspace/Events", "events.list", (account, call) => {
      const within = between(call.query.get("StartDate"), call.query.get("EndDate"))
      const events = mine(world.state.events, account).filter(({ workspace }) => workspace === call.params["workspace"])
      return pageMeta(serving, "events", call, events.filter(within).map(anchored(shapes.event)))
    }),
    get("/v1/Workspaces/:workspace/Tasks/:sid", "tasks.get", (account, call) => {
      const task = taskOf(world, account, call)
      return task === undefined ? notFound(call) : { ...ok(shapes.task(task)), headers: { etag: `"${task.version}"` } }
    }),
    post("/v1/Workspaces/:workspace/Tasks/:sid", "tasks.update", (account, call) => {
      const task = taskOf(world, account, call)
      if (task === undefined) return notFound(call)
      const expected = call.headers["if-match"]
      if (expected !== undefined && expected !== `"${task.version}"`) return refusal(412, 20412, "Precondition Failed")
      const { Attributes: attributes } = call.form()
      if (attributes !== undefined) world.setAttributes(task.sid, attributes)
      return { ...ok(shapes.task(task)), headers: { etag: `"${task.version}"` } }
    }),
    get("/v2/Transcripts", "transcripts.list", (account, call) => {
      const within = between(call.query.get("AfterDateCreated"), call.query.get("BeforeDateCreated"))
      const service = call.query.get("ServiceSid")
      const transcripts = mine(world.state.transcripts, account).filter(
        (each) => service === null || each.service === service
      )
      return pageMeta(serving, "transcripts", call, transcripts.filter(within).map(anchored(shapes.transcript)))
    }),
    get("/v2/Transcripts/:sid", "transcripts.get", (account, call) =>
      one(world.state.transcripts, account, call, shapes.transcript)
    ),
    get("/v2/Transcripts/:sid/Sentences", "sentences.list", (account, call) => {
      const transcript = mine(world.state.transcripts, account).find(({ sid }) => sid === call.params["sid"])
      if (transcript === undefined) return notFound(call)
      const shown = shapes.sentences(transcript).map((sentence) => ({ sid: sentence.sid, at: 0, shown: sentence }))
      // Sentences come in their order, all else from the newest on.
      return pageMeta(serving, "sentences", call, shown.reverse())
    })
  ]
}

// ---------------------------------------------------------------------------------------------------------------------

interface Owned {
  readonly sid: string
  readonly account: string
  readonly at: number
}
/** An item with its place in the list. */
interface Placed {
  readonly sid: string
  readonly at: number
  readonly shown: unknown
}

const ok = (body: unknown): Emulator.Reply => ({ status: 200, body })
const notFound = ({ path }: Emulator.Call): Emulator.Reply =>
  refusal(404, 20404, `The requested resource ${path} was not found`)

const title = (name: string): string => name[0]!.toUpperCase() + name.slice(1)

const mine = <A extends Owned>(items: ReadonlyArray<A>, account: Account): ReadonlyArray<A> =>
  items.filter((item) => item.account === account.sid)

const anchored =
  <A extends Owned>(shape: (item: A) => unknown) =>
  (item: A): Placed => ({ sid: item.sid, at: item.at, shown: shape(item) })

const accountOf = (world: World, { headers }: Emulator.Call): Account | undefined => {
  const [name, token] = Buffer.from(headers["authorization"]?.replace(/^Basic /, "") ?? "", "base64")
    .toString()
    .split(":")
  return world.state.accounts.find(({ sid, authToken, revoked }) => sid === name && authToken === token && !revoked)
}

const taskOf = (world: World, account: Account, { params }: Emulator.Call) =>
  mine(world.state.tasks, account).find(
    ({ sid, workspace }) => sid === params["sid"] && workspace === params["workspace"]
  )

/** Both ends count, in whole seconds. */
const between = (from: string | null, to: string | null) => (item: { readonly at: number }) =>
  (from === null || item.at >= Date.parse(from)) && (to === null || item.at <= Date.parse(to))

/** Newest first; the next page goes on below the last item of this one, whatever came on top meanwhile. */
const cut = ({ pageItems }: Serving, call: Emulator.Call, items: ReadonlyArray<Placed>) => {
  const asked = Number(call.query.get("PageSize") ?? 50)
  const sorted = items.map((item, index) => ({ ...item, index })).sort((a, b) => b.at - a.at || b.index - a.index)
  const after = call.query.get("PageToken")
  const start = after === null ? 0 : sorted.findIndex(({ sid }) => `PA${sid}` === after) + 1
  const page = sorted.slice(start, start + Math.min(asked, pageItems))
  const shown = Faults.disturbed(page, call.fault).map((item) => item.shown)
  const last = page.at(-1)
  if (last === undefined || start + page.length >= sorted.length) return { shown, next: null }
  const query = new URLSearchParams(call.query)
  query.set("Page", String(Number(call.query.get("Page") ?? 0) + 1))
  query.set("PageToken", `PA${last.sid}`)
  return { shown, next: `${call.path}?${query.toString()}` }
}

const page2010 = (
  serving: Serving,
  name: string,
  call: Emulator.Call,
  items: ReadonlyArray<Placed>
): Emulator.Reply => {
  const { shown, next } = cut(serving, call, items)
  return ok({ [name]: shown, next_page_uri: next, page: Number(call.query.get("Page") ?? 0), uri: call.path })
}

const pageMeta = (
  serving: Serving,
  name: string,
  call: Emulator.Call,
  items: ReadonlyArray<Placed>
): Emulator.Reply => {
  const { shown, next } = cut(serving, call, items)
  const meta = {
    key: name,
    page: Number(call.query.get("Page") ?? 0),
    url: serving.url() + call.path,
    next_page_url: next === null ? null : serving.url() + next
  }
  return ok({ [name]: shown, meta })
}

const create = (world: World, account: Account, call: Emulator.Call): Emulator.Reply => {
  const { To: to, From: from, MessagingServiceSid: messagingService, Body: body } = call.form()
  if (!to) return refusal(400, 21604, "A 'To' phone number is required.")
  if (!from && !messagingService) return refusal(400, 21603, "A 'From' phone number is required.")
  if (!body) return refusal(400, 21602, "Message body is required.")
  if (body.length > 1_600) return refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit")
  const ours = account.numbers.some(({ number }) => number === from?.replace(/^whatsapp:/, ""))
  if (from && !ours) return refusal(400, 21606, `The From phone number ${from} is not a valid, SMS-capable number`)
  const sender = from || account.numbers[0]!.number
  const service = messagingService ? { messagingService } : {}
  const sid = world.send(account, { to, from: sender, body, ...service })
  return { status: 201, body: shapes.message(world.state.messages.find((each) => each.sid === sid)!) }
}
