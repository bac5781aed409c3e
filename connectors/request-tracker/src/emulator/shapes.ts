/** Records as Request Tracker shows them: in lists with the fields that were asked for, alone with their own. */
import type { Attachment, Ticket, Transaction, User } from "./State.ts"
import type { World } from "./World.ts"

export const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

type Fields = Readonly<Record<string, unknown>>

/** Everything that can be asked for; the list picks. Ids are numbers for users and text for the rest, as they are there. */
export const user = (it: User): Fields => ({
  id: it.id,
  type: "user",
  Name: it.Name,
  EmailAddress: it.EmailAddress,
  RealName: it.RealName,
  Organization: it.Organization,
  Lang: "",
  MobilePhone: it.MobilePhone,
  WorkPhone: it.WorkPhone,
  HomePhone: "",
  Created: time(it.created),
  LastUpdated: time(it.updated)
})

export const userAlone = (it: User): Fields => ({
  ...user(it),
  Privileged: it.privileged ? 1 : 0,
  Disabled: it.disabled ? "1" : "0",
  Memberships: [],
  CustomFields: [],
  _hyperlinks: []
})

/** Another record beside the one that is listed: what it is called, and the fields that are asked for one by one. */
class Beside {
  readonly bare: Fields
  readonly more: Fields
  constructor(bare: Fields, more: Fields) {
    this.bare = bare
    this.more = more
  }
}

/** Goes by its name, and has its number only where the field `id` is asked for. */
const person = (world: World, id: number): Beside => {
  const { Name, EmailAddress, RealName } = world.user(id)
  return new Beside({ type: "user", id: Name, _url: `/REST/2.0/user/${Name}` }, { id, Name, EmailAddress, RealName })
}

const customFields = (world: World, it: Ticket): ReadonlyArray<Fields> =>
  (world.state.queues[it.queue] ?? []).map((name, index) => ({
    id: String(index + 1),
    type: "customfield",
    name,
    values: it.fields[name] === undefined ? [] : [it.fields[name]],
    _url: `/REST/2.0/customfield/${index + 1}`
  }))

export const ticket = (world: World, it: Ticket): Fields => ({
  id: String(it.id),
  type: "ticket",
  Subject: it.Subject,
  Status: it.Status,
  Queue: new Beside({ id: "1", type: "queue", _url: "/REST/2.0/queue/1" }, { Name: it.queue }),
  Priority: "0",
  Created: time(it.created),
  Started: time(it.started),
  LastUpdated: time(it.updated),
  Requestor: it.requestors.map((id) => person(world, id)),
  Cc: [],
  CustomFields: customFields(world, it).length === 0 ? "" : customFields(world, it)
})

export const ticketAlone = (world: World, it: Ticket): Fields => ({
  id: it.id,
  Subject: it.Subject,
  Status: it.Status,
  LastUpdated: time(it.updated),
  EffectiveId: { type: "ticket", id: String(it.effectiveId), _url: `/REST/2.0/ticket/${it.effectiveId}` },
  CustomFields: customFields(world, it),
  _hyperlinks: []
})

export const transaction = (world: World, it: Transaction): Fields => ({
  id: String(it.id),
  type: "transaction",
  ObjectType: it.ObjectType,
  ObjectId: String(it.ObjectId),
  Type: it.Type,
  Created: time(it.created),
  Creator: person(world, it.creator)
})

export const attachment = (it: Attachment): Fields => ({
  ...it,
  id: String(it.id),
  TransactionId: String(it.TransactionId),
  type: "attachment"
})

/** An entry of a list: what it is, and the fields that were asked for. */
export const picked = (record: Fields, query: URLSearchParams): Fields => {
  const names = ["id", "type", "_url", ...(query.get("fields")?.split(",") ?? [])]
  const shown = { _url: `/REST/2.0/${String(record["type"])}/${String(record["id"])}`, ...record }
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([name]) => names.includes(name))
      .map(([name, value]) => [name, besides(value, query.get(`fields[${name}]`)?.split(",") ?? [])])
  )
}

// ---------------------------------------------------------------------------------------------------------------------

const besides = (value: unknown, asked: ReadonlyArray<string>): unknown => {
  if (Array.isArray(value)) return value.map((one) => besides(one, asked))
  if (!(value instanceof Beside)) return value
  return { ...value.bare, ...Object.fromEntries(Object.entries(value.more).filter(([name]) => asked.includes(name))) }
}
