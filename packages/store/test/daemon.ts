/**
 * A daemon in miniature, for the tests that need another process: `daemon <driver> <address> <name> <count>`. Each write
 * accepts one delivery, moves the checkpoint and marks a person; `count` 0 goes on until it is killed, and tells each
 * commit with a line.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Checkpoints, Database, Dirty, Inbox, Store } from "../src/index.ts"
import { masterKey } from "../src/testing/index.ts"

const [driver, address = "", name = "", count = "0"] = process.argv.slice(2)

const open =
  driver === "sqlite"
    ? Store.layerSqlite({ file: address, masterKey })
    : Store.layerPostgres({ url: Redacted.make(address), masterKey })

const once = (number: number) =>
  Effect.gen(function* () {
    const { write } = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const checkpoints = yield* Checkpoints.Checkpoints
    const dirty = yield* Dirty.Dirty
    const key = `${name}-${number}`
    yield* write(
      Effect.gen(function* () {
        yield* inbox.accept([
          {
            connection: "chat",
            source: "webhook:events",
            partition: "all",
            receivedAt: number,
            lane: 0,
            contentType: "text/plain",
            body: Buffer.from(key.repeat(50)),
            key
          }
        ])
        yield* checkpoints.save({ connection: "chat", feed: "messages", partition: name }, String(number), number)
        yield* dirty.mark([{ kind: "person", key, dueAt: 0, lane: 0 }])
      })
    )
  })

const program = Effect.gen(function* () {
  if (count !== "0") {
    yield* Effect.forEach(
      Array.from({ length: Number(count) }, (_, index) => index),
      once,
      { discard: true }
    )
    return console.log(`accepted ${count}`)
  }
  const from = (yield* Effect.flatMap(Checkpoints.Checkpoints, (it) => it.load("chat", "messages"))).get(name)
  for (let number = Number(from?.state ?? -1) + 1; ; number++) {
    yield* once(number)
    process.stdout.write(`${number}\n`)
  }
})

await Effect.runPromise(Effect.provide(program, open))
