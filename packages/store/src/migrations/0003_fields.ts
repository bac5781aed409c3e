/** Single fields of records, what a write changed, conflicts for people to decide, undoing, and how often echoes are met. */
import { columns, type Dialect } from "../Dialect.ts"

export const fields = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, bytes, keyed } = columns(dialect)
  return [
    // Sealed: the values are people's.
    `CREATE TABLE record_field (projection ${key} PRIMARY KEY, body ${bytes} NOT NULL)${keyed}`,
    `CREATE TABLE receipt_change (receipt ${key} PRIMARY KEY, body ${bytes} NOT NULL)${keyed}`,
    `CREATE TABLE field_policy (
      destination ${key} NOT NULL, field ${key} NOT NULL, policy TEXT NOT NULL, instead_of TEXT NOT NULL,
      decided_by TEXT NOT NULL, at ${int} NOT NULL, PRIMARY KEY (destination, field))${keyed}`,

    `CREATE TABLE review (
      id ${key} PRIMARY KEY, kind ${key} NOT NULL, destination ${key} NOT NULL, subject ${key} NOT NULL,
      opened_at ${int} NOT NULL, seen_at ${int} NOT NULL, hash ${key} NOT NULL, body ${bytes} NOT NULL, choice TEXT,
      decided_by TEXT, decided_at ${int})${keyed}`,
    `CREATE INDEX review_open ON review (id) WHERE choice IS NULL`,
    `CREATE INDEX review_subject ON review (subject)`,

    // Receipts that were saved together have a number in common, the first of their ids.
    `ALTER TABLE receipt ADD COLUMN batch ${key}`,
    `ALTER TABLE receipt ADD COLUMN undo ${key}`,
    `CREATE INDEX receipt_batch ON receipt (batch, id) WHERE batch IS NOT NULL`,
    `CREATE INDEX receipt_at ON receipt (at, id) WHERE written = 1`,
    `ALTER TABLE projection ADD COLUMN undo ${key}`,
    `CREATE INDEX projection_undo ON projection (undo, key) WHERE undo IS NOT NULL`,

    `CREATE TABLE echo_count (
      connection ${key} NOT NULL, by_what ${key} NOT NULL, hits ${int} NOT NULL, near_misses ${int} NOT NULL,
      PRIMARY KEY (connection, by_what))${keyed}`
  ]
}
