/** The stand-in of Parley, an invented chat vendor: people, rooms with lines and replies, a journal, notes on people. */
import { createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import {
  type Account,
  Emulator,
  EmulatorClock,
  Faults,
  type Played,
  type Subject
} from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { WebSocketServer } from "ws"

const START = Date.UTC(2031, 4, 6, 9, 0, 0)
const PAGE = 3
/** The person search shows a person this late. */
const INDEX_LAG_MS = 5_000

interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly changedAt: number
  readonly madeAt: number
  readonly formerIds: ReadonlyArray<string>
  readonly tag?: string
  readonly phone?: string
}
interface Line {
  readonly id: string
  readonly room: string
  readonly author: string
  readonly text: string
  readonly at: number
  readonly changedAt: number
  readonly below?: string
}
interface Note {
  readonly id: string
  readonly key: string
  readonly text: string
  readonly people: ReadonlyArray<string>
}
interface Entry {
  readonly seq: number
  readonly at: number
  readonly person: string
  readonly former: ReadonlyArray<string>
}

class Team {
  token: string
  readonly secret: string
  readonly people = new Map<string, Person>()
  readonly lines = new Map<string, Line>()
  readonly notes = new Map<string, Note>()
  readonly notedAt = new Map<string, number>()
  readonly journal: Array<Entry> = []
  readonly pushes: Array<Delivery.Delivery> = []
  readonly sent: Array<string> = []
  readonly sockets = new Set<(data: unknown) => void>()
  expired = false
  private drawn = 0
  private readonly clock: EmulatorClock.EmulatorClock

  constructor(name: string, clock: EmulatorClock.EmulatorClock) {
    this.token = `token-of-${name}`
    this.secret = `signing-secret-of-${name}`
    this.clock = clock
    this.addPerson("Ann Arbor")
  }

  draw = (prefix: string): string => `${prefix}${String(++this.drawn).padStart(4, "0")}`

  push(type: string, what: object): void {
    const at = this.clock.now()
    const event = { id: this.draw("e"), type, at, ...what }
    this.pushes.push(sign(this.secret, JSON.stringify({ events: [event] }), at))
    for (const send of this.sockets) send({ events: [event] })
  }

  savePerson(person: Person, former: ReadonlyArray<string> = []): Person {
    this.people.set(person.id, person)
    this.noteChange(person.id, former)
    return person
  }

  noteChange(person: string, former: ReadonlyArray<string> = []): void {
    this.journal.push({ seq: this.journal.length + 1, at: this.clock.now(), person, former })
    this.push("person.changed", { person })
  }

  addPerson(name: string, extra: Partial<Person> = {}): Person {
    const [id, at] = [this.draw("p"), this.clock.now()]
    const email = `${id}@example.com`
    return this.savePerson({ id, name, email, changedAt: at, madeAt: at, formerIds: [], ...extra }, extra.formerIds)
  }

  saveLine(line: Line, type: string): Line {
    this.lines.set(line.id, line)
    this.push(type, { line })
    return line
  }

  addLine(room: string, text: string, extra: Partial<Line> = {}): Line {
    const at = this.clock.now()
    const author = [...this.people.keys()][0]!
    return this.saveLine({ id: this.draw("l"), room, author, text, at, changedAt: at, ...extra }, "line.posted")
  }
}

export const sign = (secret: string, body: string, at: number): Delivery.Delivery => ({
  method: "POST",
  url: "https://hooks.example.com/parley",
  headers: {
    "content-type": "application/json",
    "x-parley-time": String(Math.floor(at / 1000)),
    "x-parley-signature": createHmac("sha256", secret)
      .update(`${Math.floor(at / 1000)}.${body}`)
      .digest("hex")
  },
  body: new TextEncoder().encode(body),
  receivedAt: at
})

const ok = (body: unknown): Emulator.Reply => ({ status: 200, body })
const missing: Emulator.Reply = { status: 404, body: { error: "there is no such thing" } }

