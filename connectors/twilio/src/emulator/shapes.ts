/** Resources as Twilio's APIs show them. */
import type { Account, Call, Event, Message, OwnNumber, Recording, Task, Transcript } from "./State.ts"
import { rfc2822 } from "./World.ts"

const below = (account: string): string => `/2010-04-01/Accounts/${account}`
const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z")

export const account = ({ sid, name }: Account) => ({
  sid,
  friendly_name: name,
  status: "active",
  type: "Full",
  owner_account_sid: sid,
  uri: `${below(sid)}.json`
})

export const ownNumber = (of: Account, { sid, number, statusCallback }: OwnNumber) => ({
  sid,
  account_sid: of.sid,
  friendly_name: number,
  phone_number: number,
  status_callback: statusCallback || null,
  status_callback_method: "POST",
  uri: `${below(of.sid)}/IncomingPhoneNumbers/${sid}.json`
})

export const call = (item: Call) => {
  const taken = item.answeredAt !== undefined && item.endedAt !== undefined
  return {
    sid: item.sid,
    account_sid: item.account,
    parent_call_sid: item.parent ?? null,
    from: item.from,
    to: item.to,
    phone_number_sid: item.ownNumber ? `PN${item.account.slice(2)}` : null,
    status: item.status,
    direction: item.direction,
    answered_by: item.answeredBy ?? null,
    date_created: rfc2822(item.at),
    date_updated: rfc2822(item.updatedAt),
    start_time: rfc2822(item.at),
    end_time: item.endedAt === undefined ? null : rfc2822(item.endedAt),
    duration: taken ? String((item.endedAt! - item.answeredAt!) / 1000) : null,
    api_version: "2010-04-01",
    uri: `${below(item.account)}/Calls/${item.sid}.json`
  }
}

export const message = (item: Message) => ({
  sid: item.sid,
  account_sid: item.account,
  messaging_service_sid: item.messagingService ?? null,
  from: item.from,
  to: item.to,
  body: item.body,
  num_media: String(item.media),
  num_segments: "1",
  status: item.status,
  direction: item.direction,
  error_code: null,
  error_message: null,
  date_created: rfc2822(item.at),
  date_sent: rfc2822(item.at),
  date_updated: rfc2822(item.updatedAt),
  api_version: "2010-04-01",
  uri: `${below(item.account)}/Messages/${item.sid}.json`
})

export const recording = (item: Recording) => ({
  sid: item.sid,
  account_sid: item.account,
  call_sid: item.call,
  conference_sid: null,
  status: item.status,
  source: item.source,
  channels: 1,
  duration: item.status === "completed" ? String(item.seconds) : null,
  media_url: `https://api.twilio.com${below(item.account)}/Recordings/${item.sid}`,
  date_created: rfc2822(item.at),
  date_updated: rfc2822(item.updatedAt),
  start_time: rfc2822(item.at),
  api_version: "2010-04-01",
  uri: `${below(item.account)}/Recordings/${item.sid}.json`
})

export const transcript = (item: Transcript) => ({
  sid: item.sid,
  account_sid: item.account,
  service_sid: item.service,
  status: "completed",
  language_code: "en-US",
  channel: { media_properties: { source_sid: item.recording } },
  data_logging: false,
  redaction: true,
  date_created: iso(item.at),
  date_updated: iso(item.updatedAt),
  duration: 12
})

export const sentences = ({ sentences: said }: Transcript) =>
  said.map(({ sid, channel, text }, index) => ({
    sid,
    media_channel: channel,
    sentence_index: index,
    transcript: text,
    start_time: null,
    end_time: null,
    confidence: null
  }))

export const event = (item: Event) => ({
  sid: item.sid,
  account_sid: item.account,
  workspace_sid: item.workspace,
  event_type: item.type,
  event_date: iso(item.at),
  event_date_ms: item.at,
  event_data: item.data,
  description: item.description,
  resource_type: item.resource.type,
  resource_sid: item.resource.sid,
  source: "twilio"
})

export const task = (item: Task) => ({
  sid: item.sid,
  account_sid: item.account,
  workspace_sid: item.workspace,
  attributes: item.attributes,
  assignment_status: item.status,
  task_queue_friendly_name: item.queue,
  priority: 0,
  timeout: 86_400,
  date_created: iso(item.at),
  date_updated: iso(item.updatedAt)
})
