import { describe, expect, it } from "vitest"
import { rules } from "../src/rules.ts"
import { declared, exactVersions, oneVersion, used } from "../src/rules/dependencies.ts"
import { directions, ownFolder, sqlInStore, testKitInTests, vendorFreeRuntime } from "../src/rules/directions.ts"
import { fileNames, longFiles, reached, shortFiles } from "../src/rules/files.ts"
import { finished, testsRun, welcome } from "../src/rules/leftovers.ts"
import { links } from "../src/rules/links.ts"
import { examplesAreTested, exportsMaps, publishable, references } from "../src/rules/manifests.ts"
import * as Tree from "../src/Tree.ts"

type Files = Record<string, string>

const shared = { version: "0.1.0", license: "MIT", type: "module", engines: { node: ">=20.19" } }
const index = { "@interchannel/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" }

const manifest = (name: string, change: object = {}): string =>
  JSON.stringify({ ...shared, name: `@interchannel/${name}`, exports: { ".": index }, files: ["dist"], ...change })

const dependingOn = (...folders: ReadonlyArray<string>): string =>
  JSON.stringify({ references: folders.map((path) => ({ path })) })

/** A small repository that keeps every promise. */
const sound: Files = {
  "package.json": JSON.stringify({ ...shared, name: "interchannel", devDependencies: { vitest: "3.2.7" } }),
  "tsconfig.json": dependingOn("packages/domain", "packages/store", "connectors/slack"),
  "README.md":
    "# interchannel\n\n## Two parts\n\nSee [the domain](packages/domain/README.md) and [parts](#two-parts).\n",
  "packages/domain/package.json": manifest("domain", { dependencies: { effect: "3.22.4" } }),
  "packages/domain/tsconfig.json": dependingOn(),
  "packages/domain/README.md": "# domain\n",
  "packages/domain/src/index.ts": 'export * as Key from "./Key.ts"\n',
  "packages/domain/src/Key.ts": 'import * as Schema from "effect/Schema"\nexport const Key = Schema.String\n',
  "packages/domain/test/Key.test.ts":
    'import { it } from "vitest"\nimport { Key } from "../src/Key.ts"\nit("a", () => Key)\n',
  "packages/store/package.json": manifest("store", { dependencies: { "@interchannel/domain": "0.1.0" } }),
  "packages/store/tsconfig.json": dependingOn("../domain"),
  "packages/store/README.md": "# store\n",
  "packages/store/src/index.ts":
    'import { Key } from "@interchannel/domain"\nexport const all = `SELECT ${Key} FROM contact`\n',
  "connectors/slack/package.json": manifest("connector-slack"),
  "connectors/slack/tsconfig.json": dependingOn(),
  "connectors/slack/README.md": "# slack\n",
  "connectors/slack/src/index.ts": "export {}\n"
}

const broken = (rule: Tree.Rule, change: Files, peers?: Tree.Peers) =>
  rule.problems(Tree.of({ ...sound, ...change }, peers))

describe("a sound repository", () => {
  for (const { promise, problems } of rules) {
    it(promise, () => {
      expect(problems(Tree.of(sound))).toEqual([])
    })
  }
})

const domain = "packages/domain/src/Key.ts"
const slack = "connectors/slack/src/index.ts"
const imports = (name: string): string => `import "${name}"\n`