/** A page of a list by offset, as far as the vendor lets it be read. */
const paged = <A>(call: Emulator.Call, all: ReadonlyArray<A>) => {
  const { fault } = call
  const offset = Number(call.query.get("offset") ?? 0)
  const most = fault?._tag === "cap" ? fault.n : Number.POSITIVE_INFINITY
  const end = Math.min(offset + PAGE, all.length, most)
  const items = all.slice(offset, end)
  return {
    items: Faults.disturbed(items, fault),
    total: all.length,
    ...(end < all.length && end < most ? { next: end } : {})
  }
}

const routes = (teamOf: (call: Emulator.Call) => Team): ReadonlyArray<Emulator.Route> => {
  const route = (
    operation: string,
    method: string,
    path: string,
    handle: (team: Team, call: Emulator.Call) => Emulator.Reply
  ): Emulator.Route => ({ operation, method, path, handle: (call) => handle(teamOf(call), call) })
  const lines = (team: Team, fits: (line: Line) => boolean) =>
    [...team.lines.values()].filter(fits).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const withReplies = (team: Team) => (line: Line) => ({
    ...line,
    replies: lines(team, ({ below }) => below === line.id).length
  })
  return [
    route("me", "GET", "/me", (team) => ok({ people: team.people.size })),
    route("people.list", "GET", "/people", (team, call) => ok(paged(call, [...team.people.values()]))),
    route("people.search", "GET", "/people/search", (team, call) => {
      const { fault } = call
      const before = call.at - (fault?._tag === "stale" ? fault.ms : INDEX_LAG_MS)
      const all = [...team.people.values()].filter(({ madeAt }) => madeAt <= before)
      return ok({ items: fault?._tag === "unfiltered" ? all : all.filter(({ tag }) => tag === call.query.get("tag")) })
    }),
    route("people.get", "GET", "/people/:id", (team, call) => {
      const person = team.people.get(call.params["id"]!)
      return person === undefined ? missing : ok(person)
    }),
    route("people.add", "POST", "/people", (team, call) => {
      const { name, tag } = call.json() as Person
      return ok(team.addPerson(name, tag === undefined ? {} : { tag }))
    }),
    route("people.change", "PATCH", "/people/:id", (team, call) => {
      const person = team.people.get(call.params["id"]!)
      if (person === undefined) return missing
      return ok(team.savePerson({ ...person, ...(call.json() as object), changedAt: call.at }))
    }),
    route("rooms.list", "GET", "/rooms", () => ok({ items: ["lobby", "attic"] })),
    route("lines.list", "GET", "/rooms/:room/lines", (team, call) => {
      const [from, to] = [Number(call.query.get("from")), Number(call.query.get("to"))]
      const after = call.query.get("after") ?? ""
      const all = lines(team, (line) => line.room === call.params["room"] && line.below === undefined)
      const wanted = all.filter((line) => line.at >= from && line.at < to && positionOf(line) > after)
      return ok(paged(call, wanted.map(withReplies(team))))
    }),
    route("lines.replies", "GET", "/lines/:id/replies", (team, call) =>
      ok(
        paged(
          call,
          lines(team, ({ below }) => below === call.params["id"])
        )
      )
    ),
    route("lines.add", "POST", "/rooms/:room/lines", (team, call) => {
      const { text, key } = call.json() as { text: string; key: string }
      team.sent.push(key)
      return ok(team.addLine(call.params["room"]!, text))
    }),
    route("journal", "GET", "/journal", (team, call) => {
      if (call.fault?._tag === "expireCursor") return { status: 410, body: { error: "the cursor is forgotten" } }
      const after = Number(call.query.get("after") ?? 0)
      const items = team.journal.filter(({ seq }) => seq > after).slice(0, PAGE)
      const last = items.at(-1)?.seq ?? after
      return ok({ items, cursor: String(last), more: last < team.journal.length })
    }),
    route("notes.put", "PUT", "/notes", (team, call) => {
      const wanted = (call.json() as { notes: ReadonlyArray<Omit<Note, "id"> & { readonly id?: string }> }).notes
      const results = wanted.map(({ id, ...note }) => {
        const known = [...team.notes.values()].find(({ key }) => key === note.key)
        if (id !== undefined && known === undefined) return { error: "gone" }
        const saved = { ...note, id: known?.id ?? team.draw("n") }
        team.notes.set(saved.id, saved)
        return { id: saved.id }
      })
      return ok({ results })
    }),
    route("notes.add", "POST", "/notes", (team, call) => {
      const note = { ...(call.json() as Omit<Note, "id">), id: team.draw("n") }
      team.notes.set(note.id, note)
      team.notedAt.set(note.id, call.at)
      return ok(note)
    }),
    route("notes.find", "GET", "/notes", (team, call) => {
      const before = call.at - (call.fault?._tag === "stale" ? call.fault.ms : 0)
      const wanted = call.query.get("key")
      const visible = ({ id, key }: Note) =>
        (wanted === null || key === wanted) && (team.notedAt.get(id) ?? 0) <= before
      return ok({ items: [...team.notes.values()].filter(visible) })
    }),
    route("notes.remove", "DELETE", "/notes/:id", (team, call) =>
      team.notes.delete(call.params["id"]!) ? ok({}) : missing
    )
  ]
}

