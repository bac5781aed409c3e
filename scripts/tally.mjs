// The verdict on a test run: `node scripts/tally.mjs <exit code of npm test>`. A skipped test counts against it.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "./steps.mjs"

/**
 * The part of vitest's JSON report that we read.
 * @typedef {object} Report
 * @property {ReadonlyArray<{ readonly name: string, readonly status: string, readonly message?: string, readonly assertionResults: ReadonlyArray<{ readonly fullName: string, readonly status: string }> }>} testResults
 */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {ReadonlyArray<string>} failed
 * @property {ReadonlyArray<string>} skipped
 */

/**
 * @param {Report} report
 * @returns {Tally}
 */
export const tally = ({ testResults }) => {
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ name: `${name}: ${fullName.trim()}`, status }))
  )
  const names = (/** @type {(status: string) => boolean} */ wanted) =>
    tests.filter(({ status }) => wanted(status)).map(({ name }) => name)
  // A file that cannot be loaded has no tests to fail, so the file itself is the failure.
  const brokenFiles = testResults
    .filter(
      ({ status, assertionResults }) =>
        status === "failed" && assertionResults.every((test) => test.status !== "failed")
    )
    .map(({ name, message }) => `${name}: ${message ?? "could not be run"}`)
  return {
    passed: names((status) => status === "passed").length,
    failed: [...names((status) => status === "failed"), ...brokenFiles],
    // Whatever has no outcome was not run: skipped, pending, todo, disabled.
    skipped: names((status) => status !== "passed" && status !== "failed")
  }
}

const main = () => {
  const file = join(root, ".reports", "tests.json")
  const exitCode = Number(process.argv[2] ?? 0)
  /** @type {Tally} */
  const { passed, failed, skipped } = existsSync(file)
    ? tally(JSON.parse(readFileSync(file, "utf8")))
    : { passed: 0, failed: ["npm test stopped before the tests; see above"], skipped: [] }
  for (const name of failed) console.log(`failed  ${name.replace(root, "")}`)
  for (const name of skipped) console.log(`skipped ${name.replace(root, "")}`)
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
  process.exit(exitCode !== 0 || passed === 0 || failed.length > 0 || skipped.length > 0 ? exitCode || 1 : 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
