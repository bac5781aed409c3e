/** The programs that the acceptance run is played on. Nobody here wrote them; on Debian, root installs what is missing. */
import { spawnSync } from "node:child_process"

export const paths = {
  chromium: "/usr/bin/chromium",
  dovecot: "/usr/sbin/dovecot",
  exim: "/usr/sbin/exim4",
  mailgate: "/usr/bin/rt-mailgate-5",
  setupDatabase: "/usr/sbin/rt-setup-database-5",
  rtServer: "/usr/share/request-tracker5/libexec/rt-server",
  rtLibrary: "/usr/share/request-tracker5/lib"
} as const

const packages = [
  "chromium",
  "dovecot-imapd",
  "dovecot-lmtpd",
  "exim4-daemon-light",
  "request-tracker5",
  "rt5-clients",
  "rt5-standalone",
  "rt5-db-sqlite"
]

const INSTALL_WITHIN_MS = 900_000

/** Why it cannot be played here; `undefined` when every program is there. */
export const missing = (): string | undefined => {
  const lacking = absent()
  if (lacking.length === 0) return undefined
  console.log(`installing ${lacking.join(" ")}`)
  if (spawnSync("apt-get", ["--version"]).error !== undefined) {
    return `this is neither Debian nor Ubuntu: there is no apt-get to install ${lacking.join(", ")} with`
  }
  const said = apt(["update"]) ?? apt(["install", "-y", "--no-install-recommends", ...lacking])
  const still = absent()
  if (still.length === 0) return undefined
  return `Debian's packages ${still.join(", ")} are missing, and could not be installed: ${said ?? "apt-get said nothing"}`
}

// ---------------------------------------------------------------------------------------------------------------------

const absent = (): ReadonlyArray<string> =>
  packages.filter((name) => {
    const asked = spawnSync("dpkg-query", ["-W", "-f=${Status}", name], { encoding: "utf8" })
    return asked.stdout !== "install ok installed"
  })

/** The last thing it said, when it failed. */
const apt = (args: ReadonlyArray<string>): string | undefined => {
  const { status, stderr, error } = spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=600", ...args], {
    encoding: "utf8",
    timeout: INSTALL_WITHIN_MS,
    // No service is started by being installed.
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  })
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split("\n").at(-1))
}
