/** A page's items as a fault would have them. */
import type { Faults } from "@interchannel/connector/testing"

export const disturbed = <A>(items: ReadonlyArray<A>, fault: Faults.Fault | undefined): ReadonlyArray<A> => {
  if (fault?._tag === "duplicate") return items.flatMap((item) => [item, item])
  if (fault?._tag === "reorder") return [...items].reverse()
  return items
}
