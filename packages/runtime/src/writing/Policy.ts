/** When a destination may be written to, and when an interaction is ripe for it. Pure. */
import type { Interaction, InteractionKind } from "@interchannel/domain"
import type { Connections } from "@interchannel/store"
import type { DestinationPolicy } from "../configuration/DestinationPolicy.ts"

/** A call is entered at its end; a recording or disposition usually follows within this time. */
const SETTLE_MS: Partial<Record<InteractionKind, number>> = { voice: 30_000, video: 30_000 }
/** A call that never ended is entered after this time anyway. */
const LIVE_MAX_MS = 4 * 3_600_000
/** A card gathers what happens in a burst. */
export const CARD_SETTLE_MS = 3_000

/** Not before this time is the interaction written. */
export const ripeAt = (interaction: Interaction, policy: DestinationPolicy, now: number): number => {
  if (isLive(interaction) && now < interaction.startedAt + LIVE_MAX_MS) return interaction.startedAt + LIVE_MAX_MS
  return now + (policy.settleMs ?? SETTLE_MS[interaction.kind] ?? 0)
}

/** A vendor tells of a strand that began, and of no end; a call that somebody logged by hand is over. */
const isLive = ({ kind, endedAt, details }: Interaction): boolean =>
  (kind === "voice" || kind === "video") &&
  endedAt === undefined &&
  (details.legs ?? []).some(({ startedAt }) => startedAt !== undefined)

/**
 * The records that a first approval reaches: those of the first rows, whole rows only, since one is written when all of its
 * records may be written to. At least one row, however many records it has.
 */
export const canaryOf = (
  due: ReadonlyArray<{ readonly records: ReadonlyArray<string> }>,
  max: number
): ReadonlyArray<string> =>
  due.reduce<ReadonlyArray<string>>((chosen, { records }) => {
    const all = [...new Set([...chosen, ...records])]
    return all.length <= max || chosen.length === 0 ? all : chosen
  }, [])

export type Permission =
  | { readonly _tag: "Nothing"; readonly why: "observing" | "paused" | "hourly cap" }
  | { readonly _tag: "Write"; readonly limit: number; readonly records?: ReadonlyArray<string> }

/** How much may be written now: the pause switch, then the approval, then the cap per hour. */
export const permission = (
  row: Pick<Connections.ConnectionRow, "mode" | "paused" | "canary">,
  policy: DestinationPolicy,
  writesLastHour: number
): Permission => {
  if (row.paused) return { _tag: "Nothing", why: "paused" }
  if (row.mode === "observe") return { _tag: "Nothing", why: "observing" }
  const limit = policy.writesPerHourMax - writesLastHour
  if (limit <= 0) return { _tag: "Nothing", why: "hourly cap" }
  return row.mode === "canary" ? { _tag: "Write", limit, records: row.canary } : { _tag: "Write", limit }
}
