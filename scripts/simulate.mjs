// `npm run simulate -- --seeds 10000 [--from SEED] [--jobs N]`: the daemon in a seeded world in virtual time; what fails can be seen again.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

// Fibers come and go by the million: room for the young ones saves a quarter of the time.
const source = ["--max-semi-space-size=64", "--import", "tsx"]
const program = "packages/simulator/bench/simulate.ts"
runSteps([install, build, command("simulate", "node", [...source, program, ...process.argv.slice(2)])])
