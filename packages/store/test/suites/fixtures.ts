/** Invented people and what they did. */
import { type Contact, type Interaction, Key, Part } from "@interchannel/domain"
import type { Inbox, Ledger } from "../../src/index.ts"

export const ref = (id: string, kind = "message") => ({ kind, id })

export const part = (
  id: string,
  version: number,
  inboxId: string,
  text: string,
  more: { readonly part?: string; readonly key?: string; readonly rank?: number } = {}
): Ledger.StoredPart => ({
  key: more.key ?? Key.interaction("chat", ref(id)),
  connection: "chat",
  inboxId,
  part: Part.interaction({
    ref: ref(id),
    ...(more.part === undefined ? {} : { part: more.part }),
    version: { at: version, rank: more.rank ?? 0 },
    fields: { kind: "chat", text }
  })
})

export const interaction = (
  id: string,
  startedAt: number,
  contacts: ReadonlyArray<string>,
  more: Partial<Ledger.InteractionRow> & { readonly connection?: string } = {}
): Ledger.InteractionRow => {
  const { connection = "chat", ...row } = more
  const record: Interaction = {
    key: Key.interaction(connection, ref(id)),
    connection,
    ref: ref(id),
    kind: "chat",
    direction: "inbound",
    startedAt,
    participants: [],
    details: {},
    version: { at: startedAt, rank: 0 }
  }
  return { interaction: record, hash: `hash of ${id}`, contacts, deleted: false, firstSeenAt: 1, ...row }
}

export const contact = (id: string, name = id, connection = "chat"): Ledger.ContactRow => {
  const record: Contact = {
    key: Key.contact(connection, ref(id, "user")),
    connection,
    ref: ref(id, "user"),
    kind: "record",
    name: { full: name },
    handles: [{ kind: "email", value: `${id}@example.com` }],
    version: { at: 1, rank: 0 }
  }
  return { contact: record, hash: `hash of ${id}`, deleted: false }
}

/** A delivery that says its own key. */
export const incoming = (key: string, more: Partial<Inbox.Incoming> = {}): Inbox.Incoming => ({
  connection: "chat",
  source: "webhook:events",
  partition: "all",
  receivedAt: 1,
  lane: 0,
  contentType: "text/plain",
  body: Buffer.from(`said ${key}`),
  key,
  ...more
})

export const nothing: Ledger.LedgerChanges = {
  parts: [],
  aliases: [],
  rekeyed: [],
  contacts: [],
  organizations: [],
  interactions: [],
  at: 100
}
