/** What would be published of the SDK holds all that its exports lead to, and nothing else. */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "@effect/vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const shell = process.platform === "win32"

interface Manifest {
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const sourcesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))

const packedOf = (folder: string): ReadonlyArray<string> => {
  const { stdout, error } = spawnSync("npm", ["pack", "--dry-run", "--json"], { cwd: folder, encoding: "utf8", shell })
  if (error) throw error
  const [tarball]: ReadonlyArray<{ readonly files: ReadonlyArray<{ readonly path: string }> }> = JSON.parse(stdout)
  return tarball?.files.map(({ path }) => path) ?? []
}

describe.each(["domain", "connector"])("the tarball of %s", (name) => {
  const folder = join(root, "packages", name)
  let packed: ReadonlyArray<string> = []

  beforeAll(() => {
    const build = spawnSync(join(root, "node_modules/.bin/tsc"), ["-b", folder], { encoding: "utf8", shell })
    if (build.status !== 0) throw new Error(build.stdout)
    packed = packedOf(folder)
  })

  it("holds every file that the exports map names", () => {
    const { exports }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    const named = Object.values(exports).flatMap((target) => [target["types"], target["default"]])
    expect(named.length).toBeGreaterThanOrEqual(2)
    for (const path of named) expect(packed).toContain(path?.replace("./", ""))
  })

  it("holds every module, built and with its types", () => {
    const built = sourcesOf(folder).map((path) => `dist/${path.replace(/\.ts$/, "")}`)
    expect(built.length).toBeGreaterThan(10)
    for (const path of built) expect(packed).toEqual(expect.arrayContaining([`${path}.js`, `${path}.d.ts`]))
  })

  it("holds the README and nothing of tests, caches or sources", () => {
    expect(packed).toContain("README.md")
    const rest = packed.filter((path) => !/^dist\/.+\.(js|d\.ts)(\.map)?$/.test(path))
    expect(rest.filter((path) => !["README.md", "LICENSE", "package.json"].includes(path))).toEqual([])
  })
})
