// Says plainly what this machine lacks before an install is tried. Plain Node, old or new, and no dependencies.
import { existsSync, readFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const nodeVersionMin = "20.19.0"

/**
 * @typedef {object} Facts what was found on this machine
 * @property {string} platform as `process.platform`
 * @property {string} nodeVersion such as "20.19.0"
 * @property {ReadonlyArray<string>} commands those of `wantedCommands` that are on the PATH
 * @property {boolean} headers Node's C headers are beside Node, or npm is told where they are
 */

/**
 * @typedef {object} Finding
 * @property {"stop" | "note"} level "stop": nothing can work. "note": something may not.
 * @property {string} text what is missing, and how to get it
 */

const compilers = ["c++", "g++", "clang++"]
const wantedCommands = ["git", "python3", "make", "dovecot", ...compilers]

/** @param {string} version */
const parts = (version) => version.split(".").map(Number)

/** @param {string} version @param {string} min */
const isAtLeast = (version, min) => {
  const [have, want] = [parts(version), parts(min)]
  const different = want.findIndex((part, index) => part !== have[index])
  return different === -1 || (have[different] ?? 0) > (want[different] ?? 0)
}

/** @param {string} platform */
const howToGetCompiler = (platform) =>
  platform === "darwin" ? "xcode-select --install" : "apt-get install -y python3 make g++   (Debian, Ubuntu)"

/**
 * @param {Facts} facts
 * @returns {ReadonlyArray<Finding>}
 */
export const judge = ({ platform, nodeVersion, commands, headers }) => {
  /** @type {Array<Finding>} */
  const findings = []
  if (!isAtLeast(nodeVersion, nodeVersionMin)) {
    findings.push({
      level: "stop",
      text: `Node ${nodeVersion} is too old: interchannel needs Node ${nodeVersionMin} or newer. Get it from https://nodejs.org, or: nvm install 24`
    })
  }
  if (!commands.includes("git")) {
    findings.push({ level: "note", text: "git is missing: it is needed to contribute. apt-get install -y git" })
  }
  // On Windows the tools have other names and places; there node-gyp's own message has to do.
  if (platform === "win32") return findings

  const missing = ["python3", "make"].filter((name) => !commands.includes(name))
  if (!compilers.some((name) => commands.includes(name))) missing.push("a C++ compiler")
  if (missing.length > 0) {
    findings.push({
      level: "note",
      text: `${missing.join(", ")} missing: better-sqlite3 is compiled here when no ready-made binary of it can be downloaded. If the install fails: ${howToGetCompiler(platform)}`
    })
  }
  if (!headers) {
    findings.push({
      level: "note",
      text: "Node's C headers are missing: compiling better-sqlite3 downloads them. Without a network, name a folder that has include/node: npm config set nodedir <folder>"
    })
  }
  if (platform === "linux" && !commands.includes("dovecot")) {
    findings.push({
      level: "note",
      text: "Dovecot is missing: the tests of mail run against it. On Debian, root's test run installs it; else: apt-get install -y --no-install-recommends dovecot-imapd dovecot-lmtpd"
    })
  }
  return findings
}

/**
 * Where this Node's own headers are, if they came with it.
 * @returns {string | undefined} a folder with include/node
 */
const headersBesideNode = () => {
  const folder = dirname(dirname(process.execPath))
  const file = join(folder, "include", "node", "node_version.h")
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, "utf8")
  const [major, minor, patch] = ["MAJOR", "MINOR", "PATCH"].map((part) =>
    new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.at(1)
  )
  return `${major}.${minor}.${patch}` === process.versions.node ? folder : undefined
}

/** @param {string} name */
const isOnPath = (name) =>
  `${process.env.PATH ?? ""}${delimiter}/usr/sbin`
    .split(delimiter)
    .some((folder) => ["", ".exe", ".cmd"].some((suffix) => existsSync(join(folder, name + suffix))))

/**
 * Prints what is missing.
 * @returns {NodeJS.ProcessEnv | undefined} the environment to install with, or nothing when it cannot work
 */
export const preflight = () => {
  // Headers of this very version come before what npm was told once, perhaps for another Node.
  const nodedir = headersBesideNode() ?? process.env.npm_config_nodedir
  const findings = judge({
    platform: process.platform,
    nodeVersion: process.versions.node,
    commands: wantedCommands.filter(isOnPath),
    headers: nodedir !== undefined
  })
  for (const { level, text } of findings) console.error(`${level === "stop" ? "STOP" : "note"} ${text}`)
  if (findings.some(({ level }) => level === "stop")) return undefined
  return nodedir === undefined ? process.env : { ...process.env, npm_config_nodedir: nodedir }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(preflight() === undefined ? 1 : 0)
