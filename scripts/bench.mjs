// `npm run -s bench -- <name> [--json]`: one measurement, `<package>/bench/<name>.bench.ts`. A program prints one JSON
// object a line; here they become a table, unless --json asks for them as they are. Further arguments go to the program.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { basename, join } from "node:path"
import { root } from "./steps.mjs"

const programs = ["packages", "connectors"]
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name, "bench")))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((file) => file.endsWith(".bench.ts"))
const nameOf = (/** @type {string} */ file) => basename(file, ".bench.ts")

const [wanted, ...rest] = process.argv.slice(2)
const program = programs.find((file) => nameOf(file) === wanted)
if (program === undefined) {
  console.error(`bench: name one of ${programs.map(nameOf).sort().join(", ")}`)
  process.exit(2)
}
const json = rest.includes("--json")
const { status, stdout } = spawnSync(
  process.execPath,
  [
    "--conditions=@interchannel/source",
    "--import",
    "tsx",
    "--expose-gc",
    program,
    ...rest.filter((it) => it !== "--json")
  ],
  { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 64 * 1024 * 1024 }
)
if (json) process.stdout.write(stdout)
else
  console.table(
    stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line))
  )
process.exit(status ?? 1)
