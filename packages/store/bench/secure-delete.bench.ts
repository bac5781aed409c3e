/**
 * What it costs that deleted rows are overwritten (`secure_delete`): raw bodies are kept and dropped again, in the steps and
 * with the settings of the store. Argument: number of bodies (default 50,000). Prints one JSON object a setting.
 */
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "better-sqlite3"

const [total = 50_000] = process.argv.slice(2).map(Number)
const BODY_BYTES = 2_000
const STEP = 500

const measure = (setting: "ON" | "FAST" | "OFF") => {
  const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))
  const database = new Database(join(folder, "store.db"))
  for (const pragma of ["auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL"])
    database.pragma(pragma)
  database.pragma(`secure_delete = ${setting}`)
  database.exec("CREATE TABLE body (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL)")
  const insert = database.prepare("INSERT INTO body (sealed) VALUES (?)")
  const drop = database.prepare("DELETE FROM body WHERE id IN (SELECT id FROM body ORDER BY id LIMIT ?)")
  const body = randomBytes(BODY_BYTES)
  const timed = (step: () => void) => {
    const cpu = process.cpuUsage()
    for (let at = 0; at < total; at += STEP) database.transaction(step)()
    const { user, system } = process.cpuUsage(cpu)
    return Math.round(total / ((user + system) / 1_000_000))
  }
  const kept = timed(() => {
    for (let index = 0; index < STEP; index++) insert.run(body)
  })
  const dropped = timed(() => void drop.run(STEP))
  database.close()
  rmSync(folder, { recursive: true })
  return { name: `secure_delete ${setting}`, value: dropped, unit: "bodies dropped/cpu s", kept_per_cpu_second: kept }
}

for (const setting of ["ON", "FAST", "OFF"] as const) console.log(JSON.stringify(measure(setting)))
