/** Twilio's own description of its API, where this machine has it: the shapes of requests and answers, and samples. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

export const folder = join(import.meta.dirname, "../../../../shared/vendors")

/** Runs `test` when the descriptions are there; says so when they are not. */
export const whenDocumented = (what: string, test: () => void): (() => void) =>
  existsSync(folder)
    ? test
    : () => console.log(`not checked, since Twilio's descriptions are not on this machine: ${what}`)

export const document = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"))
