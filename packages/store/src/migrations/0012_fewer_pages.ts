/**
 * What one placement writes lies in fewer pages: a contact is one row with its features, and only pairs that somebody may be in
 * doubt about are in an index. Keys are hashes, so every row of its own is a page of its own.
 */
import { columns, type Dialect } from "../Dialect.ts"

export const fewerPages = (dialect: Dialect): ReadonlyArray<string> => {
  const { key } = columns(dialect)
  return [
    // Rows are too wide to lie in the tree of their keys.
    `CREATE TABLE placed (contact ${key} PRIMARY KEY, person ${key}, sure ${key} NOT NULL, features TEXT)`,
    `INSERT INTO placed (contact, person, sure, features)
      SELECT m.contact, m.person, m.sure, f.data FROM member m LEFT JOIN feature f ON f.contact = m.contact`,
    `DROP TABLE member`,
    `DROP TABLE feature`,
    `ALTER TABLE placed RENAME TO member`,
    `CREATE INDEX member_person ON member (person) WHERE person IS NOT NULL`,

    `DROP INDEX edge_bits`,
    // As `pairs` asks for them.
    `CREATE INDEX edge_doubtful ON edge (bits, a, b) WHERE a < b AND bits > -10 AND bits < 10`
  ]
}
