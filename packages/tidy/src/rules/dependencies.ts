/** Every dependency is pinned, declared where it is used, and used where it is declared. */
import { isBuiltin } from "node:module"
import { type Package, packageName, type Rule, ships, type Tree } from "../Tree.ts"

const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/

const pinned = (tree: Tree) =>
  [{ place: "package.json", manifest: tree.root }, ...tree.packages.map(place)].flatMap(({ place, manifest }) =>
    Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).map(([name, version]) => ({
      place,
      name,
      version
    }))
  )

const place = ({ folder, manifest }: Package) => ({ place: `${folder}/package.json`, manifest })

export const exactVersions: Rule = {
  promise: "dependencies have exact versions",
  problems: (tree) =>
    pinned(tree)
      .filter(({ version }) => !exact.test(version))
      .map(({ place, name, version }) => `${place}: ${name} ${version} is not an exact version`)
}

export const oneVersion: Rule = {
  promise: "a dependency has the same version everywhere",
  problems: (tree) => {
    const first = new Map(
      tree.packages.map(({ folder, manifest }) => [manifest.name, { place: folder, version: manifest.version }])
    )
    return pinned(tree).flatMap(({ place, name, version }) => {
      const other = first.get(name) ?? { place, version }
      first.set(name, other)
      return other.version === version ? [] : [`${place}: ${name} ${version}, but ${other.place} has ${other.version}`]
    })
  }
}

export const declared: Rule = {
  promise: "what is imported is declared",
  problems: (tree) =>
    tree.packages.flatMap((owner) => {
      const { name, dependencies, peerDependencies, devDependencies } = owner.manifest
      const shipped = { ...dependencies, ...peerDependencies }
      const tested = { ...shipped, ...devDependencies, ...tree.root.devDependencies }
      return owner.sources.flatMap(({ path, imports }) => {
        const allowed = ships(owner, path) && owner.manifest.private !== true ? shipped : tested
        return imports
          .filter((specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
          .flatMap((specifier) => {
            if (isBuiltin(specifier)) return [`${path}: write node:${specifier}`]
            const wanted = packageName(specifier)
            return wanted === name || wanted in allowed ? [] : [`${path}: ${wanted} is not declared`]
          })
      })
    })
}

export const used: Rule = {
  promise: "what is declared is used",
  problems: (tree) =>
    tree.packages.flatMap((owner) => {
      const { dependencies = {}, devDependencies = {} } = owner.manifest
      const imported = (sources: Package["sources"]) =>
        new Set(sources.flatMap(({ imports }) => imports.map(packageName)))
      const shipped = imported(owner.sources.filter(({ path }) => ships(owner, path)))
      // An empty index is a package that has not been begun.
      if (shipped.size === 0) return []
      const anywhere = imported(owner.sources)
      // Some are declared only because another dependency wants them beside it.
      const peers = new Set(
        Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => tree.peers(owner.folder, name))
      )
      const isUsed = (name: string) =>
        anywhere.has(name) ||
        peers.has(name) ||
        name in (owner.manifest.peerDependencies ?? {}) ||
        name.startsWith("@types/")
      return [
        ...Object.keys(dependencies).filter((name) => !shipped.has(name) && !peers.has(name) && isLibrary(owner)),
        ...Object.keys(devDependencies).filter((name) => !isUsed(name))
      ].map((name) => `${owner.folder}/package.json: ${name} is not used`)
    })
}

/** Examples have their code where they like. */
const isLibrary = ({ folder }: Package): boolean => !folder.startsWith("examples/")
