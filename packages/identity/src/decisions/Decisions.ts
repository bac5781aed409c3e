/** Decisions, found by id and by what they are about. */
import type { Key } from "@interchannel/domain"
import * as Decision from "./Decision.ts"

type About = Key.ContactKey | number

export interface Decisions {
  readonly all: ReadonlyMap<string, Decision.Decision>
  readonly of: (about: About) => ReadonlyArray<Decision.Decision>
  /** Without a decision the id is forgotten. */
  readonly set: (id: string, decision: Decision.Decision | undefined) => void
}

const none: ReadonlyArray<Decision.Decision> = []

export const make = (): Decisions => {
  const all = new Map<string, Decision.Decision>()
  const idsOf = new Map<About, Set<string>>()
  return {
    all,
    of: (about) => {
      // Most installations have decided nothing, and everything is asked about.
      const ids = all.size === 0 ? undefined : idsOf.get(about)
      return ids === undefined ? none : [...ids].map((id) => all.get(id)!)
    },
    set: (id, decision) => {
      const old = all.get(id)
      for (const about of old === undefined ? [] : Decision.aboutOf(old)) {
        const ids = idsOf.get(about)
        ids?.delete(id)
        if (ids?.size === 0) idsOf.delete(about)
      }
      if (decision === undefined) {
        all.delete(id)
        return
      }
      all.set(id, decision)
      for (const about of Decision.aboutOf(decision)) {
        const ids = idsOf.get(about)
        if (ids === undefined) idsOf.set(about, new Set([id]))
        else ids.add(id)
      }
    }
  }
}
