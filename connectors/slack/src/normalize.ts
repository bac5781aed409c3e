/**
 * Slack's items to parts. Pure. A message is one Interaction; its conversation is its thread, and a message without a
 * thread is the beginning of its own. User ids are unique in what a workspace sees, also across Slack Connect, and most
 * mentions give nothing but the id: so it alone is the address of a user, and the team is a field.
 *
 *   message  T/C/ts          thread  T/C/thread_ts          user  U          bot  B
 */
import type { Feed } from "@interchannel/connector"
import {
  type Contacts,
  type Details,
  Handle,
  type Instant,
  type LocalRef,
  Part,
  type Participant,
  Ref,
  Version
} from "@interchannel/domain"
import { mentions, plain } from "./mrkdwn.ts"
import { instantOf, type Message, type User } from "./wire.ts"

/** The `event_type` of the metadata that our messages carry; its payload is `{ id }`, our opaque key. */
export const MARKER = "interchannel_msg"

/** A channel as the installed workspace sees it. */
export interface Place {
  readonly team: string
  readonly channel: string
}

export const placeOf = (partition: string): Place => {
  const [team = "", channel = ""] = partition.split("/")
  return { team, channel }
}
export const partitionOf = ({ team, channel }: Place): string => `${team}/${channel}`

export const messageRef = (place: Place, ts: string): LocalRef => Ref.local("message", `${partitionOf(place)}/${ts}`)
export const threadRef = (place: Place, ts: string): LocalRef => Ref.local("thread", `${partitionOf(place)}/${ts}`)
export const userRef = (user: string): LocalRef => Ref.local("user", user)

/** The inverse of `messageRef` and `threadRef`; `undefined` for any other ref. */
export const messageAt = (ref: LocalRef): (Place & { readonly ts: string }) | undefined => {
  const [team, channel, ts, ...rest] = ref.id.split("/")
  if (ref.kind !== "message" && ref.kind !== "thread") return undefined
  return team && channel && ts && rest.length === 0 ? { team, channel, ts } : undefined
}

/** Our own key, when the message is ours. */
export const markerOf = (item: Message): string | undefined => {
  const id = item.metadata?.event_type === MARKER ? item.metadata.event_payload?.["id"] : undefined
  return typeof id === "string" && id !== "" ? id : undefined
}

/** What people write; the rest (joins, topics, huddles, …) is the channel's own bookkeeping. */
const written: ReadonlySet<string | undefined> = new Set([
  undefined,
  "bot_message",
  "file_share",
  "me_message",
  "thread_broadcast"
])

export const message = (item: Message, place: Place, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  // A deleted message that has replies stays as an empty one, which does not say when it was deleted.
  if (item.subtype === "tombstone") return [deleted(place, item.ts, origin.acceptedAt)]
  if (!written.has(item.subtype)) return []
  const team = item.user_team ?? item.team ?? place.team
  const people = [item.bot_id === undefined ? item.user : undefined, ...addressees(item)].filter(
    (id) => id !== undefined
  )
  const part = Part.interaction({
    ref: messageRef(place, item.ts),
    version: versionOf(item),
    marker: markerOf(item),
    fields: {
      kind: "chat",
      // The installed workspace is the company's own; whoever writes from another one is outside.
      direction: team === place.team ? "outbound" : "inbound",
      startedAt: instantOf(item.ts),
      conversation: threadRef(place, item.thread_ts ?? item.ts),
      participants: participantsOf(item, team),
      text: plain(item.text ?? "") || undefined,
      details: {
        channel: place.channel,
        edits: item.edited && [editOf(item.edited)],
        attachments: item.files && attachmentsOf(item.files)
      }
    }
  })
  return [part, ...people.map((id) => ({ ...Part.refetch("users", id), unlessKnown: userRef(id) }))]
}

export const deleted = (place: Place, ts: string, at: Instant.Instant): Part.Part =>
  Part.tombstone("interaction", messageRef(place, ts), Version.make(at, 2))

