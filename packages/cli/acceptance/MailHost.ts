/**
 * Exim and Dovecot, as a company runs them: mail to `support@` goes into Request Tracker, all other mail of two domains into
 * mailboxes, those of the customers too, so that it can be counted what they got.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ImapFlow } from "imapflow"
import { createTransport } from "nodemailer"
import { freePort } from "../soak/freePort.ts"
import { paths } from "./Programs.ts"
import * as Server from "./Server.ts"

export const PASSWORD = "invented-password"

export interface Letter {
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly cc?: ReadonlyArray<string>
  readonly subject: string
  readonly text: string
  readonly messageId: string
  readonly inReplyTo?: string
  readonly date: Date
  readonly headers?: Readonly<Record<string, string>>
}

export interface Held {
  readonly subject: string
  readonly messageId: string
}

export interface MailHost {
  readonly imapPort: number
  readonly smtpPort: number
  /** What programs call to send a mail. */
  readonly sendmail: string
  readonly send: (letter: Letter) => Promise<void>
  /** Files a copy of what was sent, as mail programs do. */
  readonly file: (mailbox: string, letter: Letter) => Promise<void>
  /** What lies in a mailbox, by folder. */
  readonly held: (mailbox: string, folder: "INBOX" | "Sent") => Promise<ReadonlyArray<Held>>
}

/** `helpdesk`: where Request Tracker takes mail in. */
export const start = async (root: string, helpdesk: string): Promise<MailHost> => {
  const [imapPort, lmtpPort, smtpPort] = [await freePort(), await freePort(), await freePort()]
  const boxes = join(root, "boxes")
  ownedBy(MAIL_USER, boxes)
  const logs = join(root, "exim")
  ownedBy(EXIM_USER, logs)
  const dovecotFile = join(root, "dovecot.conf")
  writeFileSync(dovecotFile, dovecot({ root, boxes, imapPort, lmtpPort }))
  const eximFile = join(root, "exim.conf")
  writeFileSync(eximFile, exim({ root, logs, smtpPort, lmtpPort, helpdesk }), { mode: 0o644 })
  const sendmail = join(root, "sendmail")
  writeFileSync(sendmail, `#!/bin/sh\nexec ${paths.exim} -C ${eximFile} "$@"\n`)
  chmodSync(sendmail, 0o755)
  await Server.start("Dovecot", paths.dovecot, ["-F", "-c", dovecotFile], { port: imapPort })
  await Server.start("Exim", paths.exim, ["-C", eximFile, "-bdf", "-q5s"], { port: smtpPort })
  // Exim vouches for what comes from the customers' own server, which says so in its greeting.
  const options = { host: "127.0.0.1", port: smtpPort, ignoreTLS: true, name: CUSTOMERS_SERVER }
  const transport = createTransport(options)
  const composer = createTransport({ streamTransport: true, buffer: true })
  return {
    imapPort,
    smtpPort,
    sendmail,
    send: async (letter) => {
      await transport.sendMail(mailOf(letter))
    },
    file: async (mailbox, letter) => {
      const { message } = await composer.sendMail(mailOf(letter))
      await within(imapPort, mailbox, (client) => client.append("Sent", message as Buffer, ["\\Seen"], letter.date))
    },
    held: (mailbox, folder) =>
      within(imapPort, mailbox, async (client) => {
        const { exists } = await client.mailboxOpen(folder, { readOnly: true })
        const found: Array<Held> = []
        // An empty mailbox has no first mail to begin with.
        if (exists === 0) return found
        for await (const { envelope } of client.fetch("1:*", { envelope: true })) {
          found.push({ subject: envelope?.subject ?? "", messageId: envelope?.messageId ?? "" })
        }
        return found
      })
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const CUSTOMERS_SERVER = "mail.example.com"
const MAIL_USER = "mail"

const EXIM_USER = "Debian-exim"

const ownedBy = (user: string, folder: string): void => {
  const idOf = (which: "-u" | "-g") => Number(execFileSync("id", [which, user], { encoding: "utf8" }))
  mkdirSync(folder)
  chownSync(folder, idOf("-u"), idOf("-g"))
}

const mailOf = ({ to, cc = [], ...letter }: Letter) => ({ ...letter, to: [...to], cc: [...cc] })

const within = async <A>(port: number, user: string, use: (client: ImapFlow) => Promise<A>): Promise<A> => {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: PASSWORD },
    logger: false,
    disableAutoIdle: true
  })
  await client.connect()
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

const dovecot = (at: { root: string; boxes: string; imapPort: number; lmtpPort: number }): string => `
base_dir = ${at.root}/dovecot
log_path = ${at.root}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
first_valid_uid = 1
mail_location = maildir:${at.boxes}/%u
mail_uid = ${MAIL_USER}
mail_gid = ${MAIL_USER}
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${MAIL_USER} gid=${MAIL_USER} home=${at.boxes}/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service imap-login {
  inet_listener imap {
    port = ${at.imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${at.lmtpPort}
  }
}
`

const exim = (at: { root: string; logs: string; smtpPort: number; lmtpPort: number; helpdesk: string }): string => `
primary_hostname = mx.example.org
spool_directory = ${at.root}/spool
log_file_path = ${at.logs}/%slog
pid_file_path = ${at.root}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${at.smtpPort}
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
never_users =
deliver_drop_privilege
acl_smtp_rcpt = recipients
acl_smtp_data = vouch

begin acl
recipients:
  accept domains = example.org : example.com
  deny message = no such domain in this world
vouch:
  warn condition = \${if eq{$sender_helo_name}{${CUSTOMERS_SERVER}}}
       add_header = :at_start:Authentication-Results: mx.example.org; dmarc=pass header.from=$sender_address_domain
  accept

begin routers
helpdesk:
  driver = accept
  domains = example.org
  local_parts = support
  transport = helpdesk
mailbox:
  driver = accept
  transport = mailbox

begin transports
helpdesk:
  driver = pipe
  command = ${paths.mailgate} --queue Support --action correspond --url ${at.helpdesk}
  return_fail_output
mailbox:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = ${at.lmtpPort}
  allow_localhost
  hosts_override

begin retry
* * F,1h,2s
`
