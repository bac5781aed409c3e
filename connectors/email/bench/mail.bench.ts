/** 10,000 mails read from a real Dovecot and normalised: the rate, and whether memory stays flat. */
import * as Effect from "effect/Effect"
import { mails } from "../src/feeds.ts"
import type { Mail } from "../src/wire.ts"
import { dovecot, missing } from "../test/dovecot.ts"
import { accountOf, apiOf, tell } from "../test/reading.ts"

const COUNT = Number(process.argv[2] ?? 10_000)
const START = Date.UTC(2025, 0, 1)
const EVERY_MS = 45 * 60_000
const SAMPLE_EVERY = 1_000
const PAGES_MAX = COUNT

const why = missing()
if (why !== undefined) {
  console.error(`bench mail: ${why}`)
  process.exit(1)
}

const attachment = Buffer.alloc(90_000, "invoice ").toString("base64").replace(/.{76}/g, "$&\r\n")

/** Customers ask, some again; one in ten mails carries a file, one in twenty names only the mail before it. */
function* written() {
  for (let n = 1; n <= COUNT; n++) {
    const isReply = n % 3 === 0 && n > 3
    const isBare = isReply && n % 20 === 0
    const thread = isReply
      ? [`In-Reply-To: <mail-${n - 3}@example.org>`, ...(isBare ? [] : [`References: <mail-${n - 3}@example.org>`])]
      : []
    const text = `Hello,\r\n\r\nwhere is order ${n}?\r\n${"It was promised for last week. ".repeat(n % 60)}\r\n\r\nOn Mon, 4 May 2026, Support wrote:\r\n> We look into it.\r\n`
    const head = [
      `From: Person ${n % 700} <person${n % 700}@example.org>`,
      "To: desk@example.com",
      `Subject: ${isReply ? "Re: " : ""}Order ${n}`,
      `Date: ${new Date(START + n * EVERY_MS).toUTCString()}`,
      `Message-ID: <mail-${n}@example.org>`,
      ...thread,
      "MIME-Version: 1.0"
    ]
    const body =
      n % 10 === 0
        ? `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--b\r\nContent-Type: application/pdf; name=invoice.pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=invoice.pdf\r\n\r\n${attachment}\r\n--b--\r\n`
        : `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`
    yield { at: START + n * EVERY_MS, source: `${head.join("\r\n")}\r\n${body}` }
  }
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)
const rss = (): number => {
  globalThis.gc?.()
  return mebibytes(process.memoryUsage().rss)
}

const program = Effect.gen(function* () {
  const server = yield* dovecot
  server.fill("desk", written())
  const account = accountOf("desk", server)
  const samples: Array<number> = [rss()]
  const startedAt = performance.now()
  let [read, parts] = [0, 0]
  yield* Effect.provide(
    Effect.gen(function* () {
      let cursor: string | undefined
      for (let pages = 0; pages < PAGES_MAX; pages++) {
        const page = yield* mails.page({ partition: "INBOX", cursor, since: 0 })
        for (const item of page.items as ReadonlyArray<Mail>) {
          parts += tell(item, account).length
          read += 1
          if (read % SAMPLE_EVERY === 0) samples.push(rss())
        }
        cursor = page.next
        if (!page.more) return
      }
    }),
    apiOf(account)
  )
  const seconds = (performance.now() - startedAt) / 1000
  const settled = samples.slice(2)
  console.log(
    JSON.stringify({
      mails: read,
      parts,
      seconds: Number(seconds.toFixed(1)),
      "mails/s": Math.round(read / seconds),
      "rss at start MiB": samples[0],
      "after 2,000 MiB": settled[0],
      "highest after MiB": Math.max(...settled),
      "at end MiB": samples.at(-1)
    })
  )
})

await Effect.runPromise(Effect.scoped(program))
process.exit(0)
