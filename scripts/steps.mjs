// Runs named steps one after another and says how long each took. Plain Node: it works before anything is installed.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * @typedef {{ readonly name: string, readonly run: () => number }} Step
 */

/**
 * A command of this repository, such as `tsc`, or any other on the PATH.
 * @param {string} name
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 * @returns {Step}
 */
export const command = (name, command, args) => ({
  name,
  run: () => {
    const bin = join(root, "node_modules", ".bin")
    const { error, status } = spawnSync(command, [...args], {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
      env: { ...process.env, PATH: existsSync(bin) ? bin + delimiter + process.env.PATH : process.env.PATH }
    })
    if (error) console.error(`${command} could not be started: ${error.message}`)
    return status ?? 1
  }
})

/**
 * Stops at the first step that fails, and leaves with its exit code.
 * @param {ReadonlyArray<Step>} steps
 */
export const runSteps = (steps) => {
  for (const step of steps) {
    const startedAt = Date.now()
    const code = step.run()
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${step.name} (${seconds} s)`)
    if (code !== 0) process.exit(code)
  }
}
