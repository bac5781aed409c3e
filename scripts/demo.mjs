// `npm run demo`: installs and builds what it needs, then starts the demonstration. Arguments go to the demonstration.
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { root, runSteps } from "./steps.mjs"

runSteps([install, build])

// In this process, so that Ctrl-C and a supervisor's signals reach the demonstration itself.
const main = join(root, "packages/cli/dist/main.js")
process.argv.splice(1, 1, main, "demo")
await import(pathToFileURL(main).href)
