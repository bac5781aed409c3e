/** By what our own writing was known when it was read back, and by what it should have been as well. */
import type { Report } from "@interchannel/runtime"
import { count } from "./Quantity.ts"

type Echo = Report.Status["echoes"][number]

/** `12 by marker, 1 by address; not known 1 by marker` */
export const echoText = (echoes: ReadonlyArray<Pick<Echo, "by" | "hits" | "nearMisses">>): string => {
  const known = echoes.filter(({ hits }) => hits > 0).map(({ by, hits }) => `${count(hits)} by ${by}`)
  const missed = echoes.filter(({ nearMisses }) => nearMisses > 0)
  const nearly = missed.map(({ by, nearMisses }) => `${count(nearMisses)} by ${by}`).join(", ")
  return `${known.length === 0 ? "none" : known.join(", ")}${nearly === "" ? "" : `; not known ${nearly}`}`
}
