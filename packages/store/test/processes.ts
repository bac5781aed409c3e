/** Other processes on the same database, as other daemons would be. */
import { type ChildProcess, spawn } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"

export interface Ended {
  readonly code: number | null
  readonly said: string
}

const top = fileURLToPath(new URL("../../../", import.meta.url))
const program = fileURLToPath(new URL("./daemon.ts", import.meta.url))
// Runs the sources as the tests do, on any Node.
const runner = createRequire(createRequire(import.meta.url).resolve("vitest/package.json")).resolve(
  "vite-node/vite-node.mjs"
)

export const spawnDaemon = (...args: ReadonlyArray<string>): ChildProcess =>
  spawn(process.execPath, [runner, "--config", "vitest.config.ts", program], {
    cwd: top,
    // Not as arguments: the runner has its own idea of those.
    env: { ...process.env, STORE_DAEMON: JSON.stringify(args) },
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
