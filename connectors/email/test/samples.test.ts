import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Assemble, Key, Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { beforeAll, describe, expect, it } from "vitest"
import { dovecot, INSTALLED_WITHIN_MS, installed } from "./dovecot.ts"
import { accountOf, apiOf, pull, tell } from "./reading.ts"

const folder = join(import.meta.dirname, "../../../../shared/vendors/samples/email")
const START = Date.UTC(2026, 4, 4, 9)
const documented = existsSync(folder)

interface Sample {
  readonly file: string
}

/** As a mailbox keeps it: CRLF at every line end, no mbox line above. */
const stored = (file: string): Buffer => {
  const text = readFileSync(join(folder, file))
    .toString("latin1")
    .replace(/^From [^\n]*\n/, "")
  return Buffer.from(text.replace(/\r?\n/g, "\r\n"), "latin1")
}

if (!documented) console.log("not checked, since the samples of mails are not on this machine")

beforeAll(installed, INSTALLED_WITHIN_MS)

describe("every sample goes through a real mail server", () => {
  it("and tells a valid record, or is set aside with a reason", { timeout: 240_000 }, async () => {
    if (!documented) return
    const samples = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as ReadonlyArray<Sample>
    const account = accountOf("desk", { imapPort: 1 })
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const server = yield* dovecot
          const client = yield* server.client("desk")
          let appended = 0
          for (const [index, { file }] of samples.entries()) {
            const source = stored(file)
            if (source.length === 0) continue
            yield* Effect.promise(() => client.append("INBOX", source, [], new Date(START + index * 1000)))
            appended += 1
          }
          const here = accountOf("desk", server)
          const read = yield* Effect.provide(pull("INBOX"), apiOf(here))
          expect(read.items.length + read.setAside.length).toBe(appended)
          for (const reason of read.setAside) expect(reason).toMatch(/is no MIME message: .+/)
          const told = read.items
            .flatMap((item) => tell(item, account))
            .filter((one): one is Part.Part => !Part.isRefetch(one))
          const problems = told.flatMap((part) => {
            const of = { key: keyOf(part), connection: "desk", parts: [part] }
            const assembled = part.subject === "contact" ? Assemble.contact(of) : Assemble.interaction(of)
            return assembled._tag === "Incomplete" ? [`${part.ref.id}: ${assembled.detail}`] : []
          })
          expect(problems).toEqual([])
          console.log(
            `${appended} mails: ${read.items.length} read, ${read.setAside.length} set aside, ${told.length} parts`
          )
        })
      )
    )
  })
})

const keyOf = ({ subject, ref }: Part.Part): string =>
  subject === "contact" ? Key.contact("desk", ref) : Key.interaction("desk", ref)
