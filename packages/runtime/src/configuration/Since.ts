/** From when on something is read or written: a point in time, or a length back from the moment of installation. */
import type { Since as Stated } from "./Configuration.ts"
import * as Length from "./Length.ts"
import type { Report } from "./Problem.ts"

export type Since = { readonly at: number } | { readonly beforeInstallationMs: number }

export const instant = (since: Since, installedAt: number): number =>
  "at" in since ? since.at : installedAt - since.beforeInstallationMs

/** Without one it is the moment of installation. */
export const load = (key: string, stated: Stated = "now", report: Report): Since => {
  const parsed = parse(stated)
  if (parsed === undefined) report(key, "it is no time", "write now, a length such as 90 days, or a date")
  return parsed ?? { beforeInstallationMs: 0 }
}

// ---------------------------------------------------------------------------------------------------------------------

const parse = (stated: Stated): Since | undefined => {
  if (stated === "now") return { beforeInstallationMs: 0 }
  const beforeInstallationMs = Length.parse(stated)
  if (beforeInstallationMs !== undefined) return { beforeInstallationMs }
  const at = /^\d{4}-\d{2}-\d{2}/.test(stated) ? Date.parse(stated) : Number.NaN
  return Number.isNaN(at) ? undefined : { at }
}
