/**
 * `npm run acceptance`: a day of a company on real programs alone. Mail goes through Exim into Dovecot and into Request
 * Tracker; the daemon joins both; at the end each is asked, past us, what stands in it.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../soak/freePort.ts"
import * as Day from "./Day.ts"
import * as Findings from "./Findings.ts"
import * as HelpDesk from "./HelpDesk.ts"
import * as MailHost from "./MailHost.ts"
import * as Programs from "./Programs.ts"
import * as Server from "./Server.ts"

const why = Programs.missing()
if (why !== undefined) {
  console.error(`acceptance: not played. ${why}`)
  process.exit(2)
}

const root = mkdtempSync(join(tmpdir(), "interchannel-acceptance-"))
// Dovecot and the mail gateway look into it as users of their own.
chmodSync(root, 0o755)
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void Server.stopAll().then(() => process.exit(1)))
}
try {
  const begunAt = performance.now()
  const prepared = await HelpDesk.prepare(root)
  const mail = await MailHost.start(root, prepared.url)
  const desk = await prepared.open(mail.sendmail)
  const variables = {
    ACCEPTANCE_FOLDER: root,
    INTAKE_PORT: String(await freePort()),
    IMAP_PORT: String(mail.imapPort),
    SMTP_PORT: String(mail.smtpPort),
    MAIL_PASSWORD: MailHost.PASSWORD,
    RT_URL: desk.url,
    RT_TOKEN: desk.token
  }
  const played = await Day.play({ mail, desk, variables }, (line) => console.log(line))
  const findings = await Findings.look({ mail, desk }, played)
  console.log(Findings.view(findings))
  console.log(`${Math.round((performance.now() - begunAt) / 1_000)} s`)
  process.exitCode = findings.every(({ holds }) => holds) ? 0 : 1
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause)
  process.exitCode = 1
} finally {
  await Server.stopAll()
  if (process.exitCode === 0) rmSync(root, { recursive: true, force: true })
  else console.error(`what the programs wrote is in ${root}`)
}
