// `npm run check`: everything that judges the code without running it.
import { fileURLToPath } from "node:url"
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

export const checks = [
  command("types", "tsc", ["-p", "tsconfig.check.json"]),
  // The linter knows other packages by what was built of them.
  build,
  command("lint", "oxlint", ["--type-aware", "--deny-warnings"]),
  command("effects", "effect-tsgo", ["diagnostics", "--project", "tsconfig.check.json"]),
  command("format (npm run format)", "biome", ["check", "--error-on-warnings", "."])
]

if (process.argv[1] === fileURLToPath(import.meta.url)) runSteps([install, ...checks])
