/** The daemon as a process of its own, the way users start it, and killed the way no user should. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url))
/** The last lines of what it said, for a failure's report. */
const LINES_MAX = 40

export interface DaemonProcess {
  readonly exited: Promise<void>
  /** SIGKILL: no handler runs, nothing is flushed. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<void>
  readonly lastLines: () => ReadonlyArray<string>
}

/** Runs `interchannel start` in a folder that has a configuration. */
export const start = (folder: string): DaemonProcess => {
  const child = spawn(process.execPath, [MAIN, "start"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1" }
  })
  const lines: Array<string> = []
  const keep = (chunk: Buffer) => {
    lines.push(
      ...chunk
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== "")
    )
    lines.splice(0, lines.length - LINES_MAX)
  }
  child.stdout.on("data", keep)
  child.stderr.on("data", keep)
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return {
    exited,
    kill: () => end(child, "SIGKILL", exited),
    stop: () => end(child, "SIGTERM", exited),
    lastLines: () => lines
  }
}

const end = async (child: ChildProcess, signal: NodeJS.Signals, exited: Promise<void>): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await exited
}
