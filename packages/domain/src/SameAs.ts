/**
 * By what two systems' tellings of one interaction are known to be the same: the Message-ID of a mail (RFC 5322), the ids
 * that a telephone vendor gave a call and its legs, which integrations copy into the CRM. Never by time or text.
 */
import type { Interaction } from "./Interaction.ts"
import { derive } from "./Key.ts"

/** Shorter ids are counters, which every vendor begins at one. */
const CALL_ID_LENGTH_MIN = 8
/** Legs that count; of a conference call some will do. */
const NAMES_MAX = 20

/** Two tellings of one thing are never further apart than this: clocks and time zones are set wrongly at times. */
export const APART_MAX_MS = 24 * 3_600_000

/** Names that both tellings have; empty for what no system copies from another. Derived, so that they tell nothing. */
export const namesOf = (interaction: Interaction): ReadonlyArray<string> => {
  switch (interaction.kind) {
    case "email": {
      const id = interaction.details.messageId?.trim().replace(/^<|>$/g, "")
      return id === undefined || id === "" ? [] : [derive("s", "mail", id)]
    }
    case "voice": {
      const ids = [interaction.ref.id, ...(interaction.details.legs ?? []).map(({ id }) => id)]
      const long = ids.filter((id) => id.length >= CALL_ID_LENGTH_MIN).slice(0, NAMES_MAX)
      return [...new Set(long)].map((id) => derive("s", "call", id))
    }
    default:
      return []
  }
}

/** Do these tell the same thing? */
export const same = (a: Interaction, b: Interaction): boolean =>
  a.key !== b.key &&
  a.kind === b.kind &&
  Math.abs(a.startedAt - b.startedAt) <= APART_MAX_MS &&
  namesOf(a).some((name) => namesOf(b).includes(name))
