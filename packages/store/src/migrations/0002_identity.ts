/**
 * Who is who, as the resolution by evidence keeps it. What the resolution by shared handles kept goes; every contact is
 * placed anew, and its person gets its id back, since ids are derived from their founders.
 */
import { columns, type Dialect } from "../Dialect.ts"

export const identity = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, keyed } = columns(dialect)
  const real = dialect === "sqlite" ? "REAL" : "DOUBLE PRECISION"
  return [
    `ALTER TABLE person RENAME TO person_before`,
    `DROP TABLE member`,
    `DROP TABLE posting`,

    // A contact that was placed; without a person it is on a line. `sure`: the first contact of its sure group.
    `CREATE TABLE member (contact ${key} PRIMARY KEY, person ${key}, sure ${key} NOT NULL)${keyed}`,
    `CREATE INDEX member_person ON member (person) WHERE person IS NOT NULL`,
    `CREATE TABLE feature (contact ${key} PRIMARY KEY, data TEXT NOT NULL)`,
    `CREATE TABLE person (
      id ${key} PRIMARY KEY, created_at ${int} NOT NULL, founder ${key} NOT NULL, merged_into ${key},
      emptied ${int} NOT NULL)${keyed}`,
    `CREATE INDEX person_founder ON person (founder)`,
    `CREATE INDEX person_retired ON person (id) WHERE merged_into IS NOT NULL OR emptied = 1`,
    `CREATE TABLE posting (key ${int} NOT NULL, contact ${key} NOT NULL, PRIMARY KEY (key, contact))${keyed}`,
    `CREATE TABLE posting_refined (key ${int} PRIMARY KEY)`,
    // Both directions, so that what a contact is connected with lies in one place.
    `CREATE TABLE edge (a ${key} NOT NULL, b ${key} NOT NULL, bits ${real} NOT NULL, PRIMARY KEY (a, b))${keyed}`,
    `CREATE INDEX edge_bits ON edge (bits, a, b) WHERE a < b`,
    `CREATE TABLE handle_names (handle ${int} PRIMARY KEY, names ${int} NOT NULL)`,
    `CREATE TABLE decision (id ${key} PRIMARY KEY, data TEXT NOT NULL, revoked TEXT)${keyed}`,
    `CREATE TABLE person_event (
      id ${key} PRIMARY KEY, at ${int} NOT NULL, person ${key} NOT NULL, other ${key}, data TEXT NOT NULL)${keyed}`,
    `CREATE INDEX person_event_person ON person_event (person, id)`,
    `CREATE INDEX person_event_other ON person_event (other, id) WHERE other IS NOT NULL`,

    // The model in use, and under what contacts were placed.
    `CREATE TABLE identity_state (name ${key} PRIMARY KEY, data TEXT NOT NULL)${keyed}`,

    // Retired until their founder is placed again, which is next.
    `INSERT INTO person (id, created_at, founder, merged_into, emptied)
      SELECT id, created_at, founder, NULL, 1 FROM person_before`,
    `DROP TABLE person_before`,

    // Who works a mark off; an index each, so that neither stage looks at what is the other's.
    `ALTER TABLE dirty ADD COLUMN stage ${key} NOT NULL DEFAULT 'plan'`,
    `DROP INDEX dirty_due`,
    `CREATE INDEX dirty_due ON dirty (lane, due_at) WHERE stage = 'plan'`,
    `CREATE INDEX dirty_resolve ON dirty (lane, due_at) WHERE stage = 'resolve'`,
    `INSERT INTO dirty (kind, key, due_at, lane, seq, stage) SELECT 'contact', key, 0, 3, 0, 'resolve' FROM contact`
  ]
}
