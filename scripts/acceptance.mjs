// `npm run acceptance`: a day on real programs alone, which Debian's root installs: Exim, Dovecot, Request Tracker.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

const source = ["--conditions=@interchannel/source", "--import", "tsx"]
const program = "packages/cli/acceptance/acceptance.ts"
runSteps([install, build, command("acceptance", "node", [...source, program, ...process.argv.slice(2)])])