const cases: ReadonlyArray<readonly [name: string, rule: Tree.Rule, change: Files, problem: string]> = [
  ["up", directions, { [domain]: imports("@interchannel/store") }, `${domain}: must not import @interchannel/store`],
  ["a connector importing the store", directions, { [slack]: imports("@interchannel/store") }, "must not import"],
  ["sideways", directions, { "packages/store/src/a.ts": imports("@interchannel/identity") }, "@interchannel/identity"],
  ["a vendor", directions, { "packages/store/src/a.ts": imports("@interchannel/connector-slack") }, "connector-slack"],
  ["a type", directions, { [domain]: 'type A = import("@interchannel/store").A\n' }, "@interchannel/store"],
  ["lazily", directions, { [domain]: 'await import("@interchannel/store")\n' }, "@interchannel/store"],
  ["a re-export", directions, { [domain]: 'export * from "@interchannel/store"\n' }, "@interchannel/store"],
  ["by path", ownFolder, { [slack]: imports("../../../packages/domain/src/Key.ts") }, "leaves connectors/slack"],
  ["the test kit", testKitInTests, { [slack]: imports("@interchannel/connector/testing") }, slack],
  ["a vendor's name", vendorFreeRuntime, { "packages/runtime/src/a.ts": "// as Slack does\n" }, "names Slack"],
  ["SQL", sqlInStore, { [domain]: "export const q = `DELETE\n FROM contact WHERE ${1}`\n" }, `${domain}:1: holds SQL`],
  ["an SQL client", sqlInStore, { [domain]: imports("@effect/sql-pg/PgClient") }, "imports @effect/sql-pg/PgClient"],

  [
    "an export of nothing",
    exportsMaps,
    {
      "packages/domain/package.json": manifest("domain", {
        exports: { "./x": { ...index, "@interchannel/source": "./src/x.ts" } }
      })
    },
    "./src/x.ts, which is not there"
  ],
  [
    "an export of another file",
    exportsMaps,
    {
      "packages/domain/package.json": manifest("domain", {
        exports: { "./x": { ...index, "@interchannel/source": "./src/Key.ts" } }
      })
    },
    "should have types ./dist/Key.d.ts"
  ],
  [
    "a bin of nothing",
    exportsMaps,
    { "packages/domain/package.json": manifest("domain", { bin: { x: "./dist/main.js" } }) },
    "bin x leads to ./dist/main.js"
  ],
  [
    "another licence",
    publishable,
    { "packages/domain/package.json": manifest("domain", { license: "ISC" }) },
    "license is MIT"
  ],
  [
    "no dist",
    publishable,
    { "packages/domain/package.json": manifest("domain", { files: [] }) },
    'files includes "dist"'
  ],
  [
    "a missing reference",
    references,
    { "packages/store/tsconfig.json": dependingOn() },
    "add a reference to packages/domain"
  ],
  [
    "an extra reference",
    references,
    { "packages/domain/tsconfig.json": dependingOn("../store") },
    "drop the reference to packages/store"
  ],
  [
    "an unbuilt package",
    references,
    { "tsconfig.json": dependingOn("packages/store", "connectors/slack") },
    "tsconfig.json: add a reference to packages/domain"
  ],
  ["an untested example", examplesAreTested, { "examples/a/package.json": manifest("a") }, "examples/a: has no test"],

  [
    "a range",
    exactVersions,
    { "connectors/slack/package.json": manifest("slack", { dependencies: { ws: "^8.0.0" } }) },
    "ws ^8.0.0"
  ],
  [
    "a protocol",
    exactVersions,
    { "connectors/slack/package.json": manifest("slack", { dependencies: { ws: "workspace:*" } }) },
    "ws workspace:*"
  ],
  [
    "two versions",
    oneVersion,
    { "connectors/slack/package.json": manifest("slack", { dependencies: { effect: "3.22.3" } }) },
    "but connectors/slack/package.json has 3.22.3"
  ],
  [
    "our old version",
    oneVersion,
    { "connectors/slack/package.json": manifest("slack", { dependencies: { "@interchannel/domain": "0.0.9" } }) },
    "but packages/domain has 0.1.0"
  ],
  ["undeclared", declared, { [slack]: imports("ws") }, "ws is not declared"],
  ["vitest in a library", declared, { [slack]: imports("vitest") }, "vitest is not declared"],
  ["a bare builtin", declared, { [slack]: imports("fs") }, "write node:fs"],
  [
    "unused",
    used,
    { "packages/domain/package.json": manifest("domain", { dependencies: { effect: "3.22.4", ws: "8.23.0" } }) },
    "ws is not used"
  ],
  [
    "unused in tests",
    used,
    {
      "packages/domain/package.json": manifest("domain", {
        dependencies: { effect: "3.22.4" },
        devDependencies: { ws: "8.23.0" }
      })
    },
    "ws is not used"
  ],

  [
    "a dead file",
    reached,
    { "packages/domain/src/Old.ts": "export {}\n" },
    "packages/domain/src/Old.ts: nothing leads here"
  ],
  ["a long file", shortFiles, { [domain]: "export {}\n".repeat(601) }, "601 lines"],
  [
    "a file of anything",
    fileNames,
    { "packages/domain/src/utils.ts": "export {}\n" },
    "utils.ts: the name says nothing"
  ],
  ["a manager", fileNames, { "packages/domain/src/FeedManager.ts": "export {}\n" }, "the name says nothing"],

  ["a dead link", links, { "docs/a.md": "[x](b.md)\n" }, "docs/a.md: b.md leads nowhere"],
  ["a dead reference link", links, { "docs/a.md": "[x][y]\n\n[y]: ../c.md\n" }, "../c.md leads nowhere"],
  ["a dead heading", links, { "docs/a.md": "[x](../README.md#three-parts)\n" }, "there is no such heading"],

  [
    "skip",
    testsRun,
    { "packages/domain/test/a.test.ts": 'it.effect.skip("a", () => {})\n' },
    "a.test.ts:1: it.effect.skip"
  ],
  [
    "only",
    testsRun,
    { "packages/domain/test/a.test.ts": '\ndescribe.only("a", () => {})\n' },
    "a.test.ts:2: describe.only"
  ],
  ["skip at run time", testsRun, { "packages/domain/test/a.test.ts": 'it("a", (ctx) => ctx.skip())\n' }, "ctx.skip("],
  ["a mark", finished, { [domain]: "/*\n * FIXME: later\n */\n" }, `${domain}:2: FIXME`],
  ["a stub", finished, { [domain]: 'throw new Error("not implemented")\n' }, "not implemented"],
  [
    "a registry",
    welcome,
    { "pnpm-lock.yaml": `resolution: {tarball: https://registry.${"example-mirror"}.org/a.tgz}\n` },
    "pnpm-lock.yaml:1"
  ],
  ["a chosen registry", welcome, { ".npmrc": "registry=http://mirror/\n" }, "chooses a registry"],
  ["a path of one machine", welcome, { "docs/a.md": "run /home/jo/interchannel/x\n" }, "is a path of one machine"]
]

