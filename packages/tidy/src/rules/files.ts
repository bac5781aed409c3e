/** Every file is reached, has one noun, and is named for it. */
import { posix } from "node:path"
import { type Rule, resolve, type Tree } from "../Tree.ts"

/** Where a reader, a user or a test begins. */
const entries = (tree: Tree): ReadonlyArray<string> => [
  ...tree.packages.flatMap(({ folder, manifest }) =>
    [
      ...Object.values(manifest.exports ?? {}).flatMap((target) => target?.["@interchannel/source"] ?? []),
      ...Object.values(manifest.bin ?? {}).map((built) => built.replace("./dist/", "./src/").replace(/\.js$/, ".ts"))
    ].map((path) => posix.join(folder, path))
  ),
  ...tree.sources.map(({ path }) => path).filter((path) => !path.includes("/src/"))
]

export const reached: Rule = {
  promise: "every source file is reached from an export, a command or a test",
  problems: (tree) => {
    const sources = new Map(tree.sources.map((source) => [source.path, source]))
    const seen = new Set<string>()
    const todo = [...entries(tree)]
    for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
      const source = sources.get(path)
      if (source === undefined || seen.has(path)) continue
      seen.add(path)
      todo.push(...source.imports.flatMap((specifier) => resolve(tree, source, specifier) ?? []))
    }
    return [...sources.keys()].filter((path) => !seen.has(path)).map((path) => `${path}: nothing leads here`)
  }
}

const linesMax = 600
const linesNoted = 300

const lengths = (tree: Tree) =>
  tree.sources
    .filter(({ path }) => !path.includes("/fixtures/"))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .sort((a, b) => b.lines - a.lines)

export const shortFiles: Rule = {
  promise: `no file has more than ${linesMax} lines`,
  problems: (tree) =>
    lengths(tree)
      .filter(({ lines }) => lines > linesMax)
      .map(({ path, lines }) => `${path}: ${lines} lines; find its second noun`)
}

/** Not wrong yet: the files that would be the next to fail. */
export const longFiles = (tree: Tree): string => {
  const long = lengths(tree).filter(({ lines }) => lines > linesNoted)
  return [
    `${long.length} files have more than ${linesNoted} lines`,
    ...long.map(({ path, lines }) => `${lines} ${path}`)
  ].join("\n")
}

const nameless = /^(utils?|helpers?|common|misc|shared)$|(Utils?|Helpers?|Manager|Service)$/

export const fileNames: Rule = {
  promise: "a file is named for what it holds",
  problems: (tree) =>
    tree.sources
      .filter(({ path }) => nameless.test(posix.basename(path).replace(/\..*$/, "")))
      .map(({ path }) => `${path}: the name says nothing`)
}
