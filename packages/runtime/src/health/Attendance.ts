/** Who is at work, by the leases that are held: what a daemon wrote down last of a Connection is no longer so once it has ended. */
import type { Connections, Leases } from "@interchannel/store"

/** `stopped`: no daemon runs. `starting`: one runs, and is not at work on it yet. */
export type Health = Connections.ConnectionRow["health"] | "stopped"

export interface Attendance {
  readonly leases: ReadonlyArray<Leases.Lease & { readonly expiresAt: number }>
  readonly now: number
}

/** Is anybody working on this store? */
export const isRunning = (attendance: Attendance): boolean => isHeld("ledger", attendance)

/** Is anybody working on this Connection? */
export const isAttended = (id: string, attendance: Attendance): boolean => isHeld(`connection:${id}`, attendance)

export const healthOf = (
  { id, health }: Pick<Connections.ConnectionRow, "id" | "health">,
  attendance: Attendance
): Health => {
  // Both wait for a person, whoever works.
  if (health === "parked" || health === "removed") return health
  if (!isRunning(attendance)) return "stopped"
  return isAttended(id, attendance) ? health : "starting"
}

// ---------------------------------------------------------------------------------------------------------------------

const isHeld = (lease: string, { leases, now }: Attendance): boolean =>
  leases.some(({ name, expiresAt }) => name === lease && expiresAt > now)
