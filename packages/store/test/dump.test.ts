import { readFileSync } from "node:fs"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { afterAll, beforeAll, describe } from "vitest"
import { Connections, Erasures, Inbox, Ledger, Projections, Store } from "../src/index.ts"
import { masterKey } from "../src/testing/index.ts"
import * as installedPostgres from "./installedPostgres.ts"
import { done } from "./suites/erased.ts"
import { contact, incoming, interaction, nothing, part } from "./suites/fixtures.ts"

const WITHIN_MS = 60_000
const BEFORE = 300

const ana = contact("ana")
const hello = interaction("m1", 1_000, [ana.contact.key])

const filled = Effect.gen(function* () {
  const projections = yield* Projections.Projections
  yield* (yield* Connections.Connections).install("chat", "chat", 7)
  yield* (yield* Ledger.Ledger).save({
    ...nothing,
    contacts: [ana],
    interactions: [hello],
    parts: [part("m1", 1, "1", "hello")]
  })
  yield* projections.desire([
    {
      key: "w_1",
      destination: "crm",
      verb: "AppendTimeline",
      subject: hello.interaction.key,
      desired: "h",
      records: [ana.contact.key],
      state: "due",
      dueAt: 0,
      lane: 1,
      at: 0
    }
  ])
  yield* projections.finish([{ _tag: "Delivered", key: "w_1", desired: "h", records: [ana.contact.key] }], 1)
  yield* (yield* Inbox.Inbox).accept(Array.from({ length: BEFORE }, (_, key) => incoming(`${key}`)))
})

const whatIsKept = Effect.gen(function* () {
  const ledger = yield* Ledger.Ledger
  const projections = yield* Projections.Projections
  const parts = yield* ledger.parts([hello.interaction.key])
  return {
    contacts: [...(yield* ledger.contacts([ana.contact.key])).values()],
    interactions: [...(yield* ledger.interactions([hello.interaction.key])).values()],
    parts: [...parts.values()].flat(),
    projections: [...(yield* projections.get(["w_1"])).values()],
    receipts: yield* projections.receipts("w_1"),
    connections: yield* (yield* Connections.Connections).all
  }
})

/** The lines of the guide by which a dump is put back. */
const guide = readFileSync(new URL("../../../docs/guides/operate.md", import.meta.url), "utf8")
const [, puttingBack = ""] = /Who was erased since the dump[\s\S]*?```sh\n([^`]*)```/.exec(guide) ?? []
const lines = puttingBack.trim().split("\n")

it("a dump is put back as the guide has it: what is known of erasures before it, and after", () => {
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["pg_dump", "pg_restore", "psql", "psql"])
})

const folders = installedPostgres.folders()
if (folders.length === 0) console.log("dumps are not checked, since no PostgreSQL with its tools is installed here")

describe.each(folders)("a dump of the PostgreSQL in %s", (folder) => {
  let server: installedPostgres.Installed
  beforeAll(async () => {
    server = await installedPostgres.start(folder)
  }, WITHIN_MS)
  afterAll(() => server.stop())

  const run = (database: string, ...commands: ReadonlyArray<string>) =>
    Effect.promise(() => server.run(database, commands))
  const on = (database: string) => Store.layerPostgres({ url: Redacted.make(server.url(database)), masterKey })
  const created = (database: string) => run("postgres", `psql "$DATABASE_URL" -c 'CREATE DATABASE ${database}'`)
  const dumped = 'pg_dump --format=custom --file=monday.dump "$DATABASE_URL"'

  it.effect(
    "that was made while the store took more in opens elsewhere with all that was kept, and nothing by halves",
    () =>
      Effect.gen(function* () {
        yield* created("running")
        yield* created("elsewhere")
        const { kept, taken } = yield* Effect.provide(
          Effect.gen(function* () {
            yield* filled
            const inbox = yield* Inbox.Inbox
            let count = BEFORE
            let isDumped = false
            const takesIn = Effect.gen(function* () {
              while (!isDumped) yield* inbox.accept([incoming(`${count++}`), incoming(`${count++}`)])
            })
            const dumping = Effect.ensuring(
              run("running", dumped),
              Effect.sync(() => (isDumped = true))
            )
            yield* Effect.all([takesIn, dumping], { concurrency: 2 })
            return { kept: yield* whatIsKept, taken: count }
          }),
          on("running")
        )
        yield* run("elsewhere", 'pg_restore --no-owner --dbname="$DATABASE_URL" monday.dump')
        yield* Effect.provide(
          Effect.gen(function* () {
            expect(yield* whatIsKept).toEqual(kept)
            const inbox = yield* Inbox.Inbox
            const rows = yield* inbox.pending(taken)
            expect(rows.length).toBeGreaterThanOrEqual(BEFORE)
            expect(rows.length).toBeLessThan(taken)
            expect(rows.length % 2).toBe(0)
            expect(rows.map(({ body }) => Buffer.from(body).toString())).toEqual(rows.map(({ key }) => `said ${key}`))
            expect(yield* inbox.accept([incoming("0"), incoming(`${taken}`)])).toEqual({ stored: 1, known: 1 })
          }),
          on("elsewhere")
        )
      }),
    WITHIN_MS
  )

  it.effect(
    "that is put back takes over who was erased since",
    () =>
      Effect.gen(function* () {
        yield* created("store")
        yield* Effect.provide(done("e1", "early"), on("store"))
        yield* run("store", dumped)
        yield* Effect.provide(Effect.zipRight(done("e2", "ana"), filled), on("store"))
        yield* run("store", ...lines)
        yield* Effect.provide(
          Effect.gen(function* () {
            const erasures = yield* Erasures.Erasures
            expect((yield* erasures.all).map(({ id, phase, doneAt }) => [id, phase, doneAt])).toEqual([
              ["e1", "again", undefined],
              ["e2", "again", undefined]
            ])
            expect([...(yield* erasures.turnedAway(["early", "ana", "bob"])).keys()].sort()).toEqual(["ana", "early"])
            expect(yield* (yield* Connections.Connections).all).toEqual([])
          }),
          on("store")
        )
      }),
    WITHIN_MS
  )
})
