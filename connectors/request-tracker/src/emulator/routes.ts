/** The REST 2.0 API of the stand-in. */
import type { Emulator } from "@interchannel/connector/testing"
import { byJson, byTicketSql } from "./search.ts"
import * as shapes from "./shapes.ts"
import type { Ticket, User } from "./State.ts"
import type { World } from "./World.ts"

export interface Stage {
  readonly worlds: ReadonlyArray<World>
  readonly pageItems: number
  readonly url: () => string
}

type Handle = (world: World, call: Emulator.Call, stage: Stage) => Emulator.Reply
type Row = readonly [method: string, path: string, operation: string, handle: Handle]

/** Whose token it is. */
export const worldOf = ({ worlds }: Stage, call: Emulator.Call): World | undefined =>
  worlds.find(({ state }) => !state.revoked && call.headers["authorization"] === `token ${state.token}`)

export const refusal = (status: number, message: string): Emulator.Reply => ({ status, body: { message } })

export const routes = (stage: Stage): ReadonlyArray<Emulator.Route> =>
  rows.map(([method, path, operation, handle]) => ({
    method,
    path: `/REST/2.0${path}`,
    operation,
    handle: (call) => {
      const world = worldOf(stage, call)
      return world === undefined ? refusal(401, "Unauthorized") : handle(world, call, stage)
    }
  }))

// ---------------------------------------------------------------------------------------------------------------------

const notFound = refusal(404, "Not Found")
const ok = (body: unknown): Emulator.Reply => ({ status: 200, body })

/** A page of a list, with where the next one is. */
const list = (records: ReadonlyArray<Listed>, call: Emulator.Call, stage: Stage) => {
  const { items, perPage, page } = cutOut(records, call, stage)
  const next = new URL(call.path, stage.url())
  next.search = call.query.toString()
  next.searchParams.set("page", String(page + 1))
  const pages = Math.ceil(records.length / perPage)
  const more = page < pages ? { next_page: next.href } : {}
  return ok({ items, count: items.length, total: records.length, per_page: perPage, page, pages, ...more })
}

/** As it is for who is no super user: without what they may not see, how much there is, and where it goes on. */
const partialList = (records: ReadonlyArray<Listed>, call: Emulator.Call, stage: Stage) => {
  const seen = records.map((record) => ({ ...record, isHidden: record["Type"] === "EmailRecord" }))
  const { items, perPage, page } = cutOut(seen, call, stage)
  return ok({ items, count: items.length, total: null, per_page: perPage, page, pages: null })
}

type Listed = Readonly<Record<string, unknown>>

const cutOut = (records: ReadonlyArray<Listed>, call: Emulator.Call, stage: Stage) => {
  const perPage = Math.min(Number(call.query.get("per_page") ?? 20), 100, stage.pageItems)
  const page = Number(call.query.get("page") ?? 1)
  const sorted =
    call.query.get("orderby") === "id" ? [...records].sort((a, b) => Number(a["id"]) - Number(b["id"])) : records
  const items = sorted
    .slice((page - 1) * perPage, page * perPage)
    .filter(({ isHidden }) => isHidden !== true)
    .map((it) => shapes.picked(it, call.query))
  return { items, perPage, page }
}

const idIn = (call: Emulator.Call): number => Number(call.params["id"])

const userIn = (world: World, call: Emulator.Call): User | undefined =>
  world.state.users.find(({ id, Name }) => id === idIn(call) || Name === call.params["id"])

/** A merged ticket answers as the one that it became. */
const ticketIn = (world: World, call: Emulator.Call): Ticket | undefined => {
  const found = world.state.tickets.find(({ id }) => id === idIn(call))
  return found && world.ticket(found.effectiveId)
}

type Given = Readonly<Record<string, unknown>> & { readonly CustomFields?: Readonly<Record<string, string | null>> }

/** Fields that the queue does not have are passed over without a word. */
const withFields = (world: World, ticket: Pick<Ticket, "queue" | "fields">, given: Given): Record<string, string> => {
  const known = Object.entries(given.CustomFields ?? {}).filter(([name]) =>
    world.state.queues[ticket.queue]?.includes(name)
  )
  const kept = Object.entries({ ...ticket.fields, ...Object.fromEntries(known) })
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== null))
}

const started = (given: Given) =>
  typeof given["Started"] === "string" ? { started: Date.parse(`${given["Started"].replace(" ", "T")}Z`) } : {}

const texts = (given: Given, ...names: ReadonlyArray<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])]])))

const createTicket: Handle = (world, call) => {
  const given = call.json() as Given
  const queue = String(given["Queue"])
  if (world.state.queues[queue] === undefined)
    return refusal(403, `No permission to create tickets in the queue '${queue}'`)
  const id = world.open({
    queue,
    Subject: String(given["Subject"]),
    ...texts(given, "Status"),
    fields: withFields(world, { queue, fields: {} }, given),
    ...started(given)
  })
  return { status: 201, body: { id: String(id), type: "ticket", _url: `${call.path}/${id}` } }
}

const updateTicket: Handle = (world, call) => {
  const ticket = ticketIn(world, call)
  if (ticket === undefined) return refusal(404, "Resource does not exist; use POST to create")
  const given = call.json() as Given
  const requestors = given["Requestor"] as ReadonlyArray<string> | undefined
  world.change(ticket.id, {
    ...texts(given, "Subject"),
    ...started(given),
    fields: withFields(world, ticket, given),
    ...(requestors === undefined
      ? {}
      : { requestors: requestors.map(Number).filter((id) => world.user(id) !== undefined) })
  })
  return ok(["done"])
}

