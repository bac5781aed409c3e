/** An agent at a browser: opens the page behind the link under an entry, with Debian's Chromium, and uses its keyboard. */
import { chromium, type Page } from "playwright-core"
import { paths } from "./Programs.ts"

export interface Seen {
  /** What came before and after, as the page lists it, the entry itself among it. */
  readonly around: ReadonlyArray<string>
  readonly current: string
  /** What the page says once its form was sent. */
  readonly thanks: string
  /** What the browser complained of: scripts and styles that the page may not have, requests that failed. */
  readonly complaints: ReadonlyArray<string>
}

const WITHIN_MS = 30_000
/** A browser asks its maker for news at every start; here it finds nobody. */
const LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

/** The link under an entry. */
export const linkIn = (text: string): string => {
  const [link] = /http:\/\/127\.0\.0\.1:\d+\/entries\/[\w.-]+/.exec(text) ?? []
  if (link === undefined) throw new Error(`there is no link under the entry: ${text}`)
  return link
}

/** Reads the page, and takes the entry off the record of this name. */
export const takeOff = async (link: string, name: RegExp, by: string): Promise<Seen> => {
  const browser = await chromium.launch({ executablePath: paths.chromium, args: [LOOPBACK_ONLY] })
  try {
    const page = await browser.newPage({ locale: "en-US" })
    page.setDefaultTimeout(WITHIN_MS)
    const complaints: Array<string> = []
    page.on("console", (message) => complaints.push(message.text()))
    page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
    await page.goto(link)
    const rows = page.getByRole("region", { name: "Before and after" }).getByRole("listitem")
    const around = (await rows.allInnerTexts()).map(line)
    const current = line(await page.locator("[aria-current]").innerText())
    const thanks = await send(page, name, by)
    return { around, current, thanks, complaints }
  } finally {
    await browser.close()
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const line = (text: string): string => text.replace(/\s+/g, " ").trim()

/** By keyboard alone. */
const send = async (page: Page, name: RegExp, by: string): Promise<string> => {
  await page
    .getByRole("group", { name: /does this entry not belong/ })
    .getByRole("checkbox", { name })
    .press("Space")
  await page.getByLabel(/^Your name/).pressSequentially(by)
  await page.getByRole("button", { name: "Take it off" }).press("Enter")
  return line(await page.getByRole("status").innerText())
}
