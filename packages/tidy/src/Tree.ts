/** The repository as the rules see it. Rules are pure: a tree in, problems out. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { isSource, parse, type Source } from "./Source.ts"

export interface Tree {
  /** Text by path from the top, with forward slashes. Binary files are there with an empty text. */
  readonly files: ReadonlyMap<string, string>
  readonly sources: ReadonlyArray<Source>
  readonly packages: ReadonlyArray<Package>
  /** The manifest at the top. */
  readonly root: Manifest
  /** What the installed packages want installed beside them. */
  readonly peers: Peers
}

export interface Package {
  /** Such as `packages/domain`. */
  readonly folder: string
  readonly manifest: Manifest
  readonly sources: ReadonlyArray<Source>
}

export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly private?: boolean
  readonly license?: string
  readonly type?: string
  readonly engines?: { readonly node?: string }
  readonly files?: ReadonlyArray<string>
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>> | null>>
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly peerDependencies?: Versions
}

export type Versions = Readonly<Record<string, string>>
export type Peers = (folder: string, dependency: string) => ReadonlyArray<string>

/** What a rule found wrong, one sentence each, beginning with the place. */
export type Problems = ReadonlyArray<string>

export interface Rule {
  /** The promise it keeps, as a sentence. */
  readonly promise: string
  readonly problems: (tree: Tree) => Problems
}

export const of = (texts: Readonly<Record<string, string>>, peers: Peers = () => []): Tree => {
  const files = new Map(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)))
  const sources = [...files].filter(([path]) => isSource(path)).map(([path, text]) => parse(path, text))
  const manifest = (path: string): Manifest => JSON.parse(files.get(path) ?? "{}")
  const folders = [...files.keys()]
    .filter((path) => /^(packages|connectors|examples)\/[^/]+\/package\.json$/.test(path))
    .map((path) => posix.dirname(path))
  return {
    files,
    sources,
    packages: folders.map((folder) => ({
      folder,
      manifest: manifest(`${folder}/package.json`),
      sources: sources.filter(({ path }) => path.startsWith(`${folder}/`))
    })),
    root: manifest("package.json"),
    peers
  }
}

const notOurs = new Set(["node_modules", "dist", ".git", ".reports", "coverage", ".interchannel"])

export const read = (top: string): Tree => {
  const texts: Record<string, string> = {}
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
      if (notOurs.has(entry.name)) continue
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) texts[path] = textOf(join(top, path))
    }
  }
  walk("")
  return of(texts, (folder, dependency) => {
    const file = join(top, folder, "node_modules", dependency, "package.json")
    const installed: Manifest = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { name: dependency }
    return Object.keys(installed.peerDependencies ?? {})
  })
}

/** Where an import leads to within the tree; nothing when it leads outside or to no file. */
export const resolve = (tree: Tree, from: Source, specifier: string): string | undefined => {
  if (specifier.startsWith(".")) {
    const path = posix.join(posix.dirname(from.path), specifier)
    return tree.files.has(path) ? path : undefined
  }
  const name = packageName(specifier)
  const target = tree.packages.find(({ manifest }) => manifest.name === name)
  const source = target?.manifest.exports?.[`.${specifier.slice(name.length)}`]?.["@interchannel/source"]
  return target && source ? posix.join(target.folder, source) : undefined
}

/** `@effect/platform/HttpClient` belongs to `@effect/platform`. */
export const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

/** Whether a file ships to users, as opposed to tests and measurements. */
export const ships = (owner: Package, path: string): boolean => path.startsWith(`${owner.folder}/src/`)

const textOf = (path: string): string => {
  const text = readFileSync(path, "utf8")
  return text.includes("\0") ? "" : text
}
