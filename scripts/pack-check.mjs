// `npm run test:pack`: the SDK as others get it. Its tarballs are installed in an empty folder outside the repository, the
// connector of the README is compiled against their types, plain Node loads and uses it, and the daemon runs it.
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, root, runSteps } from "./steps.mjs"

const packages = ["domain", "connector"]
const folder = realpathSync(mkdtempSync(join(tmpdir(), "interchannel-pack-")))
const tarball = (/** @type {string} */ name) => join(folder, `${name}.tgz`)

/**
 * @param {string} name
 * @param {string} cwd
 * @param {string} program
 * @param {ReadonlyArray<string>} args
 */
const step = (name, cwd, program, args) => ({
  name,
  run: () => {
    const shell = process.platform === "win32"
    const { status, error } = spawnSync(program, [...args], { cwd, stdio: "inherit", shell })
    if (error) console.error(`${program} could not be started: ${error.message}`)
    return status ?? 1
  }
})

const pack = (/** @type {string} */ name) => ({
  name: `pack ${name}`,
  run: () => {
    const cwd = join(root, "packages", name)
    const args = ["pack", "--json", "--pack-destination", folder]
    const { status, stdout } = spawnSync("npm", args, { cwd, encoding: "utf8", shell: process.platform === "win32" })
    if (status !== 0) return status ?? 1
    const [{ filename }] = JSON.parse(stdout)
    cpSync(join(folder, filename), tarball(name))
    return 0
  }
})

const compilerOptions = {
  target: "ES2023",
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules", "@types")]
}

const author = {
  name: "an author's folder",
  run: () => {
    const example = join(root, "packages/connector/test/readme")
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "acme", private: true, type: "module" }))
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["Acme.ts"] }))
    for (const file of ["Acme.ts", "use.mjs", "daemon.mjs"]) cpSync(join(example, file), join(folder, file))
    return 0
  }
}

process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

runSteps([
  install,
  build,
  ...packages.map(pack),
  author,
  step("install", folder, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages.map(tarball)]),
  command("compile", "tsc", ["-p", folder]),
  step("use", folder, process.execPath, ["use.mjs"]),
  step("run in the daemon", folder, process.execPath, ["daemon.mjs", join(root, "packages/cli/dist/main.js")])
])
