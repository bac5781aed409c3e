/** The load that the store is measured with: chat messages on their way from a feed page to a projection. */
import { Key, Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { Database, Dirty, Inbox, Ledger, Projections } from "../src/index.ts"

const CONTACTS = 500

/** One batch: accepted with its page, folded into the ledger and marked, its projections desired, each in one write. */
export const pass = (first: number, size: number) =>
  Effect.gen(function* () {
    const { write } = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const ledger = yield* Ledger.Ledger
    const dirty = yield* Dirty.Dirty
    const projections = yield* Projections.Projections
    const numbers = Array.from({ length: size }, (_, index) => first + index)
    yield* write(inbox.accept(numbers.map(incoming)))
    const rows = yield* inbox.pending(size)
    yield* write(
      Effect.gen(function* () {
        const changes = rows.map(({ key, id }) => changeOf(Number(key), id))
        yield* ledger.parts(changes.map(({ interaction }) => interaction.interaction.key))
        yield* ledger.save({
          parts: changes.map(({ part }) => part),
          interactions: changes.map(({ interaction }) => interaction),
          aliases: [],
          rekeyed: [],
          contacts: [],
          organizations: [],
          at: first
        })
        yield* dirty.mark(
          changes.map(({ part }) => ({ kind: "interaction" as const, key: part.key, dueAt: first, lane: 3 as const }))
        )
        yield* inbox.settle(rows.map(({ id }) => ({ id, state: "done" as const })))
      })
    )
    const marks = yield* dirty.due(first, size)
    yield* write(
      Effect.gen(function* () {
        const found = yield* ledger.interactions(marks.map(({ key }) => key))
        yield* projections.desire([...found.values()].map((row) => desiredOf(row, first)))
        yield* dirty.done(marks)
      })
    )
  })

const text = "We have looked into the invoice you asked about, and the amount will be corrected by Friday. ".repeat(3)
const ref = (number: number) => ({ kind: "message", id: `C1/${number}` })
const person = (number: number) => ({ kind: "user", id: `U${number % CONTACTS}` })

const incoming = (number: number): Inbox.Incoming => ({
  connection: "chat",
  source: "feed:messages",
  partition: "C1",
  receivedAt: number,
  lane: 3,
  contentType: "application/json",
  body: Buffer.from(JSON.stringify({ ts: number, user: person(number).id, type: "message", team: "T1", text })),
  key: String(number)
})

const changeOf = (number: number, inboxId: string) => {
  const key = Key.interaction("chat", ref(number))
  const version = { at: number, rank: 0 }
  const common = {
    kind: "chat" as const,
    direction: "inbound" as const,
    startedAt: number,
    participants: [{ contact: person(number), role: "customer" as const }],
    text,
    details: {}
  }
  const part: Ledger.StoredPart = {
    key,
    connection: "chat",
    inboxId,
    part: Part.interaction({ ref: ref(number), version, fields: common })
  }
  const interaction: Ledger.InteractionRow = {
    interaction: { ...common, key, connection: "chat", ref: ref(number), version },
    hash: key,
    contacts: [Key.contact("chat", person(number))],
    deleted: false,
    firstSeenAt: number
  }
  return { part, interaction }
}

const desiredOf = ({ interaction, hash, contacts }: Ledger.InteractionRow, now: number): Projections.Desired => ({
  key: Key.derive("p", "crm", "AppendTimeline", interaction.key),
  destination: "crm",
  verb: "AppendTimeline",
  subject: interaction.key,
  desired: hash,
  records: contacts,
  state: "due",
  dueAt: now,
  lane: 3,
  at: interaction.startedAt
})
