/**
 * On Node 24.19 and later a better-sqlite3 12 statement that is garbage collected can abort the process (nodejs/node#65446:
 * the object's destructor asks for an environment while none is entered). So there each connection keeps its statements, one
 * for each text; texts are few, because lists have a few sizes only. better-sqlite3 13 has the remedy and needs Node 22.
 */
import Connection from "better-sqlite3"

const FIRST_MAJOR = 24

const kept = new Map<object, Map<string, Connection.Statement>>()
let keeping = false

/** Once in a process; does nothing on earlier versions of Node. */
export const keepStatements = (version: string): void => {
  if (Number.parseInt(version, 10) < FIRST_MAJOR || keeping) return
  keeping = true
  const prepare = Connection.prototype.prepare as (this: object, text: string) => Connection.Statement
  const prepareOnce = function (this: object, text: string): Connection.Statement {
    const statements = kept.get(this) ?? new Map<string, Connection.Statement>()
    kept.set(this, statements)
    const statement = statements.get(text) ?? prepare.call(this, text)
    statements.set(text, statement)
    return statement
  }
  Connection.prototype.prepare = prepareOnce as typeof Connection.prototype.prepare
  // Its own way of preparing one passes the method above by.
  Connection.prototype.pragma = function (this: object, text: string, options?: Connection.PragmaOptions): unknown {
    const statement = prepareOnce.call(this, `PRAGMA ${text}`)
    const simple = options?.simple === true
    if (!statement.reader) {
      statement.run()
      return simple ? undefined : []
    }
    // It is kept as the last one left it.
    statement.pluck(simple)
    return simple ? statement.get() : statement.all()
  }
}
