// `npm run soak -- --kills 200 [--seed N]`: the played day with `kill -9` of the daemon at random moments.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

const source = ["--conditions=@interchannel/source", "--import", "tsx"]
const program = "packages/cli/soak/played-day.ts"
runSteps([install, build, command("soak", "node", [...source, program, ...process.argv.slice(2)])])
