// `npm run acceptance`: a day on real programs alone, which Debian's root installs: Exim, Dovecot, Request Tracker.
import { build } from "./build.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

const source = ["--conditions=@interchannel/source", "--import", "tsx"]
const program = "packages/cli/acceptance/acceptance.ts"

/** Said before anything takes minutes. */
const machine = {
  name: "machine",
  run: () => {
    if (process.getuid?.() === 0) return 0
    console.error(
      "acceptance: run it as root, on Debian or Ubuntu: in a container, or with sudo where Exim and Dovecot may be installed. They change to users of their own."
    )
    return 2
  }
}

runSteps([machine, install, build, command("acceptance", "node", [...source, program, ...process.argv.slice(2)])])
