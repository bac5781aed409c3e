// `npm run bench`: the measurements, `bench/*.bench.ts` of each package. Arguments go to vitest.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

runSteps([install, build, command("bench", "vitest", ["bench", "--run", ...process.argv.slice(2)])])
