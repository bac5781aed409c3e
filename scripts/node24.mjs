// `npm run test:node24`: `npm test` of the last commit under Node 24, in a clone of its own.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { command, root, runSteps } from "./steps.mjs"

const version = "24.21.0"
// npm carries Node's binaries, with their C headers, as packages.
const name = `node-${process.platform}-${process.arch}`
const folder = join(root, "node_modules", ".cache", `node-${version}`)
const bin = join(folder, "node_modules", name, "bin")
const clone = mkdtempSync(join(tmpdir(), "interchannel-node24-"))

process.on("exit", () => rmSync(clone, { recursive: true, force: true }))

/** @param {string} program @param {ReadonlyArray<string>} args */
const under24 = (program, args) => {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH }
  // A folder of headers named for today's Node would be the wrong one.
  for (const key of ["npm_config_nodedir", "npm_node_execpath", "NODE"]) delete env[key]
  return spawnSync(program, args, { cwd: clone, stdio: "inherit", env }).status ?? 1
}

runSteps([
  {
    name: `Node ${version}`,
    run: () => {
      if (existsSync(bin)) return 0
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, "package.json"), '{ "private": true }\n')
      return command("", "npm", ["install", "--prefix", folder, "--save-exact", `${name}@${version}`]).run()
    }
  },
  command("clone", "git", ["clone", "--quiet", "--no-hardlinks", root, clone]),
  { name: `npm test under Node ${version}`, run: () => under24("npm", ["test"]) }
])
