/**
 * TaskRouter's events to parts of the call that the task is about: queue, wait, agent, the menu's choices. Pure. Twilio adds
 * the call's id to the attributes of tasks that `<Enqueue>` makes; tasks without one are not about calls.
 */
import { type Feed, Wire } from "@interchannel/connector"
import {
  Handle,
  type InteractionFields,
  type LocalRef,
  Part,
  type Participant,
  Ref,
  Version
} from "@interchannel/domain"
import { isSettings } from "./credentials.ts"
import { callRef } from "./legs.ts"
import type { TaskEvent, TaskTold } from "./wire.ts"

export const taskRef = (workspace: string, task: string): LocalRef => Ref.local("task", `${workspace}/${task}`)

/** Attributes are JSON text of whatever the company's own flows put there. */
export const attributesOf = (text: string | undefined): Readonly<Record<string, unknown>> => {
  const data = Wire.fromJson(text)
  return Wire.isRecord(data) ? data : {}
}

/** An event as the list shows it. */
export const listed = (item: TaskEvent, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const { event_type: type, event_date_ms: at, workspace_sid: workspace = origin.partition, event_data: data } = item
  return parts({ ...data, type, at, workspace }, origin)
}

/** The same as a callback tells of it. */
export const told = (item: TaskTold, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const { event_type: type, timestamp_ms: at, workspace_sid: workspace, ...data } = item
  return parts({ ...data, type, at, workspace }, origin)
}

// ---------------------------------------------------------------------------------------------------------------------

type Event = TaskEvent["event_data"] & { readonly type: string; readonly at: number; readonly workspace: string }

/** Events that tell something, in the order in which one causes the other: several carry the same time. */
const causal = [
  "task.created",
  "task-queue.entered",
  "reservation.accepted",
  "task.updated",
  "task.wrapup",
  "task.completed",
  "task.canceled"
]

const parts = (event: Event, { settings }: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const rank = causal.indexOf(event.type)
  const attributes = attributesOf(event.task_attributes)
  const call = sidIn(attributes["call_sid"])
  if (rank < 0 || call === undefined || !event.task_sid) return []
  const menu = isSettings(settings) ? choicesIn(attributes[settings.menuAttribute]) : []
  const accepted = event.type === "reservation.accepted"
  const worker = workerLeg(attributes)
  const fields: InteractionFields<"voice"> = {
    conversation: taskRef(event.workspace, event.task_sid),
    participants: accepted ? agent(event) : undefined,
    outcome: event.type === "task.canceled" ? event.task_canceled_reason : undefined,
    details: {
      queue: event.task_queue_name,
      ivrPath: menu.length === 0 ? undefined : menu,
      waitSeconds: accepted && event.task_age !== undefined ? Math.max(0, event.task_age) : undefined
    }
  }
  return [
    Part.interaction({
      ref: callRef(call),
      former: worker === undefined || worker === call ? undefined : [callRef(worker)],
      part: `${event.type} ${event.reservation_sid ?? event.task_sid}`,
      version: Version.make(event.at, rank),
      fields
    })
  ]
}

/** Named by the address of their softphone, where known, so that the leg that rings it is the same participant. */
const agent = ({ worker_sid: sid, worker_name: name, worker_attributes }: Event): ReadonlyArray<Participant> => {
  const uri = attributesOf(worker_attributes)["contact_uri"]
  const handle = typeof uri === "string" ? Handle.phone(uri) : undefined
  const contact = handle === undefined && sid !== undefined ? Ref.local("worker", sid) : undefined
  return handle === undefined && contact === undefined ? [] : [{ role: "agent", handle, contact, name, place: "to" }]
}

/** Flex rings the agent by a call of its own and joins both in a conference. */
const workerLeg = (attributes: Readonly<Record<string, unknown>>): string | undefined =>
  sidIn(Wire.field(Wire.field(attributes["conference"], "participants"), "worker"))

const sidIn = (value: unknown): string | undefined =>
  typeof value === "string" && /^CA[0-9a-fA-F]{32}$/.test(value) ? value : undefined

const CHOICES_MAX = 20

const choicesIn = (value: unknown): ReadonlyArray<string> =>
  [value]
    .flat()
    .filter((choice) => typeof choice === "string" || typeof choice === "number")
    .map(String)
    .slice(0, CHOICES_MAX)
