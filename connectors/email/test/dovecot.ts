/** A real Dovecot in a folder of its own, on loopback and free ports, as a child of this process. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { createServer, connect, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ImapFlow } from "imapflow"

export const PASSWORD = "invented-password"
const BINARY = "/usr/sbin/dovecot"
const READY_WITHIN_MS = 15_000
const INSTALL_WITHIN_MS = 240_000
const INSTALL_ATTEMPTS_MAX = 5
const INSTALL_PAUSE_MS = 3_000

/** Why there can be no Dovecot here; `undefined` when there is one. On Debian, root installs it. */
export const missing = (): string | undefined => {
  if (existsSync(BINARY)) return undefined
  const advice = "Dovecot is missing: apt-get install -y --no-install-recommends dovecot-imapd dovecot-lmtpd"
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) return advice
  let why = ""
  // Several test files may want it at once, and wait for each other's lock.
  for (let attempts = 0; attempts < INSTALL_ATTEMPTS_MAX && !existsSync(BINARY); attempts++) why = install()
  return existsSync(BINARY) ? undefined : `${advice}; here it failed: ${why}`
}

/** Installing takes a while: a test file begins with it, apart from what its tests may take. */
export const INSTALLED_WITHIN_MS = 600_000
export const installed = (): void => {
  const why = missing()
  if (why !== undefined) throw new Error(why)
}

export interface Dovecot {
  readonly imapPort: number
  readonly lmtpPort: number
  /** A client of the user, connected; closed with the scope. */
  readonly client: (user: string) => Effect.Effect<ImapFlow, never, Scope.Scope>
  /** Puts mails where the server finds them when it next opens the inbox; `at` becomes their INTERNALDATE. */
  readonly fill: (user: string, mails: Iterable<{ readonly at: number; readonly source: string }>) => void
  /** Ends the server; `start` brings it back with its mails. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  /** Memory is the server's own: what it says in its log, for a test that fails. */
  readonly log: () => string
}

export const dovecot: Effect.Effect<Dovecot, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(Effect.promise(open), ({ close }) => Effect.promise(close)),
  ({ server }) => server
)

// ---------------------------------------------------------------------------------------------------------------------

const install = (): string => {
  const apt = (...args: ReadonlyArray<string>) =>
    spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=240", ...args], {
      encoding: "utf8",
      timeout: INSTALL_WITHIN_MS,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    })
  apt("update")
  const { status, stderr } = apt("install", "-y", "--no-install-recommends", "dovecot-imapd", "dovecot-lmtpd")
  if (status !== 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, INSTALL_PAUSE_MS)
  return stderr.trim().split("\n").at(-1) ?? ""
}

async function open() {
  installed()
  const root = mkdtempSync(join(tmpdir(), "dovecot-"))
  const [imapPort, lmtpPort] = [await freePort(), await freePort()]
  chmodSync(root, 0o755)
  const isRoot = process.getuid?.() === 0
  const boxes = join(root, "boxes")
  mkdirSync(boxes)
  const owner = isRoot ? "mail" : String(process.getuid?.())
  const group = isRoot ? "mail" : String(process.getgid?.())
  if (isRoot) chownSync(boxes, idOf("-u", "mail"), idOf("-g", "mail"))
  const file = join(root, "dovecot.conf")
  writeFileSync(file, configuration({ root, boxes, owner, group, isRoot, imapPort, lmtpPort }))
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn(BINARY, ["-F", "-c", file], { stdio: "ignore", detached: true })
    await ready(imapPort)
  }
  const stop = async () => {
    const running = child
    if (running === undefined || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once("exit", resolve))
    // Its processes for the connections too: they would hear of the end seconds later.
    if (running.pid !== undefined) process.kill(-running.pid, "SIGTERM")
    await ended
  }
  await start()
  const server: Dovecot = {
    imapPort,
    lmtpPort,
    start,
    stop,
    fill: (user, mails) =>
      fill(join(boxes, user), isRoot ? { uid: idOf("-u", "mail"), gid: idOf("-g", "mail") } : undefined, mails),
    log: () => (existsSync(join(root, "log")) ? readFileSync(join(root, "log"), "utf8") : ""),
    client: (user) =>
      Effect.acquireRelease(
        Effect.promise(async () => {
          const client = new ImapFlow({
            host: "127.0.0.1",
            port: imapPort,
            secure: false,
            doSTARTTLS: false,
            auth: { user, pass: PASSWORD },
            logger: false,
            disableAutoIdle: true
          })
          client.on("error", () => {})
          await client.connect()
          return client
        }),
        (client) => Effect.sync(() => client.close())
      )
  }
  const close = async () => {
    await stop()
    rmSync(root, { recursive: true, force: true })
  }
  return { server, close }
}

const fill = (
  box: string,
  owner: { readonly uid: number; readonly gid: number } | undefined,
  mails: Iterable<{ readonly at: number; readonly source: string }>
): void => {
  const own = (path: string) => owner && chownSync(path, owner.uid, owner.gid)
  for (const folder of [box, ...["cur", "new", "tmp"].map((name) => join(box, name))]) {
    mkdirSync(folder, { recursive: true })
    own(folder)
  }
  let count = 0
  for (const { at, source } of mails) {
    const file = join(box, "cur", `${Math.floor(at / 1000)}.M${String(++count).padStart(6, "0")}.example:2,S`)
    writeFileSync(file, source)
    utimesSync(file, at / 1000, at / 1000)
    own(file)
  }
}

const idOf = (which: "-u" | "-g", user: string): number =>
  Number(execFileSync("id", [which, user], { encoding: "utf8" }))

interface Wanted {
  readonly root: string
  readonly boxes: string
  readonly owner: string
  readonly group: string
  readonly isRoot: boolean
  readonly imapPort: number
  readonly lmtpPort: number
}

/** Any user name is a mailbox; nothing listens outside of loopback. */
const configuration = ({ root, boxes, owner, group, isRoot, imapPort, lmtpPort }: Wanted): string => `
base_dir = ${root}/run
state_dir = ${root}/state
log_path = ${root}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
${isRoot ? "default_internal_user = dovecot\ndefault_login_user = dovenull" : `default_internal_user = ${owner}\ndefault_login_user = ${owner}`}
mail_location = maildir:${boxes}/%n
mail_uid = ${owner}
mail_gid = ${group}
mail_max_userip_connections = 50
auth_mechanisms = plain login
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${owner} gid=${group} home=${boxes}/%n allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service imap-login {
  ${isRoot ? "" : "chroot =\n"}
  inet_listener imap {
    address = 127.0.0.1
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
`

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const ready = async (port: number): Promise<void> => {
  const deadline = performance.now() + READY_WITHIN_MS
  while (performance.now() < deadline) {
    const greeted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1")
      const end = (is: boolean) => {
        socket.destroy()
        resolve(is)
      }
      socket.once("data", () => end(true))
      socket.once("error", () => end(false))
      socket.setTimeout(2_000, () => end(false))
    })
    if (greeted) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Dovecot does not answer on port ${port}`)
}
