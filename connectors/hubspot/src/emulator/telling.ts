/** What HubSpot says about a change: to webhooks, event by event, and to the journal. */
import { isEngagement, objects } from "../objects.ts"
import type { Portal, Source, Stored, Told } from "./State.ts"

export type Facts = Readonly<Record<string, unknown>>

export interface Change {
  /** `CREATE`, in the journal. */
  readonly action: string
  /** `creation`, in webhooks. */
  readonly event: string
  readonly by: Source
  /** One webhook event for each. */
  readonly details: ReadonlyArray<Facts>
  /** What the journal says besides. */
  readonly facts?: Facts
}

export const ofRecord = (record: Stored, { event, by, details }: Change): ReadonlyArray<Facts> => {
  const { typeId, kind } = objects[record.type]
  // A merge has three ids, none of which is "the" object.
  const about = event === "merge" ? {} : { objectId: Number(record.id) }
  const common = {
    subscriptionType: `${isEngagement(record.type) ? "object" : kind}.${event}`,
    objectTypeId: typeId,
    ...about,
    ...by
  }
  return details.map((detail) => ({ ...common, ...detail }))
}

export const ofAssociation = (from: Stored, to: Stored, removed: boolean, typeId: number, by: Source): Facts => ({
  subscriptionType: `${isEngagement(from.type) ? "object" : objects[from.type].kind}.associationChange`,
  fromObjectId: Number(from.id),
  fromObjectTypeId: objects[from.type].typeId,
  toObjectId: Number(to.id),
  toObjectTypeId: objects[to.type].typeId,
  associationTypeId: typeId,
  associationCategory: "HUBSPOT_DEFINED",
  associationRemoved: removed,
  ...by
})

/** `undefined` where nobody subscribed it. */
export const inJournal = (portal: Portal, record: Stored, { action, facts }: Change, at: number): Facts | undefined => {
  const { typeId } = objects[record.type]
  if (!portal.subscriptions.some((one) => one.objectTypeId === typeId && one.actions.includes(action))) return undefined
  return {
    type: "CrmObjectEvent",
    portalId: portal.portalId,
    occurredAt: new Date(at).toISOString(),
    action,
    objectTypeId: typeId,
    objectId: Number(record.id),
    ...facts
  }
}

/** One push. Ids of events are drawn from the same row as all others. */
export const push = (portal: Portal, events: ReadonlyArray<Facts>, at: number, draw: () => string): Told => ({
  portalId: portal.portalId,
  at,
  delivered: false,
  events: events.map((event) => ({
    eventId: Number(draw()),
    subscriptionId: subscriptionOf(event),
    portalId: portal.portalId,
    appId: portal.appId,
    occurredAt: at,
    attemptNumber: 0,
    ...event
  }))
})

/** One subscription for each type of event, and one for each property. */
const subscriptionOf = (event: Facts): number => {
  const name = `${String(event["subscriptionType"])}/${String(event["propertyName"] ?? "")}`
  return [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_000_000, 7)
}
