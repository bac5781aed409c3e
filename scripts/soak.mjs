// `npm run soak`: the long tests, `soak/*.soak.ts` of each package. Arguments go to vitest.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

runSteps([install, build, command("soak", "vitest", ["run", "--mode", "soak", ...process.argv.slice(2)])])
