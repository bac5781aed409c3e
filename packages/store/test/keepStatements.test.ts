/** On a version of Node where each statement is kept, a connection answers as it does on any other. */
import { expect, it } from "@effect/vitest"
import Connection from "better-sqlite3"
import { keepStatements } from "../src/keepStatements.ts"

const answers = () => {
  const connection = new Connection(":memory:")
  try {
    return [
      connection.pragma("auto_vacuum = INCREMENTAL"),
      connection.pragma("auto_vacuum"),
      connection.pragma("user_version = 7", { simple: true }),
      connection.pragma("user_version", { simple: true }),
      connection.pragma("user_version"),
      connection.prepare("SELECT ? AS it").get("one"),
      connection.prepare("SELECT ? AS it").all("two")
    ]
  } finally {
    connection.close()
  }
}

it("what a connection answers is the same where its statements are kept", () => {
  const plain = answers()
  const { prepare } = Connection.prototype
  keepStatements("20.19.0")
  expect(Connection.prototype.prepare).toBe(prepare)
  keepStatements("24.21.0")
  expect(Connection.prototype.prepare).not.toBe(prepare)
  expect(answers()).toEqual(plain)
  const connection = new Connection(":memory:")
  expect(connection.prepare("SELECT 1")).toBe(connection.prepare("SELECT 1"))
  connection.close()
})
