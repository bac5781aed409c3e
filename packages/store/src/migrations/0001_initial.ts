/** Inbox, checkpoints, ledger, persons, projections, and who may work on what. */
import { columns, type Dialect } from "../Dialect.ts"

export const initial = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, bytes, keyed } = columns(dialect)
  return [
    `CREATE TABLE inbox (
      id ${key} PRIMARY KEY, connection ${key} NOT NULL, source ${key} NOT NULL, strand ${key} NOT NULL,
      item_key ${key} NOT NULL, received_at ${int} NOT NULL, lane ${int} NOT NULL, content_type TEXT NOT NULL,
      state ${int} NOT NULL)${keyed}`,
    `CREATE INDEX inbox_pending ON inbox (lane, id) WHERE state = 0`,
    `CREATE TABLE inbox_body (id ${key} PRIMARY KEY, body ${bytes} NOT NULL)${keyed}`,
    // Of feeds the current content of each item, of pushes each delivery ever taken.
    `CREATE TABLE inbox_seen (
      connection ${key} NOT NULL, scope ${key} NOT NULL, strand ${key} NOT NULL, item_key ${key} NOT NULL,
      hash ${key} NOT NULL, seen_at ${int} NOT NULL, PRIMARY KEY (connection, scope, strand, item_key))${keyed}`,

    `CREATE TABLE checkpoint (
      connection ${key} NOT NULL, feed ${key} NOT NULL, strand ${key} NOT NULL, state TEXT NOT NULL,
      saved_at ${int} NOT NULL, PRIMARY KEY (connection, feed, strand))${keyed}`,
    `CREATE TABLE strand (
      connection ${key} NOT NULL, feed ${key} NOT NULL, parent ${key} NOT NULL, strand ${key} NOT NULL,
      wanted ${key} NOT NULL, done ${key}, token TEXT, lane ${int} NOT NULL,
      PRIMARY KEY (connection, feed, parent, strand))${keyed}`,
    `CREATE INDEX strand_to_read ON strand (connection, feed, lane) WHERE done IS NULL OR done <> wanted`,
    `CREATE TABLE refetch (
      connection ${key} NOT NULL, feed ${key} NOT NULL, strand ${key} NOT NULL, item ${key} NOT NULL,
      asked_at ${int} NOT NULL, PRIMARY KEY (connection, feed, strand, item))${keyed}`,
    `CREATE INDEX refetch_asked ON refetch (connection, asked_at)`,

    // Wide rows are kept in the order they came, with a narrow index on their keys, which are hashes.
    `CREATE TABLE part (
      key ${key} NOT NULL, ref_kind ${key} NOT NULL, ref_id ${key} NOT NULL, part ${key} NOT NULL,
      connection ${key} NOT NULL, version_at ${int} NOT NULL, version_rank ${int} NOT NULL, inbox_id ${key} NOT NULL,
      data TEXT NOT NULL, PRIMARY KEY (key, ref_kind, ref_id, part))`,
    `CREATE TABLE part_revision (
      id ${key} PRIMARY KEY, key ${key} NOT NULL, ref_kind ${key} NOT NULL, ref_id ${key} NOT NULL, part ${key} NOT NULL,
      connection ${key} NOT NULL, version_at ${int} NOT NULL, version_rank ${int} NOT NULL, inbox_id ${key} NOT NULL,
      data TEXT NOT NULL, replaced_at ${int} NOT NULL)`,
    `CREATE INDEX part_revision_key ON part_revision (key, id)`,
    `CREATE TABLE alias (from_key ${key} PRIMARY KEY, to_key ${key} NOT NULL)${keyed}`,
    `CREATE INDEX alias_to ON alias (to_key)`,
    ...["contact", "organization"].flatMap((table) => [
      `CREATE TABLE ${table} (
        key ${key} PRIMARY KEY, connection ${key} NOT NULL, hash ${key} NOT NULL, deleted ${int} NOT NULL,
        data TEXT NOT NULL)`,
      `CREATE INDEX ${table}_deleted ON ${table} (key) WHERE deleted = 1`
    ]),
    `CREATE TABLE interaction (
      key ${key} PRIMARY KEY, connection ${key} NOT NULL, hash ${key} NOT NULL, deleted ${int} NOT NULL,
      started_at ${int} NOT NULL, conversation ${key}, contacts TEXT NOT NULL, first_seen_at ${int} NOT NULL,
      data TEXT NOT NULL)`,
    `CREATE INDEX interaction_deleted ON interaction (key) WHERE deleted = 1`,
    `CREATE INDEX interaction_conversation ON interaction (conversation, started_at) WHERE conversation IS NOT NULL`,
    `CREATE TABLE interaction_contact (
      contact ${key} NOT NULL, interaction ${key} NOT NULL, started_at ${int} NOT NULL,
      PRIMARY KEY (contact, interaction))${keyed}`,
    `CREATE INDEX interaction_contact_time ON interaction_contact (contact, started_at)`,

    `CREATE TABLE person (
      id ${key} PRIMARY KEY, created_at ${int} NOT NULL, merged_into ${key}, founder ${key} NOT NULL)${keyed}`,
    `CREATE TABLE member (contact ${key} PRIMARY KEY, person ${key} NOT NULL)${keyed}`,
    `CREATE INDEX member_person ON member (person)`,
    `CREATE TABLE posting (handle ${key} NOT NULL, contact ${key} NOT NULL, PRIMARY KEY (handle, contact))${keyed}`,
    `CREATE INDEX posting_contact ON posting (contact)`,

    `CREATE TABLE dirty (
      kind ${key} NOT NULL, key ${key} NOT NULL, due_at ${int} NOT NULL, lane ${int} NOT NULL, seq ${int} NOT NULL,
      progress TEXT, PRIMARY KEY (kind, key))${keyed}`,
    `CREATE INDEX dirty_due ON dirty (lane, due_at)`,
    // One row: the number of the last marking, so that a mark made anew never looks like one that was read before.
    `CREATE TABLE dirty_seq (id ${int} PRIMARY KEY, seq ${int} NOT NULL)`,
    `INSERT INTO dirty_seq (id, seq) VALUES (1, 0)`,

    `CREATE TABLE projection (
      key ${key} PRIMARY KEY, destination ${key} NOT NULL, verb ${key} NOT NULL, subject ${key} NOT NULL,
      desired ${key}, records TEXT NOT NULL, state ${key} NOT NULL, why TEXT, due_at ${int} NOT NULL, lane ${int} NOT NULL,
      at ${int} NOT NULL, delivered ${key}, delivered_records TEXT NOT NULL, ref_kind ${key}, ref_id ${key}, url TEXT,
      written TEXT NOT NULL, attempts ${int} NOT NULL, started_at ${int})`,
    `CREATE INDEX projection_due ON projection (destination, lane, at, key) WHERE state = 'due'`,
    `CREATE INDEX projection_next ON projection (destination, due_at) WHERE state = 'due'`,
    `CREATE INDEX projection_aside ON projection (destination, state, key) WHERE state <> 'settled' AND state <> 'due'`,
    `CREATE INDEX projection_subject ON projection (subject)`,
    `CREATE INDEX projection_ref ON projection (destination, ref_kind, ref_id) WHERE ref_id IS NOT NULL`,
    // The records a projection is on or should be on.
    `CREATE TABLE projection_record (
      projection ${key} NOT NULL, contact ${key} NOT NULL, PRIMARY KEY (projection, contact))${keyed}`,
    `CREATE INDEX projection_record_contact ON projection_record (contact)`,
    `CREATE TABLE receipt (
      id ${key} PRIMARY KEY, projection ${key} NOT NULL, destination ${key} NOT NULL, verb ${key} NOT NULL, at ${int} NOT NULL,
      before_hash ${key}, after_hash ${key}, ref_kind ${key}, ref_id ${key}, written ${int} NOT NULL, why TEXT NOT NULL)${keyed}`,
    `CREATE INDEX receipt_projection ON receipt (projection, id)`,
    `CREATE INDEX receipt_written ON receipt (destination, at) WHERE written = 1`,

    `CREATE TABLE quarantine (
      subject ${key} PRIMARY KEY, connection ${key} NOT NULL, kind ${key} NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
      remedy TEXT NOT NULL, at ${int} NOT NULL)${keyed}`,
    `CREATE TABLE connection (
      id ${key} PRIMARY KEY, connector ${key} NOT NULL, installed_at ${int} NOT NULL, mode ${key} NOT NULL,
      paused ${int} NOT NULL, canary TEXT NOT NULL, approved_at ${int}, approved_by TEXT, health ${key} NOT NULL, detail TEXT,
      health_at ${int} NOT NULL, policy TEXT)${keyed}`,
    `CREATE TABLE lease (
      name ${key} PRIMARY KEY, holder ${key} NOT NULL, epoch ${int} NOT NULL, expires_at ${int} NOT NULL)${keyed}`
  ]
}
