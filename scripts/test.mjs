// `npm test`: all there is to know about this tree, from a bare clone. Arguments go to vitest.
import { checks } from "./check.mjs"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

const reporters = ["--reporter=default", "--reporter=json", "--outputFile.json=.reports/tests.json"]

runSteps([install, ...checks, command("tests", "vitest", ["run", ...reporters, ...process.argv.slice(2)])])
