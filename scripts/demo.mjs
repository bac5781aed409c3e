// `npm run demo`: installs and builds what it needs, then starts the demonstration. Arguments go to the demonstration.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

runSteps([install, build])
process.exit(command("demo", process.execPath, ["packages/cli/dist/main.js", "demo", ...process.argv.slice(2)]).run())
