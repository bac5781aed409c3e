/** Request Tracker's items as Parts. Pure: the item, and where it came from, decide. */
import { type Feed, Html, RecordFields } from "@interchannel/connector"
import {
  Handle,
  type InteractionFields,
  type LocalRef,
  Part,
  type Participant,
  Ref,
  Version
} from "@interchannel/domain"
import { isSettings, type Settings, ticketUrl, userUrl } from "./credentials.ts"
import { customField, fingerprint, KEY_FIELD, textOf } from "./entry.ts"
import type { Message, Person, Removed, Ticket, User } from "./wire.ts"

export const userRef = (id: string): LocalRef => Ref.local("user", id)
export const ticketRef = (id: string): LocalRef => Ref.local("ticket", id)
const messageRef = (id: string): LocalRef => Ref.local("transaction", id)

/** The team of those who work in Request Tracker. */
export const STAFF = "privileged"

/** Which value of a Contact each field of a user is: those that we write, and those that are read besides. */
export const written: RecordFields.Paths = {
  EmailAddress: "email",
  MobilePhone: "mobile",
  WorkPhone: "phone",
  RealName: "name.full",
  Organization: "organizationName"
}
const paths: RecordFields.Paths = { ...written, HomePhone: "phone", Lang: "language" }

export const user = (item: User, { settings, defaultRegion }: Feed.Origin): ReadonlyArray<Part.Part> => {
  const { id, Name, Created, LastUpdated, privileged, disabled, ...record } = item
  // Its own two accounts, which are nobody.
  if (Name === "RT_System" || Name === "Nobody") return []
  const ref = userRef(id)
  const version = Version.make(LastUpdated)
  if (disabled) return [Part.tombstone("contact", ref, version)]
  const fields = {
    // Addresses are unique among users, and all mail to a person goes there, so they identify.
    ...RecordFields.toContact(paths, record, { defaultRegion, emailsAreVerified: true }),
    team: privileged ? STAFF : undefined,
    url: isSettings(settings) ? userUrl(settings, id) : undefined,
    createdAt: Created
  }
  return [Part.contact({ ref, kind: "record", version, fields })]
}

/** One of our entries, or one of its customers' tickets: of that, what was said in it tells all there is. */
export const ticket = (item: Message | Removed | Ticket, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  if ("removed" in item) {
    const ref = item.removed === "ticket" ? ticketRef(item.id) : messageRef(item.id)
    return [Part.tombstone("interaction", ref, Version.make(item.at))]
  }
  const settings = isSettings(origin.settings) ? origin.settings : undefined
  if (!("transaction" in item)) return isEntry(item) ? [entryPart(item)] : []
  const isRead = settings?.queues?.includes(item.ticket.Queue.Name) ?? true
  if (!isRead || isEntry(item.ticket)) return []
  const part = Part.interaction({
    ref: messageRef(item.transaction.id),
    version: Version.make(item.ticket.LastUpdated),
    fields: fieldsOf(item, settings)
  })
  return [part, ...peopleIn(item).map(({ id }) => ({ ...Part.refetch("user-changes", id), unlessKnown: userRef(id) }))]
}

/** Is it an entry that we wrote? */
export const isEntry = (item: Ticket | Removed): boolean =>
  !("removed" in item) && customField(item, KEY_FIELD) !== undefined

// ---------------------------------------------------------------------------------------------------------------------

const entryPart = (item: Ticket): Part.Part =>
  Part.interaction({
    ref: ticketRef(item.id),
    version: Version.make(item.LastUpdated),
    marker: customField(item, KEY_FIELD),
    written: fingerprint(item),
    fields: {
      kind: "note",
      direction: "internal",
      startedAt: item.Started || item.Created,
      participants: requestors(item).map((person) => participant(person, {})),
      subject: item.Subject,
      text: textOf(item),
      details: {}
    }
  })

/** A group can be a requestor too; it is nobody who writes or is written to. */
const requestors = ({ Requestor }: Ticket): ReadonlyArray<Person> => Requestor.filter(isUser)
const isUser = ({ type }: Person): boolean => type === "user"

const peopleIn = ({ ticket: { Requestor, Cc = [] }, transaction: { Creator } }: Message): ReadonlyArray<Person> => [
  ...new Map([...Requestor, ...Cc, Creator].filter(isUser).map((person) => [person.id, person])).values()
]

const fieldsOf = (item: Message, settings: Settings | undefined): InteractionFields => {
  const { transaction, ticket: about } = item
  const said = {
    startedAt: transaction.Created,
    conversation: ticketRef(about.id),
    subject: about.Subject,
    text: plain(item) || undefined,
    links: settings && [{ label: `Ticket ${about.id}`, url: ticketUrl(settings, about.id) }],
    participants: participantsOf(item)
  }
  const attachments = item.files.length === 0 ? undefined : item.files
  switch (transaction.Type) {
    case "Create": {
      const { id: number, Status: status, Queue, Priority } = about
      const priority = Priority === undefined ? undefined : String(Priority)
      const outcome = ended.has(status) ? status : undefined
      const details = { number, status, queue: Queue.Name, priority, attachments }
      return { kind: "ticket", direction: "inbound", ...said, outcome, details }
    }
    case "Comment": {
      const details = { author: userRef(transaction.Creator.id), attachments }
      return { kind: "note", direction: "internal", ...said, details }
    }
    case "Correspond": {
      const details = { sort: "message", messageId: item.messageId, attachments } as const
      return { kind: "email", direction: isOurs(item) ? "outbound" : "inbound", ...said, details }
    }
  }
}

const plain = ({ text }: Message): string => {
  if (text === undefined) return ""
  return text.type === "text/html" ? Html.toText(text.content) : text.content.trim()
}

/** Staff are customers of their own desk where they are the ones who asked. */
const isOurs = ({ byStaff, transaction: { Creator }, ticket: about }: Message): boolean =>
  byStaff && !requestors(about).some(({ id }) => id === Creator.id)

const participantsOf = (item: Message): ReadonlyArray<Participant> => {
  const { transaction, ticket: about } = item
  const ours = isOurs(item)
  const isSystem = transaction.Creator.id === SYSTEM_ID
  const asking = requestors(about)
  // What an agent entered for a customer, after a call perhaps, is the customer's matter.
  const forOther = transaction.Type === "Create" && (ours || isSystem) && asking.length > 0
  const writer = participant(transaction.Creator, {
    place: forOther ? undefined : "from",
    role: isSystem ? "system" : ours ? "agent" : undefined
  })
  const others = [
    ...asking.map((person) => participant(person, { place: forOther ? "from" : "to" })),
    ...(about.Cc ?? []).filter(isUser).map((person) => participant(person, { place: "cc" }))
  ].filter(({ contact }) => contact?.id !== transaction.Creator.id)
  return forOther ? [...others, writer] : [writer, ...others]
}

/** Request Tracker itself. */
const SYSTEM_ID = "1"

const participant = (
  { id, EmailAddress, RealName }: Person,
  more: Pick<Participant, "place" | "role">
): Participant => ({
  ...more,
  contact: userRef(id),
  handle: Handle.email(EmailAddress ?? "", { verified: true }),
  name: RealName
})

/** Words of the lifecycle that comes with Request Tracker. */
const ended: ReadonlySet<string> = new Set(["resolved", "rejected"])
