#!/usr/bin/env node
/** The process: its streams, signals and exit code around the commands. */
import { createRequire } from "node:module"
import { userInfo } from "node:os"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { askedTwice } from "./askedTwice.ts"
import { Process } from "./Process.ts"
import { run } from "./run.ts"
import * as Screen from "./Screen.ts"

/** What still holds the process after its work is done, such as an idle socket, is let go after so long. */
const LINGER_MS = 2_000

const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string }

const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    // A container's user may have no name.
    return `uid ${process.getuid?.() ?? "unknown"}`
  }
}

const surroundings = Layer.mergeAll(
  Screen.layer(process.stdout, process.stderr, process.env),
  Layer.sync(Process, () => ({
    environment: process.env,
    folder: process.cwd(),
    pid: process.pid,
    user: userName(),
    version
  })),
  NodeFileSystem.layer,
  NodePath.layer,
  NodeTerminal.layer
)

const fiber = Effect.runFork(Effect.provide(run(process.argv, version), surroundings))

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
  if (cause.code !== "EPIPE") throw cause
  process.exit(0)
})

let asked = false
const stop = askedTwice(
  () => {
    asked = true
    Effect.runFork(Fiber.interrupt(fiber))
  },
  () => process.exit(130)
)
process.on("SIGINT", stop)
process.on("SIGTERM", stop)

fiber.addObserver((exit) => {
  // Not `process.exit`: what was written to a pipe may still be on its way.
  process.exitCode = exit._tag === "Success" ? exit.value : asked ? 0 : 1
  setTimeout(() => process.exit(), LINGER_MS).unref()
})
