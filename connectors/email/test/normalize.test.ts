import { describe, expect, it } from "vitest"
import { read } from "../src/mail.ts"
import { accountOf, tell } from "./reading.ts"

const letter = (flags: ReadonlyArray<string> = []) => {
  const source = Buffer.from(
    "From: carl@example.com\r\nTo: anna@example.org\r\nSubject: Order\r\n\r\nIt is on its way.\r\n"
  )
  const internalDate = new Date(Date.UTC(2026, 4, 4, 9))
  const fetched = { seq: 1, uid: 7, modseq: 4n, flags: new Set(flags), internalDate, size: source.length, source }
  return read(fetched, { folder: "INBOX", uidValidity: "11" })
}
const desk = (settings: object = {}) => accountOf("desk", { imapPort: 1 }, { ...settings })

describe("a mail of a folder", () => {
  it("that is marked as spam is taken back", async () => {
    expect(tell(await letter(["$Junk"]), desk())).toMatchObject([{ deleted: true, version: { rank: 4 } }])
    expect(tell(await letter(["$Junk", "$NotJunk"]), desk())[0]).not.toHaveProperty("deleted")
  })

  it("of a colleague is ours, by the aliases of the mailbox", async () => {
    const directionOf = async (aliases: ReadonlyArray<string>) => tell(await letter(), desk({ aliases }))[0]
    expect(await directionOf(["@Example.com"])).toMatchObject({ fields: { direction: "outbound" } })
    expect(await directionOf([])).toMatchObject({ fields: { direction: "inbound" } })
  })
})
