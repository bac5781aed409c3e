/** A server and the tools of a PostgreSQL that is installed here: those that tests bring along have no `pg_dump`. */
import { execFile, execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, chownSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { freePort } from "../src/testing/Driver.ts"

const programs = ["initdb", "pg_ctl", "postgres", "psql", "pg_dump", "pg_restore"]
const WITHIN_MS = 60_000

export interface Installed {
  readonly url: (database: string) => string
  /** Lines for the shell, with the database in `DATABASE_URL`; fails with what the first said that failed. */
  readonly run: (database: string, lines: ReadonlyArray<string>) => Promise<void>
  readonly stop: () => void
}

/** The folders of those that are complete. */
export const folders = (): ReadonlyArray<string> => {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : []
  const paths = new Set([...(process.env["PATH"] ?? "").split(delimiter), ...versions])
  return [...paths].filter((path) => programs.every((program) => existsSync(join(path, program))))
}

/** Its own data, and nothing that outlives `stop`. */
export const start = async (bin: string): Promise<Installed> => {
  const home = mkdtempSync(join(tmpdir(), "interchannel-dump-"))
  const [data, files] = [join(home, "data"), join(home, "files")]
  const port = await freePort()
  const owner = serverUser()
  for (const path of [data, files]) mkdirSync(path, { mode: 0o700 })
  if (owner !== undefined) for (const path of [home, data]) chownSync(path, owner.uid, owner.gid)
  const asOwner = (program: string, ...args: ReadonlyArray<string>) =>
    execFileSync(join(bin, program), args, { ...owner, stdio: "ignore", timeout: WITHIN_MS, cwd: home })
  const options = `-h 127.0.0.1 -p ${port} -c unix_socket_directories= -c fsync=off`
  asOwner("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
  asOwner("pg_ctl", "start", "--wait", "--pgdata", data, "--options", options, "--log", join(home, "log"))
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  return {
    url,
    run: async (database, lines) => {
      const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}`, DATABASE_URL: url(database) }
      await promisify(execFile)("sh", ["-e", "-c", lines.join("\n")], { env, cwd: files, timeout: WITHIN_MS })
    },
    stop: () => {
      asOwner("pg_ctl", "stop", "--mode=immediate", "--pgdata", data)
      rmSync(home, { recursive: true, force: true })
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** A server does not run as root: then it is the user that was installed with it. */
const serverUser = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (which: string) => Number(execFileSync("id", [which, "postgres"]).toString())
  return { uid: id("-u"), gid: id("-g") }
}
