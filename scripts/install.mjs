// Installs the dependencies of the lock file, or does nothing when that has been done already.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { pnpm } from "./pnpm.mjs"
import { preflight } from "./preflight.mjs"
import { root, runSteps } from "./steps.mjs"

const stampFile = join(root, "node_modules", ".interchannel-install")

/** What the installed folders depend on: the lock file, the manifests, and Node's binary interface. */
const wanted = () => {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}`)
  const folders = ["packages", "connectors", "examples"].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(group, name)) : []
  )
  const manifests = [".", ...folders].map((folder) => join(folder, "package.json"))
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests.sort()]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest("hex")
}

// Loaded in a process of its own, because a process that failed to load a binary cannot try again.
const sqliteLoads = () => {
  const store = createRequire(join(root, "packages/store/package.json"))
  const driver = store.resolve("better-sqlite3")
  const script = `new (require(${JSON.stringify(driver)}))(":memory:").close()`
  return spawnSync(process.execPath, ["-e", script], { stdio: "ignore" }).status === 0
}

/** @type {import("./steps.mjs").Step} */
export const install = {
  name: "install",
  run: () => {
    if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted()) return 0
    const env = preflight()
    if (env === undefined) return 1
    const code = pnpm(["install", "--frozen-lockfile"], env)
    if (code !== 0) return code
    // pnpm may remember a binary that was compiled against another Node's headers.
    if (!sqliteLoads() && (pnpm(["--recursive", "rebuild", "better-sqlite3"], env) !== 0 || !sqliteLoads())) {
      console.error("better-sqlite3 is installed but does not load in this Node; the compiler's output is above")
      return 1
    }
    writeFileSync(stampFile, wanted())
    return 0
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runSteps([install])
