import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { plainOf } from "../../src/mail/MailHtml.ts"
import { strip } from "../../src/mail/Quoted.ts"

const folder = join(import.meta.dirname, "../../../../../shared/vendors/samples/email-replies")

describe("what is new in a mail", () => {
  it.each([
    ["English", "Thanks!\n\nOn Mon, 4 May 2026 at 09:00, Desk <desk@example.com> wrote:\n> Hello"],
    ["English over two lines", "Thanks!\n\nOn Mon, 4 May 2026 at 09:00, Desk\n<desk@example.com> wrote:\n\nHello"],
    ["German", "Thanks!\n\nAm 04.05.2026 um 09:00 schrieb Desk <desk@example.com>:\n\n> Hallo"],
    ["French", "Thanks!\n\nLe lun. 4 mai 2026 à 09:00, Desk <desk@example.com> a écrit :\n> Bonjour"],
    ["Outlook", "Thanks!\n\n-----Ursprüngliche Nachricht-----\nVon: Desk\nGesendet: Montag\n\nHallo"],
    [
      "Outlook without a line",
      "Thanks!\n\nFrom: Desk <desk@example.com>\nSent: Monday\nTo: Anna\nSubject: Order\n\nHello"
    ],
    ["signature", "Thanks!\n\n-- \nAnna Example\n+1 202 555 0100"],
    ["device", "Thanks!\n\nSent from my iPhone"]
  ])("%s", (_, text) => {
    expect(strip(text)).toBe("Thanks!")
  })

  it("keeps what is written between quotations", () => {
    expect(strip("> Which one?\n\nThe blue one.\n\n> When?\n\nToday.")).toBe("The blue one.\n\nToday.")
  })

  it("keeps what only looks like a quotation", () => {
    const text = "On the surface this looks like one.\n\nFrom: our point of view it is none.\n\nHe wrote: nothing."
    expect(strip(text)).toBe(text)
  })

  it("keeps everything when nothing else would be left", () => {
    expect(strip("> only this")).toBe("> only this")
  })

  it("strips marked quotations of HTML mails by the same rule", () => {
    const html =
      "<p>Thanks &amp; bye</p><div class=gmail_quote>On Mon, 4 May 2026, Desk &lt;desk@example.com&gt; wrote:<blockquote>Hello<br>there</blockquote></div>"
    expect(strip(plainOf(html))).toBe("Thanks & bye")
  })

  it("cuts at least 76 of the 90 sample bodies, and never to nothing", () => {
    if (!existsSync(folder)) {
      console.log("not checked, since the samples of replies are not on this machine")
      return
    }
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))
    const stripped = texts.map((text) => [text.trim(), strip(text)] as const)
    const cut = stripped.filter(([whole, kept]) => kept !== whole)
    expect(stripped.every(([, kept]) => kept !== "")).toBe(true)
    expect(cut.length).toBeGreaterThanOrEqual(76)
    console.log(`${cut.length} of ${texts.length} sample bodies were cut`)
  })

  it("takes a time that grows with the text, not faster", () => {
    const hostile = `${"On ".repeat(20_000)}\n${"> ".repeat(20_000)}\n${"From: a\n".repeat(5_000)}`
    const beganAt = performance.now()
    strip(hostile)
    plainOf(`${"<blockquote>".repeat(5_000)}${"<".repeat(50_000)}`)
    strip(`x${"* ".repeat(30_000)}x`)
    expect(performance.now() - beganAt).toBeLessThan(3_000)
  })
})
