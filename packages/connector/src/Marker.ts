/**
 * How we know our own writing again. `fingerprint` goes into `Written.written` when a record is written and into
 * `Part.written` when it is read back: the two differ exactly when a person has edited it.
 */
import { Key } from "@interchannel/domain"

type Value = string | number | boolean | null | undefined | ReadonlyArray<Value> | Fields
/** The fields that we write and a person could edit, under the vendor's own names. */
export interface Fields {
  readonly [name: string]: Value
}

/**
 * A stable hash of the fields. What vendors change by storing makes no difference: the order of fields, absent against
 * `null` against empty, line ends, white space at line ends and around a text, composed against decomposed letters.
 */
export const fingerprint = (fields: Fields): string => Key.contentHash(stored(fields) ?? {})

// ---------------------------------------------------------------------------------------------------------------------

/** A value as it looks after any vendor has stored it; `undefined` when nothing is left. */
const stored = (value: Value): Value => {
  if (typeof value === "string") {
    const text = value
      .normalize("NFC")
      .replace(/\r\n?/g, "\n")
      .replace(/[^\S\n]+$/gm, "")
      .trim()
    return text === "" ? undefined : text
  }
  if (value === null || value === undefined || typeof value !== "object") return value ?? undefined
  if (isList(value)) return value.length === 0 ? undefined : value.map((item) => stored(item) ?? null)
  const fields = Object.entries(value).flatMap(([name, one]) => {
    const kept = stored(one)
    return kept === undefined ? [] : [[name, kept] as const]
  })
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

const isList = (value: ReadonlyArray<Value> | Fields): value is ReadonlyArray<Value> => Array.isArray(value)
