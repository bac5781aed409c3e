/**
 * Which Connections took whose place. A Connection that replaces another keeps its keys: what is written for the same subject
 * has the same key in the new account, so that entries which came along with the records are found, and not written twice.
 */
import type { ConnectionId } from "@interchannel/domain"
import type { Connections } from "@interchannel/store"
import type { Installation } from "../configuration/Installation.ts"

export interface Lineage {
  /** The Connections whose place this one took, the latest first. */
  readonly earlierOf: (connection: string) => ReadonlyArray<string>
  /** Those whose place another took. */
  readonly replaced: ReadonlySet<string>
}

/** The configuration names the last one; what was before is remembered. */
export const of = (
  { connections }: Pick<Installation, "connections">,
  rows: ReadonlyArray<Connections.ConnectionRow>
): Lineage => {
  const before = new Map(
    rows.flatMap(({ id, replaces }) => (replaces === undefined ? [] : [[id as string, replaces as string] as const]))
  )
  for (const { id, replaces } of connections.values()) if (replaces !== undefined) before.set(id, replaces)
  const earlierOf = (connection: string): ReadonlyArray<string> => {
    const found: Array<string> = []
    // A name can come back later; who replaced whom does not go round in a ring.
    for (let at = before.get(connection); at !== undefined && !found.includes(at); at = before.get(at)) found.push(at)
    return found.filter((one) => one !== connection)
  }
  const replaced = [...connections.keys()].flatMap(earlierOf)
  return { earlierOf, replaced: new Set(replaced.filter((id) => !connections.has(id as ConnectionId))) }
}
