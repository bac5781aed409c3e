#!/usr/bin/env node
// The one place that names our version of pnpm. Use it as you would pnpm: `node scripts/pnpm.mjs add …`.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const version = "10.34.9"

/**
 * @param {ReadonlyArray<string>} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {number} the exit code
 */
export const pnpm = (args, env = process.env) => {
  const shell = process.platform === "win32"
  const { error, status } = spawnSync("npx", ["--yes", `pnpm@${version}`, ...args], { stdio: "inherit", env, shell })
  if (error) console.error(`pnpm could not be started: ${error.message}`)
  return status ?? 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(pnpm(process.argv.slice(2)))
