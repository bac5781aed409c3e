/** The variables a configuration may name: those of the process, and those of a `.env` file beside the configuration. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { VARIABLES } from "./fileNames.ts"

export type Environment = Readonly<Record<string, string | undefined>>

/** What the process was started with wins. A `.env` that is not there or cannot be read adds nothing. */
export const beside = (folder: string, ofProcess: Environment): Environment => {
  let text: string
  try {
    text = readFileSync(join(folder, VARIABLES), "utf8")
  } catch {
    return ofProcess
  }
  return { ...parseEnv(text), ...ofProcess }
}
