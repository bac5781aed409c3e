/** The daemon as a process of its own, the way users start it, and killed the way no user should. */
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url))
/** The last lines of what it said, for a failure's report. */
const LINES_MAX = 40
const COMMAND_WITHIN_MS = 60_000

export interface DaemonProcess {
  readonly exited: Promise<void>
  /** SIGKILL: no handler runs, nothing is flushed. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<void>
  readonly lastLines: () => ReadonlyArray<string>
}

/** Runs `interchannel start` in a folder that has a configuration; `variables` are added to a bare environment. */
export const start = (folder: string, variables: Readonly<Record<string, string>> = {}): DaemonProcess => {
  const child = spawn(process.execPath, [MAIN, "start"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(variables)
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

/** Runs another command of `interchannel` there, and answers what it said and how it ended. */
export const command = (
  folder: string,
  args: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
): Promise<{ readonly code: number; readonly said: string }> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: environment(variables), encoding: "utf8", timeout: COMMAND_WITHIN_MS } as const
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, said: `${stdout}${stderr}` })
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const environment = (variables: Readonly<Record<string, string>>) => ({
  PATH: process.env["PATH"] ?? "",
  NO_COLOR: "1",
  ...variables
})

const end = async (child: ChildProcess, signal: NodeJS.Signals, exited: Promise<void>): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await exited
}
