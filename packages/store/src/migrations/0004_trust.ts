/** What a daemon needs that runs for years: what each source brought, quota over restarts, alarms. */
import { columns, type Dialect } from "../Dialect.ts"

/** Rows that come and go, or change at each step: the server would let a fifth of them be dead before it looks. */
const busy = ["dirty", "inbox", "inbox_body", "inbox_seen", "projection", "checkpoint", "strand", "lease"]

const oftenVacuumed = (table: string) =>
  `ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`

export const trust = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, keyed } = columns(dialect)
  return [
    `CREATE TABLE arrival (
      connection ${key} NOT NULL, source ${key} NOT NULL, hour ${int} NOT NULL, items ${int} NOT NULL, news ${int} NOT NULL,
      late ${int} NOT NULL, last_at ${int} NOT NULL, PRIMARY KEY (connection, source, hour))${keyed}`,
    `CREATE TABLE quota (connection ${key} PRIMARY KEY, state TEXT NOT NULL, saved_at ${int} NOT NULL)${keyed}`,
    `CREATE TABLE alarm (
      key ${key} PRIMARY KEY, what TEXT NOT NULL, remedy TEXT NOT NULL, since ${int} NOT NULL, seen_at ${int} NOT NULL,
      over_at ${int})${keyed}`,
    `CREATE TABLE alarm_told (
      alarm ${key} NOT NULL, channel ${key} NOT NULL, since ${int} NOT NULL, told_at ${int} NOT NULL,
      is_over ${int} NOT NULL, PRIMARY KEY (alarm, channel))${keyed}`,
    `CREATE TABLE alarm_channel (
      channel ${key} PRIMARY KEY, told_at ${int}, failures ${int} NOT NULL, failed_at ${int}, why TEXT)${keyed}`,
    `ALTER TABLE strand ADD COLUMN seen_at ${int}`,
    ...(dialect === "postgres" ? busy.map(oftenVacuumed) : [])
  ]
}
