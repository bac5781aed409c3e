/** A program of somebody else, run in the foreground as a child of this process until it is stopped. */
import { type ChildProcess, spawn } from "node:child_process"
import { connect } from "node:net"

const READY_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 50
const ANSWER_WITHIN_MS = 2_000

/** Starts it; ready when its port takes connections. */
export const start = async (
  name: string,
  program: string,
  args: ReadonlyArray<string>,
  options: { readonly port: number; readonly environment?: Readonly<Record<string, string>> }
): Promise<void> => {
  const child = spawn(program, args, {
    stdio: "ignore",
    // Its own group: what it forks ends with it.
    detached: true,
    env: { PATH: process.env["PATH"] ?? "", ...options.environment }
  })
  running.push(child)
  const until = performance.now() + READY_WITHIN_MS
  while (!(await answers(options.port))) {
    if (child.exitCode !== null || performance.now() > until) {
      throw new Error(`${name} does not listen on port ${options.port}: ${program} ${args.join(" ")}`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

/** Ends all that were started, the last one first. */
export const stopAll = async (): Promise<void> => {
  for (const child of running.splice(0).reverse()) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
    process.kill(-child.pid, "SIGTERM")
    await ended
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const running: Array<ChildProcess> = []

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    const say = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once("connect", () => say(true))
    socket.once("error", () => say(false))
    socket.setTimeout(ANSWER_WITHIN_MS, () => say(false))
  })
