/** Other processes on the same database, as other daemons would be. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

export interface Ended {
  readonly code: number | null
  readonly said: string
}

const top = fileURLToPath(new URL("../../../", import.meta.url))
const program = fileURLToPath(new URL("./daemon.ts", import.meta.url))

/** Runs the sources, on any Node. */
export const spawnDaemon = (...args: ReadonlyArray<string>): ChildProcess =>
  spawn(process.execPath, ["--conditions=@interchannel/source", "--import", "tsx", program, ...args], {
    cwd: top,
    stdio: ["ignore", "pipe", "pipe"]
  })

/** As many daemons as asked for, started at the same time; each accepts 25 deliveries and ends. */
export const inProcesses = (count: number, driver: string, address: string): Promise<ReadonlyArray<Ended>> =>
  Promise.all(
    Array.from({ length: count }, (_, index) => ended(spawnDaemon(driver, address, `process-${index}`, "25")))
  )

export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let said = ""
    const hear = (chunk: unknown) => {
      said += String(chunk)
    }
    child.stdout?.on("data", hear)
    child.stderr?.on("data", hear)
    child.once("close", (code) => resolve({ code, said: said.trim() }))
  })