/** A user who wrote or was mentioned, and whom the workspace may not look up. */
export const unseen = (id: string): Part.Part =>
  Part.contact({ kind: "record", ref: userRef(id), version: Version.make(0), fields: { custom: { stranger: true } } })

/** A deactivated user stays a contact: what they said has not become unsaid. */
export const user = (item: User, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const { profile } = item
  const program = item.is_bot || item.is_workflow_bot || item.is_connector_bot || item.id === SLACKBOT
  return [
    Part.contact({
      kind: "record",
      ref: userRef(item.id),
      version: Version.make(item.updated === undefined ? origin.acceptedAt : Math.round(item.updated * 1000)),
      fields: {
        name: nameOf(item),
        handles: handlesOf(item, origin),
        title: profile?.title,
        timeZone: item.tz,
        team: item.team_id,
        bot: program || undefined,
        custom: customOf(item)
      }
    })
  ]
}

// ---------------------------------------------------------------------------------------------------------------------

/** Slack's own assistant; not marked as a bot. */
const SLACKBOT = "USLACKBOT"

// `edited.ts` has whole seconds, so an edit soon after posting would seem older than the post.
const versionOf = (item: Message): Version.Version => {
  const postedAt = instantOf(item.ts)
  return item.edited === undefined
    ? Version.make(postedAt)
    : Version.make(Math.max(postedAt, instantOf(item.edited.ts)), 1)
}

const participantsOf = (item: Message, team: string): ReadonlyArray<Participant> => {
  const { bot_id, user: writer } = item
  const author: Participant = {
    role: bot_id === undefined ? undefined : "bot",
    contact: writer !== undefined ? userRef(writer) : bot_id !== undefined ? Ref.local("bot", bot_id) : undefined,
    handle: writer === undefined ? undefined : Handle.vendorUser("slack", `${team}/${writer}`),
    name: item.username ?? item.bot_profile?.name,
    team,
    place: "from"
  }
  return [author, ...addressees(item).map((to): Participant => ({ contact: userRef(to), place: "to" }))]
}

/** Whom a message is for, as far as it says: who began the thread, and who is mentioned. */
const addressees = (item: Message): ReadonlyArray<string> => {
  const parent = item.parent_user_id ?? item.root?.user
  const all = [...(parent === undefined ? [] : [parent]), ...mentions(item.text ?? "")]
  return [...new Set(all)].filter((id) => id !== item.user && id !== SLACKBOT)
}

const editOf = (edited: NonNullable<Message["edited"]>): Details.Edit => ({
  id: edited.ts,
  at: instantOf(edited.ts),
  by: edited.user === undefined ? undefined : userRef(edited.user)
})

const attachmentsOf = (files: NonNullable<Message["files"]>): ReadonlyArray<Details.Media> =>
  files
    .filter((file) => file.mode !== "tombstone")
    .map(({ id, url_private: url, name, mimetype: contentType, size: bytes }) => ({
      id,
      url,
      name,
      contentType,
      bytes
    }))

const customOf = ({ deleted, is_stranger }: User) => {
  const custom = { ...(deleted ? { deactivated: true } : {}), ...(is_stranger ? { stranger: true } : {}) }
  return deleted || is_stranger ? custom : undefined
}

const nameOf = ({ name, profile, real_name }: User): Contacts.Name | undefined => {
  const full = profile?.real_name ?? real_name ?? profile?.display_name ?? name
  return full === undefined ? undefined : { full, given: profile?.first_name, family: profile?.last_name }
}

/** The login address is Slack's word; a phone number is what the user typed. */
const handlesOf = ({ id, is_email_confirmed, profile, team_id }: User, { defaultRegion }: Feed.Origin) =>
  Handle.distinct([
    team_id === undefined ? undefined : Handle.vendorUser("slack", `${team_id}/${id}`, { verified: true }),
    Handle.email(profile?.email ?? "", is_email_confirmed === false ? {} : { verified: true }),
    Handle.phone(profile?.phone ?? "", { defaultRegion })
  ])
