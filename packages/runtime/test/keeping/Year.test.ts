import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Arrivals, Store } from "@interchannel/store"
import { masterKey } from "@interchannel/store/testing"
import { it } from "@effect/vitest"
import BetterSqlite3 from "better-sqlite3"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Keep from "../../src/keeping/Keep.ts"
import * as Retention from "../../src/keeping/Retention.ts"
import { START, world } from "../stages.ts"

const WITHIN_MS = 120_000
const DAY_MS = 24 * 3_600_000
const STEP_DAYS = 5
/** More than a walk and a few drops take. */
const RUNS_MAX = 50

const keep: Keep.Keep = {
  ...Keep.defaults,
  asidesMs: 60 * DAY_MS,
  revisionsMs: 60 * DAY_MS,
  receiptsMs: 90 * DAY_MS
}

/** Rows of each table, as another program sees them. */
const sizes = (file: string): Record<string, number> => {
  const database = new BetterSqlite3(file, { readonly: true })
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as Array<string>
  const counted = names.map((name) => [name, database.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()])
  database.close()
  return Object.fromEntries(counted)
}

const transient = [
  "inbox",
  "inbox_body",
  "inbox_seen",
  "part_revision",
  "receipt",
  "receipt_change",
  "quarantine",
  "dirty",
  "strand",
  "refetch",
  "arrival",
  "alarm"
]

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-year-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

describe("a year of running", () => {
  it.scoped(
    "keeps what is known of customers, and nothing else grows after its time is reached",
    () =>
      Effect.gen(function* () {
        const file = join(yield* folder, "store.db")
        yield* Effect.gen(function* () {
          const { chatState, crmState, lease, push, turn } = yield* world()
          crmState.records.push({ id: "1", email: "ana@example.com", updatedAt: START })
          const retention = Retention.make(() => keep, lease)
          const retain = Effect.gen(function* () {
            for (let run = 0; run < RUNS_MAX; run++) {
              const next = yield* retention
              if (next !== "more" && next.restUntil > (yield* now) + 60_000) return
            }
          })
          const now = Effect.clockWith((clock) => clock.currentTimeMillis)
          const seen: Array<Record<string, number>> = []
          let bytes = 0
          for (let day = 0; day <= 365; day += STEP_DAYS) {
            const at = yield* now
            const said = { id: `m${day}`, at, from: "ana", email: "ana@example.com", text: `day ${day}` }
            chatState.messages.push(said, { id: `bad ${day}`, at, from: 7 })
            yield* turn
            // Edited the next moment, and the push of it comes as well.
            const edited = { ...said, version: at + 1_000, text: `day ${day}, edited` }
            yield* push("chat", `p${day}`, [edited])
            yield* turn
            yield* TestClock.adjust(STEP_DAYS * DAY_MS)
            yield* retain
            seen.push(sizes(file))
            if (day === 240) bytes = statSync(file).size
          }
          const [later, end] = [seen[seen.length - 24]!, seen.at(-1)!]
          for (const table of transient) expect([table, end[table]]).toEqual([table, later[table]])
          expect(end["interaction"]).toBe(Math.floor(365 / STEP_DAYS) + 1)
          expect(end["projection"]).toBe(end["interaction"])
          expect([...crmState.entries.values()].filter(({ body }) => body.endsWith("edited"))).toHaveLength(
            end["interaction"]!
          )
          expect(end["inbox_body"]).toBeGreaterThan(0)
          expect(end["part_revision"]).toBeGreaterThan(0)
          expect(end["quarantine"]).toBeGreaterThan(0)
          expect(statSync(file).size).toBeLessThan(bytes * 1.5)
          expect(yield* (yield* Arrivals.Arrivals).list(0)).not.toEqual([])
        }).pipe(Effect.provide(Store.layerSqlite({ file, masterKey })))
      }),
    WITHIN_MS
  )
})
