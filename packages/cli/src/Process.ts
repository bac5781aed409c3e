/** What a command is run with. Given, not taken from the globals, so that tests run commands as the shell does. */
import * as Context from "effect/Context"
import type { Environment } from "./environment.ts"

export class Process extends Context.Tag("@interchannel/cli/Process")<
  Process,
  {
    readonly environment: Environment
    /** The working folder; relative paths begin here. */
    readonly folder: string
    readonly pid: number
    /** Who approves is written down. */
    readonly user: string
    readonly version: string
  }
>() {}
