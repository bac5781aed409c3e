/** An entry on two records, with others about it, and the intake that serves its page over HTTP. */
import { it } from "@effect/vitest"
import { Key, Own, Ref } from "@interchannel/domain"
import { EntryLink } from "@interchannel/runtime"
import { Ledger, Persons, Placements, Projections, Signature, Store } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as EntryPage from "../src/EntryPage.ts"
import * as Intake from "../src/Intake.ts"

export const ENTRY = Key.derive("w", "crm", "AppendTimeline", "i")
export const interaction = Key.interaction("chat", Ref.local("message", "1"))
export const [ana, bob] = ["Ana <Example>", "Bob Example"].map((full, index) => ({
  key: Key.contact("crm", Ref.local("contact", `${index}`)),
  connection: "crm",
  ref: Ref.local("contact", `${index}`),
  kind: "record" as const,
  name: { full },
  handles: [],
  version: { at: 1, rank: 0 }
}))
export const sender = Key.contact("chat", Ref.local("user", "ana"))
export const caller = Key.contact("phone", Ref.local("caller", "ana"))
export const stranger = Key.contact("chat", Ref.local("user", "eve"))
export const eve = Key.contact("crm", Ref.local("contact", "eve"))
const at = Date.UTC(2026, 2, 4, 9)

const nothing = { parts: [], aliases: [], rekeyed: [], organizations: [], at: 1 }

/** An entry on two records, and the intake that serves its page. */
const start = Effect.gen(function* () {
  const ledger = yield* Ledger.Ledger
  yield* ledger.save({
    ...nothing,
    contacts: [ana!, bob!].map((contact) => ({ contact, hash: "h", deleted: false })),
    interactions: [
      {
        interaction: {
          kind: "chat",
          key: interaction,
          connection: "chat",
          ref: Ref.local("message", "1"),
          direction: "inbound",
          startedAt: at,
          participants: [{ name: "Ana <Example>" }],
          details: {},
          version: { at: 1, rank: 0 }
        },
        hash: "h",
        contacts: [sender],
        deleted: false,
        firstSeenAt: 1
      }
    ]
  })
  const records = [ana!.key, bob!.key]
  yield* (yield* Projections.Projections).desire([
    {
      key: ENTRY,
      destination: "crm",
      verb: "AppendTimeline",
      subject: interaction,
      desired: "h",
      records,
      state: "due",
      dueAt: 0,
      lane: 1,
      at
    }
  ])
  const entryPage = yield* EntryPage.make(() => ({
    own: Own.none,
    titleOf: (id) => (id === "phone" ? "Phone" : "Chat"),
    policyOf: (id) => (id === "crm" ? { redact: [{ pattern: "IBAN \\d+", flags: "gu" }] } : undefined)
  }))
  const { url } = yield* Intake.serve({
    host: "127.0.0.1",
    port: 0,
    publicUrl: () => undefined,
    connected: () => undefined,
    entryPage
  })
  const link = EntryLink.link(yield* Signature.Signature, url, ENTRY)
  const get = (address = link, headers: Readonly<Record<string, string>> = {}) =>
    Effect.promise(async () => {
      const response = await fetch(address, { headers })
      return { status: response.status, headers: response.headers, text: await response.text() }
    })
  const post = (fields: ReadonlyArray<readonly [string, string]>, address = link) =>
    Effect.promise(async () => {
      const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]))
      const response = await fetch(address, { method: "POST", body })
      return { status: response.status, text: await response.text() }
    })
  const held = Effect.flatMap(Placements.Placements, ({ heldOff }) => heldOff([ENTRY]))
  return { link, get, post, held }
})

export const scenario = (
  name: string,
  body: (started: Effect.Effect.Success<typeof start>) => Effect.Effect<void, unknown, Store.Services>
) => it.scopedLive(name, () => Effect.provide(Effect.flatMap(start, body), Store.layerTemporary))

export const nobody = {
  members: [],
  persons: [],
  gone: [],
  refined: [],
  postings: [],
  edges: [],
  firstNames: [],
  events: []
}

interface Told {
  readonly id: string
  /** Minutes after the entry whose page it is. */
  readonly minutes: number
  readonly about?: string
  readonly by?: string
  readonly conversation?: string
  readonly destination?: string
  readonly on?: ReadonlyArray<string>
  readonly url?: string
}

export const entryOf = ({ id, destination = "crm" }: Pick<Told, "id" | "destination">) =>
  Key.derive("w", destination, "AppendTimeline", id)

/** Calls and chats, and entries of them: by Ana, on her record in the CRM unless something else is told. */
export const stand = (...told: ReadonlyArray<Told>) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const rows = told.map(({ id, minutes, about, by = sender, conversation }): Ledger.InteractionRow => {
      const connection = by === caller ? "phone" : "chat"
      const common = { connection, ref: Ref.local("message", id), direction: "inbound" as const, details: {} }
      return {
        interaction: {
          ...common,
          kind: by === caller ? "voice" : "chat",
          key: Key.interaction(connection, common.ref),
          startedAt: at + minutes * 60_000,
          participants: [{ name: "Ana" }],
          version: { at: 1, rank: 0 },
          ...(about === undefined ? {} : { subject: about })
        },
        hash: "h",
        contacts: [by],
        ...(conversation === undefined ? {} : { conversation }),
        deleted: false,
        firstSeenAt: 1
      }
    })
    yield* (yield* Ledger.Ledger).save({ ...nothing, contacts: [], interactions: rows })
    const wanted = told.map((one, index): Projections.Desired => {
      const { destination = "crm", on: records = [ana!.key] } = one
      const subject = rows[index]!.interaction.key
      const common = { key: entryOf(one), destination, verb: "AppendTimeline", lane: 1 } as const
      return { ...common, subject, desired: "h", records, state: "due", dueAt: 0, at: at + one.minutes * 60_000 }
    })
    yield* projections.desire(wanted)
    yield* projections.finish(
      wanted.map(({ key, records }, index) => {
        const { url } = told[index]!
        return { _tag: "Delivered", key, desired: "h", records, ...(url === undefined ? {} : { url }) }
      }),
      1
    )
  })

/** The entry whose page it is stands on its records, and Ana is the same in the chat, on the phone and in the CRM. */
export const delivered = Effect.gen(function* () {
  const records = [ana!.key, bob!.key]
  yield* (yield* Projections.Projections).finish([{ _tag: "Delivered", key: ENTRY, desired: "h", records }], 1)
  yield* (yield* Persons.Persons).save({
    ...nobody,
    members: [sender, caller, ana!.key].map((contact) => ({ contact, person: "p", sure: "s" })),
    persons: [{ id: "p", founder: sender, createdAt: 1 }]
  })
})