describe("a rule bites", () => {
  it.each(cases)("%s", (_, rule, change, problem) => {
    expect(broken(rule, change)).toEqual([expect.stringContaining(problem)])
  })

  it("every rule has been seen to bite", () => {
    expect(rules.filter((rule) => !cases.some((example) => example[1] === rule))).toEqual([])
  })
})

describe("a rule lets pass", () => {
  const passing: ReadonlyArray<readonly [name: string, rule: Tree.Rule, change: Files]> = [
    [
      "the test kit in an emulator",
      testKitInTests,
      { "connectors/slack/src/emulator.ts": imports("@interchannel/connector/testing") }
    ],
    [
      "a connector in the command",
      directions,
      {
        "packages/cli/package.json": manifest("cli"),
        "packages/cli/src/demo.ts": imports("@interchannel/connector-slack")
      }
    ],
    ["prose that reads like SQL", sqlInStore, { [domain]: 'export const help = "select one from the list"\n' }],
    ["a link in a code block", links, { "docs/a.md": "```md\n[x](nowhere.md)\n```\n" }],
    ["a link to a folder", links, { "docs/a.md": "[x](../packages/domain) [y](https://example.com/z)\n" }],
    [
      "a file started by URL",
      reached,
      { [domain]: 'new URL("./worker.ts", import.meta.url)\n', "packages/domain/src/worker.ts": "export {}\n" }
    ],
    ["a path of a web address", welcome, { "docs/a.md": "https://example.com/home/page\n" }]
  ]

  it.each(passing)("%s", (_, rule, change) => {
    expect(broken(rule, change)).toEqual([])
  })

  it("a dependency that another one wants beside it", () => {
    const change = {
      "packages/domain/package.json": manifest("domain", { dependencies: { effect: "3.22.4", ws: "8.23.0" } })
    }
    expect(broken(used, change, (_, dependency) => (dependency === "effect" ? ["ws"] : []))).toEqual([])
  })
})

it("long files are listed, longest first", () => {
  const change = { [domain]: "export {}\n".repeat(301), [slack]: "export {}\n".repeat(400) }
  expect(longFiles(Tree.of({ ...sound, ...change }))).toBe(
    `2 files have more than 300 lines\n400 ${slack}\n301 ${domain}`
  )
})
