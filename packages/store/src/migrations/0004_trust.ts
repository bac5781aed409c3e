/** What a daemon needs that runs for years: what each source brought, quota over restarts, alarms, erasures. */
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
    `CREATE TABLE erasure (
      id ${key} PRIMARY KEY, asked_at ${int} NOT NULL, asked_by TEXT NOT NULL, phase ${key} NOT NULL, place ${key} NOT NULL,
      contacts ${int} NOT NULL, interactions ${int} NOT NULL, raw ${int} NOT NULL, done_at ${int})${keyed}`,
    // In clear only while it is under way: whom it concerns, and what to look for.
    `CREATE TABLE erasure_contact (
      erasure ${key} NOT NULL, contact ${key} NOT NULL, PRIMARY KEY (erasure, contact))${keyed}`,
    `CREATE TABLE erasure_name (erasure ${key} NOT NULL, name ${key} NOT NULL, PRIMARY KEY (erasure, name))${keyed}`,
    `CREATE TABLE erasure_receipt (
      erasure ${key} NOT NULL, connection ${key} NOT NULL, kind ${key} NOT NULL, ref_kind ${key} NOT NULL,
      ref_id ${key} NOT NULL, url TEXT, projection ${key}, state ${key} NOT NULL, why TEXT, at ${int} NOT NULL,
      PRIMARY KEY (erasure, connection, kind, ref_kind, ref_id))${keyed}`,
    // Keyed hashes of what names the erased: themselves, or what they took part in.
    `CREATE TABLE erased (hash ${key} PRIMARY KEY, erasure ${key} NOT NULL, of ${key} NOT NULL)${keyed}`,
    `CREATE INDEX erased_erasure ON erased (erasure, of)`,
    `ALTER TABLE strand ADD COLUMN seen_at ${int}`,
    ...(dialect === "postgres" ? busy.map(oftenVacuumed) : [])
  ]
}
