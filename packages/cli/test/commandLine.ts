/** Runs a command line as the shell does, in a folder of its own, and keeps what it says. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import type * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Process } from "../src/Process.ts"
import { run } from "../src/run.ts"
import { plain } from "../src/render/Style.ts"
import { Screen } from "../src/Screen.ts"

export const VERSION = "0.1.0"

export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-cli-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A screen that keeps what is said, in `out` and `err`. */
export const surroundings = (
  place: string,
  out: Array<string>,
  err: Array<string> = [],
  environment: Readonly<Record<string, string>> = {}
): Layer.Layer<Screen | Process> => {
  const say = (text: string) => Effect.sync(() => void out.push(text))
  return Layer.mergeAll(
    Layer.succeed(Screen, {
      style: plain,
      interactive: false,
      say,
      complain: (text) => Effect.sync(() => void err.push(text)),
      redraw: say
    }),
    Layer.succeed(Process, { environment, folder: place, pid: process.pid, user: "ada", version: VERSION })
  )
}

export const commandLine = (
  place: string,
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {}
): Effect.Effect<Ended> =>
  Effect.gen(function* () {
    const out: Array<string> = []
    const err: Array<string> = []
    const say = (text: string) => Effect.sync(() => void out.push(text))
    // Usage errors and help are printed by the library.
    const console: Console.Console = {
      ...(yield* Effect.console),
      log: (...texts) => say(texts.join(" ")),
      error: (...texts) => Effect.sync(() => void err.push(texts.join(" ")))
    }
    const layer = Layer.mergeAll(
      surroundings(place, out, err, environment),
      NodeFileSystem.layer,
      NodePath.layer,
      NodeTerminal.layer
    )
    const code = yield* run(["node", "interchannel", ...args], VERSION).pipe(
      Effect.provide(layer),
      Effect.withConsole(console)
    )
    return { code, out: out.join("\n"), err: err.join("\n") }
  })
