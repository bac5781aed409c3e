/**
 * Calls to parts. Pure. Twilio's call is one leg; what people call a call is a tree of them. The root's id is the
 * Interaction's. A leg below says that its own id is a former name of its parent, so that trees of any depth, and recordings
 * and tasks that know a leg only, come together in any order.
 *
 *   caller ─► CA1 (menu, queue) ─┬► CA2 (rings agent 1) ─► CA4 (passed on)       call CA1 = call CA2 = call CA4
 *                                └► CA3 (rings agent 2)
 */
import type { Feed } from "@interchannel/connector"
import { type Details, type LocalRef, Part, type Participant, Ref, Version } from "@interchannel/domain"
import * as Address from "./address.ts"
import type { Call, CallTold } from "./wire.ts"

export const callRef = (sid: string): LocalRef => Ref.local("call", sid)

/** A call as the list shows it. */
export const listed = (item: Call, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const { date_created: createdAt, end_time: endedAt, duration: seconds = 0 } = item
  const startedAt = item.start_time ?? createdAt
  const final = ends.has(item.status)
  const at = Math.max(...[createdAt, startedAt, endedAt, item.date_updated].map((time) => time ?? 0))
  return parts(
    {
      sid: item.sid,
      parent: item.parent_call_sid,
      status: item.status,
      direction: item.direction ?? "inbound",
      from: item.from ?? "",
      to: item.to ?? "",
      viaOwnNumber: item.phone_number_sid !== undefined,
      startedAt,
      answeredAt: final && endedAt !== undefined && seconds > 0 ? endedAt - seconds * 1000 : undefined,
      endedAt: final ? (endedAt ?? at) : undefined,
      taken: final ? item.status === "completed" && seconds > 0 : item.status === "in-progress",
      answeredBy: item.answered_by ?? ""
    },
    // What the list says of a call that ended is more exact than any callback.
    { part: `leg ${item.sid}`, version: Version.make(at === 0 ? origin.acceptedAt : at, final ? FINAL_RANK : 0) },
    origin
  )
}

/** A call as a status callback tells of it: one change, so each is a part of its own. */
export const told = (item: CallTold, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const { call_sid: sid, call_status: status, call_duration: seconds = 0, timestamp: at = origin.acceptedAt } = item
  const final = ends.has(status)
  const taken = status === "in-progress" || (status === "completed" && seconds > 0)
  return parts(
    {
      sid,
      parent: item.parent_call_sid,
      status,
      direction: item.direction ?? "inbound",
      from: item.from ?? "",
      to: item.to ?? "",
      viaOwnNumber: undefined,
      startedAt: taken && !final ? undefined : at - seconds * 1000,
      answeredAt: taken ? at - seconds * 1000 : undefined,
      endedAt: final ? at : undefined,
      taken,
      answeredBy: item.answered_by ?? ""
    },
    { part: `told ${sid} ${status}`, version: Version.make(at, item.sequence_number ?? 0) },
    origin
  )
}

// ---------------------------------------------------------------------------------------------------------------------

interface Leg {
  readonly sid: string
  readonly parent: string | undefined
  readonly status: string
  readonly direction: string
  readonly from: string
  readonly to: string
  /** Does the called party see a number of the account? `undefined`: not told. */
  readonly viaOwnNumber: boolean | undefined
  readonly startedAt: number | undefined
  readonly answeredAt: number | undefined
  readonly endedAt: number | undefined
  /** Somebody or something picked up. */
  readonly taken: boolean
  readonly answeredBy: string
}

/** Above any SequenceNumber. */
const FINAL_RANK = 1_000_000

/** How a leg that nobody took ended. */
const ends = new Map<string, Details.Disposition | undefined>([
  ["completed", undefined],
  ["busy", "busy"],
  ["failed", "failed"],
  ["no-answer", "missed"],
  ["canceled", "cancelled"]
])

const parts = (
  leg: Leg,
  told: Pick<Part.InteractionPart, "part" | "version">,
  origin: Feed.Origin
): ReadonlyArray<Part.Outcome> => {
  const details = { legs: [detailsOf(leg)] }
  if (leg.parent !== undefined) {
    const { participants, addresses } = rung(leg, origin)
    const part = Part.interaction({
      ...told,
      ref: callRef(leg.parent),
      former: [callRef(leg.sid)],
      fields: { participants, details }
    })
    return [part, ...addresses.flatMap(Address.contacts)]
  }
  const { direction, participants, addresses, toStaff } = sides(leg, origin)
  const part = Part.interaction({
    ...told,
    ref: callRef(leg.sid),
    fields: {
      kind: "voice",
      direction,
      startedAt: leg.startedAt,
      // An agent may hang up before the customer does, whose call this one turns out to belong to.
      endedAt: toStaff ? undefined : leg.endedAt,
      participants,
      details
    }
  })
  return [part, ...addresses.flatMap(Address.contacts)]
}

/** The caller's own leg is picked up by the menu. On all others, who picks up is a person, unless Twilio heard a machine. */
const detailsOf = (leg: Leg): Details.Leg => {
  const machine = /^(machine|fax)/.test(leg.answeredBy)
  const reached = leg.taken && (leg.parent !== undefined || isOurs(leg.direction))
  const { parent, from, to, status, startedAt, answeredAt, endedAt } = leg
  return {
    id: leg.sid,
    parent,
    from,
    to,
    status,
    startedAt,
    answeredAt,
    endedAt,
    answeredByPerson: reached ? !machine : undefined,
    disposition: reached && machine ? "voicemail" : leg.taken ? undefined : endOf(leg)
  }
}

/** A caller who hangs up before anything picks up has given up. */
const endOf = ({ status, parent, direction, endedAt }: Leg): Details.Disposition | undefined => {
  if (endedAt === undefined) return undefined
  if (parent === undefined && status === "canceled" && !isOurs(direction)) return "abandoned"
  return ends.get(status) ?? (parent === undefined && !isOurs(direction) ? undefined : "missed")
}

/** Placed by us: by the API, or by our own telephone system through a trunk. */
const isOurs = (direction: string): boolean => direction.startsWith("outbound") || direction === "trunking-terminating"

interface Sides {
  readonly direction: "inbound" | "outbound"
  readonly participants: ReadonlyArray<Participant>
  readonly addresses: ReadonlyArray<Address.Address>
  /** We ring an agent. */
  readonly toStaff: boolean
}

/** Who a call without a parent is between. */
const sides = (leg: Leg, origin: Feed.Origin): Sides => {
  const [from, to] = [Address.parse(leg.from, origin), Address.parse(leg.to, origin)]
  if (isOurs(leg.direction)) {
    const participants = [...Address.own(from, "from"), ...Address.outside(to, "to")]
    return { direction: "outbound", participants, addresses: [to], toStaff: to.staff }
  }
  const participants = [...Address.outside(from, "from"), ...(from.staff ? [] : Address.own(to, "to"))]
  // A call that begins at an agent's softphone goes to a customer, who is rung by the leg below.
  return { direction: from.staff ? "outbound" : "inbound", participants, addresses: [from], toStaff: false }
}

/** Whom a leg below rings. An agent's telephone shows the customer's number; a customer's shows one of ours. */
const rung = (leg: Leg, origin: Feed.Origin): Pick<Sides, "participants" | "addresses"> => {
  const to = Address.parse(leg.to, origin)
  if (to.staff || leg.viaOwnNumber === false) return { participants: Address.staff(to, "to"), addresses: [] }
  return leg.viaOwnNumber === true
    ? { participants: Address.outside(to, "to"), addresses: [to] }
    : { participants: [], addresses: [] }
}
