// Runs a TypeScript file of this folder on any Node we support: `node bench/run.mjs accuracy --records …`.
import { spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { buildSync } from "esbuild"

const folder = fileURLToPath(new URL("..", import.meta.url))
const [name, ...args] = process.argv.slice(2)
const out = join(folder, "node_modules", ".bench")
mkdirSync(out, { recursive: true })
const outfile = join(out, `${name}.mjs`)
buildSync({
  entryPoints: [join(folder, "bench", `${name}.ts`)],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["@interchannel/source"],
  logLevel: "warning",
  // effect reaches for require in a bundle.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
})
// What is looked at in one placement is young; with more room for it less is copied about. Of use to a daemon as well.
const flags = ["--max-semi-space-size=64", "--max-old-space-size=8192", "--expose-gc"]
const { status } = spawnSync(process.execPath, [...flags, outfile, ...args], { stdio: "inherit" })
process.exit(status ?? 1)