const createUser: Handle = (world, call) => {
  const given = call.json() as Given
  const {
    Name = "",
    EmailAddress,
    ...more
  } = texts(given, "Name", "EmailAddress", "RealName", "Organization", "MobilePhone", "WorkPhone")
  const taken = (is: (user: User) => boolean) => world.state.users.some(is)
  if (taken((user) => user.Name === Name)) return refusal(400, "Name in use")
  if (EmailAddress && taken((user) => user.EmailAddress === EmailAddress)) return refusal(400, "Email address in use")
  world.addUser({ Name, ...(EmailAddress === undefined ? {} : { EmailAddress }), ...more })
  return { status: 201, body: { id: Name, type: "user", _url: `${call.path}/${Name}` } }
}

const rows: ReadonlyArray<Row> = [
  ["GET", "/rt", "rt", () => ok({ Version: "5.0.3", Plugins: [] })],
  [
    "GET",
    "/users",
    "users.list",
    (world, call, stage) => {
      const all = call.query.get("find_disabled_rows") === "1"
      const fits = byJson(call.query.get("query"), ["Name", "EmailAddress", "RealName"])
      return list(
        world.state.users
          .filter(({ disabled }) => all || !disabled)
          .map(shapes.user)
          .filter(fits),
        call,
        stage
      )
    }
  ],
  [
    "GET",
    "/user/:id",
    "users.get",
    (world, call) => {
      const user = userIn(world, call)
      return user === undefined ? notFound : ok(shapes.userAlone(user))
    }
  ],
  ["POST", "/user", "users.create", createUser],
  [
    "PUT",
    "/user/:id",
    "users.update",
    (world, call) => {
      const user = userIn(world, call)
      if (user === undefined) return notFound
      world.changeUser(
        user.id,
        texts(call.json() as Given, "RealName", "EmailAddress", "Organization", "MobilePhone", "WorkPhone")
      )
      return ok(["done"])
    }
  ],
  [
    "GET",
    "/groups",
    "groups.list",
    (_, call, stage) => {
      const groups = ["Everyone", "Privileged", "Unprivileged"].map((Name, index) => ({
        id: String(3 + index),
        type: "group",
        Domain: "SystemInternal",
        Name
      }))
      return list(groups.filter(byJson(call.query.get("query"), ["Domain", "Name"])), call, stage)
    }
  ],
  [
    "GET",
    "/group/:id",
    "groups.get",
    (world, call) => {
      const members = idIn(call) === 4 ? world.state.users.filter(({ privileged }) => privileged) : []
      return ok({ id: idIn(call), Members: members.map(({ Name }) => ({ id: Name, type: "user" })) })
    }
  ],
  [
    "GET",
    "/transactions",
    "transactions.list",
    (world, call, stage) => {
      const fits = byJson(call.query.get("query"), ["id", "ObjectType", "ObjectId", "Type", "Created"])
      return partialList(world.state.transactions.map((it) => shapes.transaction(world, it)).filter(fits), call, stage)
    }
  ],
  [
    "GET",
    "/tickets",
    "tickets.list",
    (world, call, stage) =>
      list(
        world.state.tickets.filter(byTicketSql(call.query.get("query") ?? "")).map((it) => shapes.ticket(world, it)),
        call,
        stage
      )
  ],
  [
    "GET",
    "/ticket/:id/history",
    "history.list",
    (world, call, stage) => {
      const fits = byJson(call.query.get("query"), ["id", "Type", "Created"])
      return partialList(
        world
          .historyOf(idIn(call))
          .map((it) => shapes.transaction(world, it))
          .filter(fits),
        call,
        stage
      )
    }
  ],
  [
    "GET",
    "/attachments",
    "attachments.list",
    (world, call, stage) =>
      partialList(
        world.state.attachments
          .map(shapes.attachment)
          .filter(byJson(call.query.get("query"), ["id", "TransactionId", "ContentType", "Filename"])),
        call,
        stage
      )
  ],
  ["POST", "/ticket", "tickets.create", createTicket],
  [
    "GET",
    "/ticket/:id",
    "tickets.get",
    (world, call) => {
      const ticket = ticketIn(world, call)
      return ticket === undefined ? notFound : ok(shapes.ticketAlone(world, ticket))
    }
  ],
  ["PUT", "/ticket/:id", "tickets.update", updateTicket],
  [
    "DELETE",
    "/ticket/:id",
    "tickets.delete",
    (world, call) => {
      const ticket = ticketIn(world, call)
      if (ticket === undefined) return notFound
      world.change(ticket.id, { Status: "deleted" }, "Status")
      return { status: 204 }
    }
  ],
  [
    "GET",
    "/queue/:id",
    "queues.get",
    (world, call) => {
      const fields = world.state.queues[call.params["id"] ?? ""]
      const TicketCustomFields = fields?.map((name, index) => ({
        id: String(index + 1),
        type: "customfield",
        name,
        ref: "customfield"
      }))
      return fields === undefined ? notFound : ok({ id: 1, Name: call.params["id"], TicketCustomFields })
    }
  ],
  [
    "POST",
    "/queue",
    "queue.create",
    (world, call) => {
      const { Name } = call.json() as { readonly Name: string }
      if (world.state.queues[Name] !== undefined) return refusal(400, "Queue already exists")
      const everywhere = world.state.queues["General"] ?? []
      world.state.queues[Name] = [...everywhere]
      return { status: 201, body: { id: "2", type: "queue", _url: `${call.path}/2` } }
    }
  ],
  [
    "POST",
    "/customfield",
    "customfield.create",
    (world, call) => {
      const { Name, Queue } = call.json() as { readonly Name: string; readonly Queue: string | 0 }
      for (const queue of Queue === 0 ? Object.keys(world.state.queues) : [Queue]) world.state.queues[queue]?.push(Name)
      return { status: 201, body: { id: "3", type: "customfield", _url: `${call.path}/3` } }
    }
  ]
]