/** Orders lines as the vendor does. */
export const positionOf = ({ at, id }: Pick<Line, "at" | "id">): string => `${String(at).padStart(15, "0")}:${id}`

const play = (teams: readonly [Team, Team], clock: EmulatorClock.EmulatorClock): Subject["play"] => {
  let turn = 0
  const item = (feed: string, account: 0 | 1 = 0): Played => {
    const team = teams[account]
    turn += 1
    if (feed === "lines")
      return { feed, account, key: team.addLine(turn % 2 === 0 ? "attic" : "lobby", `line ${turn}`).id }
    const person = team.addPerson(`Person ${turn}`)
    return { feed, account, key: feed === "people" ? person.id : String(team.journal.length) }
  }
  return {
    item: async (feed, account) => item(feed, account),
    edit: async ({ feed, key, account = 0 }) => {
      const team = teams[account]
      if (feed === "people")
        team.savePerson({ ...team.people.get(key)!, name: `Edited ${++turn}`, changedAt: clock.now() })
      else team.saveLine({ ...team.lines.get(key)!, text: `edited ${++turn}`, changedAt: clock.now() }, "line.edited")
    },
    remove: async ({ feed, key, account = 0 }) => {
      const team = teams[account]
      if (feed === "people") {
        team.people.delete(key)
        team.noteChange(key)
      } else {
        team.push("line.removed", { line: team.lines.get(key) })
        team.lines.delete(key)
      }
    },
    reply: async ({ feed, key, account = 0 }) => {
      const { room } = teams[account].lines.get(key)!
      return { feed, account, key: teams[account].addLine(room, `reply ${++turn}`, { below: key }).id }
    },
    merge: async (a, b) => {
      const team = teams[0]
      for (const { key } of [a, b]) team.people.delete(key)
      return { feed: a.feed, key: team.addPerson("Merged", { formerIds: [a.key, b.key] }).id }
    },
    badItem: async (feed) => {
      const team = teams[0]
      if (feed === "people") team.people.set("bad", { id: "bad" } as Person)
      else team.lines.set("bad", { id: "bad", room: "lobby", at: clock.now() } as Line)
    },
    manyAtOneInstant: async (_, n) => {
      for (let count = 0; count < n; count++) teams[0].addLine("lobby", `one of many ${++turn}`)
    }
  }
}

const accountOf = (team: Team, url: string): Account => ({
  credentials: { token: team.token, signingSecret: team.secret },
  settings: { url },
  expireToken: () => {
    team.expired = true
  }
})

