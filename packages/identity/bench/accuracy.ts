/**
 * `npm run -s identity:accuracy -- --records FILE.csv --mapping FILE.json [--mode incremental|batch] [--order SEED]
 * [--threshold 0.91] [--json]`: how well the people in a labelled file are told apart. Only the scorer reads `entity_id`.
 */
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as Features from "../src/features/Features.ts"
import * as Model from "../src/model/Model.ts"
import * as Csv from "./csv.ts"
import * as Mapping from "./Mapping.ts"
import * as Pairs from "./Pairs.ts"
import * as Quantile from "./Quantile.ts"
import * as Random from "./Random.ts"
import * as Run from "./Run.ts"

export interface Options {
  readonly mode: "incremental" | "batch"
  /** Shuffles the records; file order without. */
  readonly order?: number
  readonly threshold: number
}

export const measure = (records: string, mapping: Mapping.Mapping, options: Options) => {
  const table = Csv.parse(records)
  for (const warning of Mapping.check(mapping, table)) console.error(`identity:accuracy: left out: ${warning}`)
  const rows = named(table.rows)
  const ordered = options.order === undefined ? rows : Random.shuffle(Random.make(options.order), rows)
  const contacts = ordered.map(({ row, id }) => Mapping.toContact(mapping, row, id))
  const startedAt = performance.now()
  const features = contacts.map(Features.make)
  const readMs = performance.now() - startedAt
  const connections = Mapping.connectionsOf(contacts)
  const base: Model.Model = {
    ...Model.standard,
    linkBits: Model.toBits(options.threshold),
    // Where there is one source only, its duplicates are what is looked for.
    duplicates: mapping.$duplicatesWithinSource === true || connections.length === 1 ? connections : []
  }
  const outcome = options.mode === "batch" ? Run.batch(base, features) : Run.incremental(base, features)
  const pairs = Pairs.measure(
    ordered.map(({ row, id }) => row["entity_id"]?.trim() || `unlabelled ${id}`),
    outcome.groups
  )
  return {
    mode: options.mode,
    threshold: options.threshold,
    records: rows.length,
    precision: pairs.precision,
    recall: pairs.recall,
    f1: pairs.f1,
    pairs: { true: pairs.truth, found: pairs.found, both: pairs.both },
    records_per_s: Math.round((rows.length * 1000) / (readMs + outcome.elapsedMs)),
    p50_ms: Quantile.of(outcome.latencies, 0.5),
    p99_ms: Quantile.of(outcome.latencies, 0.99),
    max_ms: Quantile.of(outcome.latencies, 1),
    rss_mb: Math.round(process.memoryUsage().rss / 1_048_576)
  }
}

/** Rows with ids of their own: one that comes again in its source, or has none, is named after its row. */
const named = (rows: ReadonlyArray<Csv.Row>) => {
  const seen = new Set<string>()
  return rows.map((row, index) => {
    const stated = row["record_id"]?.trim() ?? ""
    const key = `${row["source"] ?? ""} ${stated}`
    const id = stated === "" || seen.has(key) ? `${stated} of row ${index + 2}` : stated
    seen.add(key)
    return { row, id }
  })
}

const main = () => {
  const { values } = parseArgs({
    options: {
      records: { type: "string" },
      mapping: { type: "string" },
      mode: { type: "string", default: "incremental" },
      order: { type: "string" },
      threshold: { type: "string", default: "0.91" },
      json: { type: "boolean", default: false }
    }
  })
  const threshold = Number(values.threshold)
  const mode = values.mode
  if (values.records === undefined || values.mapping === undefined) return fail("--records and --mapping are needed")
  if (mode !== "incremental" && mode !== "batch") return fail(`--mode is incremental or batch, not ${mode}`)
  if (!(threshold > 0 && threshold < 1)) return fail(`--threshold is a chance between 0 and 1, not ${values.threshold}`)
  if (values.order !== undefined && !/^\d+$/.test(values.order)) return fail(`--order is a seed, not ${values.order}`)
  const order = values.order === undefined ? {} : { order: Number(values.order) }
  const mapping = reading(values.mapping, (text) => JSON.parse(text) as Mapping.Mapping)
  if (mapping === undefined) return
  const result = reading(values.records, (text) => measure(text, mapping, { mode, threshold, ...order }))
  if (result === undefined) return
  if (values.json) console.log(JSON.stringify(result))
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(14)} ${JSON.stringify(value)}`)
}

/** What is read from a file, unless it cannot be read or says something that cannot be. */
const reading = <A>(path: string, read: (text: string) => A): A | undefined => {
  try {
    return read(readFileSync(path, "utf8"))
  } catch (error) {
    const isExpected =
      error instanceof Csv.CsvError || error instanceof SyntaxError || (error as { code?: string }).code !== undefined
    if (!isExpected) throw error
    fail(`${path}: ${(error as Error).message}`)
    return undefined
  }
}

const fail = (message: string) => {
  console.error(`identity:accuracy: ${message}`)
  process.exitCode = 2
}

if (process.argv[1]?.endsWith("accuracy.mjs") === true) main()
