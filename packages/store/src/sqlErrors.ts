/** What a database's error means for who called: try again, make room, or a defect. */
import { SqlError } from "@effect/sql/SqlError"
import { StoreError } from "./StoreError.ts"

const DETAIL_LENGTH_MAX = 300

/** SQLite: result codes. PostgreSQL: SQLSTATE or its first two digits, and what the socket says. */
const full = /^(SQLITE_FULL|SQLITE_READONLY|53100|25006)/
const unavailable =
  /^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_CANTOPEN|08|57P|57014|53|55P03|40001|40P01|25P03|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/
const gone =
  /Connection terminated|Connection error|Client has encountered a connection error|timeout exceeded|Failed to acquire connection|Connection timed out/i

/** Two writes of PostgreSQL got in each other's way; running one of them again is all it takes. */
const conflict = /^(40001|40P01)$/

export const toStoreError =
  (operation: string) =>
  (error: SqlError | StoreError): StoreError => {
    if (error instanceof StoreError) return error
    const { code, text } = told(error)
    const reason = full.test(code) ? "full" : unavailable.test(code) || gone.test(text) ? "unavailable" : "broken"
    return new StoreError({ operation, reason, detail: describe[reason](code, text), cause: error.cause })
  }

export const isConflict = (error: unknown): boolean => error instanceof StoreError && conflict.test(codeOf(error.cause))

/** An error while a database is opened may come as a defect. */
export const isSqlError = (error: unknown): error is SqlError => error instanceof SqlError

export const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : ""

const told = (error: SqlError): { readonly code: string; readonly text: string } => {
  const cause = error.cause
  const own = cause instanceof Error ? cause.message : String(cause ?? "")
  return { code: codeOf(cause), text: `${error.message ?? ""} ${own}`.trim().slice(0, DETAIL_LENGTH_MAX) }
}

const describe: Record<"full" | "unavailable" | "broken", (code: string, text: string) => string> = {
  full: (code) => `no room, or read-only (${code}); nothing was written; free some room or make it writable`,
  unavailable: (code, text) => `${text}${code === "" ? "" : ` (${code})`}; trying again helps once it answers`,
  broken: (code, text) => `${text}${code === "" ? "" : ` (${code})`}`
}