const actionsOf = (team: Team): NonNullable<Subject["actions"]> => {
  const noteOf = (key: string) => [...team.notes.values()].find((note) => note.key === key)
  const personOf = (key: string) => [...team.people.values()].find(({ tag }) => tag === key)
  const [ann] = team.people.keys()
  return {
    AppendTimeline: {
      input: (n) => ({
        key: `key-${n}`,
        entry: {
          kind: "chat",
          direction: "inbound",
          startedAt: START,
          title: `Chat ${n}`,
          facts: [],
          body: "",
          to: [],
          links: [],
          details: {}
        },
        records: [{ kind: "person", id: ann! }],
        leave: []
      }),
      landed: (key) => [...team.notes.values()].filter((note) => note.key === key).length,
      content: (key) => ({ text: noteOf(key)?.text, people: noteOf(key)?.people }),
      deleteByHand: (key) => void team.notes.delete(noteOf(key)?.id ?? ""),
      elsewhere: () => ({ kind: "person", id: "p9999" })
    },
    UpsertContact: {
      input: (n) => ({ key: `tag-${n}`, fields: { name: { full: `New ${n}` } } }),
      landed: (key) => [...team.people.values()].filter(({ tag }) => tag === key).length,
      content: (key) => personOf(key)?.name,
      deleteByHand: (key) => void team.people.delete(personOf(key)?.id ?? "")
    },
    SendMessage: {
      input: (n) => ({ key: `message-${n}`, conversation: { kind: "room", id: "lobby" }, text: `Hello ${n}` }),
      landed: (key) => team.sent.filter((sent) => sent === key).length,
      content: () => undefined
    }
  }
}

/** Two teams on one stand-in. */
export const startParley: Effect.Effect<Subject, never, Scope.Scope> = Effect.gen(function* () {
  const clock = EmulatorClock.manual(START)
  const teams = [new Team("first", clock), new Team("second", clock)] as const
  const find = (authorization: string | undefined) =>
    teams.find(({ token, expired }) => !expired && authorization === `Bearer ${token}`)
  const emulator = yield* Emulator.start({
    name: "parley",
    clock,
    routes: routes((call) => find(call.headers["authorization"])!),
    refuse: ({ headers }) =>
      find(headers["authorization"]) === undefined ? { status: 401, body: { error: "who are you" } } : undefined
  })
  const sockets = new WebSocketServer({ noServer: true })
  emulator.host.onUpgrade = (request, socket, head) => {
    const team = find(request.headers.authorization)
    if (team === undefined) return void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n")
    sockets.handleUpgrade(request, socket, head, (client) => {
      const send = (data: unknown) => client.send(JSON.stringify(data))
      team.sockets.add(send)
      client.on("close", () => team.sockets.delete(send))
    })
  }
  const people = teams[0].people
  return {
    fields: {
      record: () => ({ kind: "person", id: teams[0].addPerson("Fay").id }),
      names: ["name", "phone"],
      text: (n) => `Text ${n}`,
      stands: ({ id }) => ({ name: people.get(id)?.name, phone: people.get(id)?.phone || undefined }),
      edit: ({ id }, name, value) => void teams[0].savePerson({ ...people.get(id)!, [name]: value }),
      deleteByHand: ({ id }) => void people.delete(id)
    },
    emulator,
    accounts: [accountOf(teams[0], emulator.url), accountOf(teams[1], emulator.url)],
    play: play(teams, clock),
    only: {
      edit: ["people", "lines"],
      remove: ["people", "lines"],
      reply: ["lines"],
      merge: ["people"],
      badItem: ["people", "lines"],
      manyAtOneInstant: ["lines"]
    },
    capped: ["lines"],
    deliveries: { events: (account = 0) => teams[account].pushes },
    heard: { socket: "lines" },
    actions: actionsOf(teams[0])
  }
})
