/** Imports point down only, and each thing is spoken of in one place. */
import { isSource } from "../Source.ts"
import { packageName, type Rule, ships, type Tree } from "../Tree.ts"

/** From the top down: a package imports from the lines below its own. */
const layers = [
  ["simulator"],
  ["cli"],
  ["server"],
  ["runtime"],
  ["identity", "journey", "store", "connector"],
  ["domain"]
]

/** These put connectors together; everyone else is given them by configuration. */
const assemblers = ["simulator", "cli"]

const sdk = ["connector", "domain"]
const testKit = "@interchannel/connector/testing"

const shortName = (name: string): string => name.replace("@interchannel/", "")

/** May a package in `folder` import ours by the name `target`? */
const mayImport = (folder: string, target: string): boolean => {
  const [group, name = ""] = folder.split("/")
  if (group === "examples" || name === target) return true
  if (group === "connectors") return sdk.includes(target) || `connector-${name}` === target
  if (target.startsWith("connector-")) return assemblers.includes(name)
  const own = layers.findIndex((layer) => layer.includes(name))
  // A package that is on no line, such as the console, stands alone.
  return own !== -1 && layers.slice(own + 1).some((layer) => layer.includes(target))
}

export const directions: Rule = {
  promise: "imports point down only",
  problems: ({ packages }) =>
    packages.flatMap(({ folder, sources }) =>
      sources.flatMap(({ path, imports }) =>
        imports
          .filter((specifier) => specifier.startsWith("@interchannel/"))
          .filter((specifier) => !mayImport(folder, shortName(packageName(specifier))))
          .map((specifier) => `${path}: must not import ${specifier}`)
      )
    )
}

export const ownFolder: Rule = {
  promise: "a package is imported by its name, never by a path into its folder",
  problems: ({ packages }) =>
    packages.flatMap(({ folder, sources }) =>
      sources.flatMap(({ path, imports }) =>
        imports
          .filter((specifier) => specifier.startsWith(".") && isSource(specifier))
          .filter((specifier) => !new URL(specifier, `file:///${path}`).pathname.startsWith(`/${folder}/`))
          .map((specifier) => `${path}: ${specifier} leaves ${folder}`)
      )
    )
}

export const testKitInTests: Rule = {
  promise: "the test kit is for tests, emulators and the simulator",
  problems: ({ packages }) =>
    packages.flatMap((owner) =>
      owner.sources
        .filter(({ path, imports }) => ships(owner, path) && imports.includes(testKit))
        .filter(({ path }) => !/\/src\/(emulator\.ts|emulator\/|demo\.ts|demo\/)/.test(path))
        .filter(() => owner.folder !== "packages/simulator" && !owner.folder.startsWith("examples/"))
        .map(({ path }) => `${path}: imports ${testKit}`)
    )
}

const vendors = /slack|hubspot|twilio|zendesk|salesforce|intercom/gi

export const vendorFreeRuntime: Rule = {
  promise: "the runtime never names a vendor",
  problems: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith("packages/runtime/src/"))
      .flatMap(({ path, text }) => [...new Set(text.match(vendors))].map((vendor) => `${path}: names ${vendor}`))
}

const sqlPackages = /^(@effect\/sql(-.*)?|better-sqlite3|pg(-.*)?)$/
const sqlText = /\b(SELECT\s[^]*\sFROM|INSERT\s+INTO|DELETE\s+FROM|CREATE\s+(TABLE|INDEX)|UPDATE\s+\S+\s+SET)\s/

export const sqlInStore: Rule = {
  promise: "only the store speaks SQL",
  problems: (tree: Tree) =>
    tree.packages
      .filter(({ folder }) => folder !== "packages/store" && folder !== "packages/tidy")
      .flatMap((owner) => owner.sources.filter(({ path }) => ships(owner, path)))
      .flatMap(({ path, imports, strings }) => [
        ...imports
          .filter((specifier) => sqlPackages.test(packageName(specifier)))
          .map((specifier) => `${path}: imports ${specifier}`),
        ...strings.filter(({ text }) => sqlText.test(text)).map(({ line }) => `${path}:${line}: holds SQL`)
      ])
}
