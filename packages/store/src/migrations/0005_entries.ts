/** Timeline entries: in which form each stands there, which switches were approved, and what people said about their place. */
import { columns, type Dialect } from "../Dialect.ts"

export const entries = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, keyed } = columns(dialect)
  return [
    `ALTER TABLE projection ADD COLUMN form ${key}`,
    // 1: a person approved that it is written anew in today's form.
    `ALTER TABLE projection ADD COLUMN rewrite ${int} NOT NULL DEFAULT 0`,
    // The record that we took out last: what a vendor still tells of it is our own writing.
    `ALTER TABLE projection ADD COLUMN removed_kind ${key}`,
    `ALTER TABLE projection ADD COLUMN removed_id ${key}`,
    `CREATE INDEX projection_removed ON projection (destination, removed_kind, removed_id) WHERE removed_id IS NOT NULL`,
    // Whether an entry is of a message or of a conversation, as a person last approved it.
    `ALTER TABLE connection ADD COLUMN per ${key}`,
    // By what interactions of several systems are known to be one.
    `CREATE TABLE same_as (
      name ${key} NOT NULL, interaction ${key} NOT NULL, PRIMARY KEY (name, interaction))${keyed}`,
    `CREATE INDEX same_as_interaction ON same_as (interaction)`,
    // An entry is not to stand on this record.
    `CREATE TABLE entry_hold (
      projection ${key} NOT NULL, contact ${key} NOT NULL, at ${int} NOT NULL, by_whom TEXT NOT NULL,
      PRIMARY KEY (projection, contact))${keyed}`,
    `CREATE INDEX entry_hold_contact ON entry_hold (contact)`,
    // Of several records of a person, the one that a person chose.
    `CREATE TABLE preferred_record (contact ${key} PRIMARY KEY, at ${int} NOT NULL, by_whom TEXT NOT NULL)${keyed}`
  ]
}
