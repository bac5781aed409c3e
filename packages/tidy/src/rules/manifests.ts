/** What package.json and tsconfig.json say agrees with the files and with one another. */
import { posix } from "node:path"
import type { Package, Rule, Tree } from "../Tree.ts"

export const exportsMaps: Rule = {
  promise: "exports and bin lead to files that are there",
  problems: ({ packages, files }) =>
    packages.flatMap(({ folder, manifest }) => {
      const place = `${folder}/package.json`
      const missing = (source: string) => !files.has(posix.join(folder, source))
      const exported = Object.entries(manifest.exports ?? {}).flatMap(([name, target]) => {
        if (target === null) return []
        const source = target["@interchannel/source"]
        if (source === undefined) return [`${place}: ${name} has no @interchannel/source`]
        if (missing(source)) return [`${place}: ${name} leads to ${source}, which is not there`]
        const built = source.replace("./src/", "./dist/").replace(/\.tsx?$/, "")
        return target.types === `${built}.d.ts` && target.default === `${built}.js`
          ? []
          : [`${place}: ${name} should have types ${built}.d.ts and default ${built}.js`]
      })
      const commands = Object.entries(manifest.bin ?? {})
        .filter(([, built]) => missing(built.replace("./dist/", "./src/").replace(/\.js$/, ".ts")))
        .map(([name, built]) => `${place}: bin ${name} leads to ${built}, which no source is built to`)
      return [...exported, ...commands]
    })
}

export const publishable: Rule = {
  promise: "every package can be packed and installed",
  problems: ({ packages, files, root }) =>
    packages.flatMap(({ folder, manifest }) => {
      const demands: Array<readonly [boolean, string]> = [
        [manifest.version === root.version, `version is ${root.version}`],
        [manifest.license === "MIT", "license is MIT"],
        [manifest.type === "module", 'type is "module"'],
        [manifest.engines?.node === root.engines?.node, `engines.node is ${root.engines?.node}`]
      ]
      if (manifest.private !== true) {
        demands.push([manifest.files?.includes("dist") ?? false, 'files includes "dist"'])
        demands.push([files.has(`${folder}/README.md`), "README.md is there"])
      }
      return demands.filter(([met]) => !met).map(([, demand]) => `${folder}/package.json: see that ${demand}`)
    })
}

export const references: Rule = {
  promise: "tsconfig references follow the dependencies, so that a build is in the right order",
  problems: (tree) =>
    tree.packages
      .filter(({ manifest }) => manifest.exports !== undefined)
      .flatMap((owner) => {
        const place = `${owner.folder}/tsconfig.json`
        const [wanted, found] = [dependedOn(tree, owner), referenced(tree, place)]
        const missing = wanted
          .filter((folder) => !found.includes(folder))
          .map((it) => `${place}: add a reference to ${it}`)
        const extra = found
          .filter((folder) => !wanted.includes(folder))
          .map((it) => `${place}: drop the reference to ${it}`)
        const unbuilt = referenced(tree, "tsconfig.json").includes(owner.folder)
          ? []
          : [`tsconfig.json: add a reference to ${owner.folder}`]
        return [...missing, ...extra, ...unbuilt]
      })
}

const dependedOn = (tree: Tree, { manifest }: Package): ReadonlyArray<string> =>
  tree.packages
    .filter((other) => manifest.dependencies?.[other.manifest.name] ?? manifest.peerDependencies?.[other.manifest.name])
    .map(({ folder }) => folder)

const referenced = (tree: Tree, file: string): ReadonlyArray<string> => {
  const config: { references?: ReadonlyArray<{ path: string }> } = JSON.parse(tree.files.get(file) ?? "{}")
  return (config.references ?? []).map(({ path }) => posix.join(posix.dirname(file), path))
}

export const examplesAreTested: Rule = {
  promise: "every example is run by a test",
  problems: ({ packages }) =>
    packages
      .filter(({ folder }) => folder.startsWith("examples/"))
      .filter(({ sources }) => !sources.some(({ path }) => path.endsWith(".test.ts")))
      .map(({ folder }) => `${folder}: has no test`)
}
