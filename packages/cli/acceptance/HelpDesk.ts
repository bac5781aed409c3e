/** Request Tracker on a database of its own, set up with its own tools, and a plain client of its REST interface. */
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePort } from "../soak/freePort.ts"
import { paths } from "./Programs.ts"
import * as Server from "./Server.ts"

export const QUEUE = "Support"
export const HISTORY = "Customer history"
export const CARD = "Customer"

/** As our admin reads it, with `rita`'s own login: not by our connector, and not with its token. */
export interface Ticket {
  readonly id: string
  readonly subject: string
  readonly status: string
  readonly started: string
  /** E-mail addresses. */
  readonly requestors: ReadonlyArray<string>
  readonly fields: Readonly<Record<string, string>>
}

export interface HelpDesk {
  readonly url: string
  /** Of the user made for interchannel. */
  readonly token: string
  /** A request to REST 2.0 by an agent. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>
  readonly tickets: (queue: string) => Promise<ReadonlyArray<Ticket>>
  readonly usersWith: (address: string) => Promise<ReadonlyArray<{ readonly id: string; readonly name: string }>>
}

export interface Prepared {
  readonly url: string
  /** Sends its mail by this program. */
  readonly open: (sendmail: string) => Promise<HelpDesk>
}

/** Draws its port at once, since its mail host has to know it. */
export const prepare = async (root: string): Promise<Prepared> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  return { url, open: (sendmail) => open(root, port, url, sendmail) }
}

// ---------------------------------------------------------------------------------------------------------------------

const AGENT = { name: "rita", password: "invented-password" }
const TICKETS_MAX = 100

const open = async (root: string, port: number, url: string, sendmail: string): Promise<HelpDesk> => {
  const config = join(root, "RT_SiteConfig.pm")
  const more = join(root, "RT_SiteConfig.d")
  mkdirSync(more, { recursive: true })
  writeFileSync(config, siteConfig({ root, port, url, sendmail }))
  const environment = { RT_SITE_CONFIG: config, RT_SITE_CONFIG_DIR: more }
  const run = (program: string, ...args: ReadonlyArray<string>) =>
    execFileSync(program, args, {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8"
    })
  run(paths.setupDatabase, "--action", "init", "--skip-create")
  const content = join(root, "initial.pl")
  writeFileSync(content, initialData)
  run(paths.setupDatabase, "--action", "insert", "--datafile", content, "--skip-create")
  const token = run("perl", "-I", paths.rtLibrary, "-e", drawToken).trim()
  const args = ["--host", "127.0.0.1", "--port", String(port), "--max-workers", "2"]
  await Server.start("Request Tracker", paths.rtServer, args, { port, environment })
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/REST/2.0${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${AGENT.name}:${AGENT.password}`).toString("base64")}`,
        "content-type": "application/json"
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Request Tracker, ${method} ${path}: ${answer.status} ${text}`)
    return text === "" ? undefined : (JSON.parse(text) as unknown)
  }
  return {
    url,
    token,
    ask,
    tickets: async (queue) => {
      const query = encodeURIComponent(`Queue = '${queue}'`)
      const fields = "Subject,Status,Started,Requestor,CustomFields&fields[Requestor]=EmailAddress"
      const path = `/tickets?query=${query}&per_page=${TICKETS_MAX}&orderby=id&fields=${fields}`
      const { items } = (await ask("GET", path)) as { readonly items: ReadonlyArray<Listed> }
      return items.map(ticketOf)
    },
    usersWith: async (address) => {
      const query = encodeURIComponent(JSON.stringify([{ field: "EmailAddress", value: address }]))
      const answer = await ask("GET", `/users?query=${query}&fields=id,RealName`)
      const { items } = answer as { readonly items: ReadonlyArray<{ readonly id: number; readonly RealName: string }> }
      return items.map(({ id, RealName }) => ({ id: String(id), name: RealName }))
    }
  }
}

interface Listed {
  readonly id: string
  readonly Subject: string
  readonly Status: string
  readonly Started: string
  readonly Requestor: ReadonlyArray<{ readonly EmailAddress: string }>
  readonly CustomFields: ReadonlyArray<{ readonly name: string; readonly values: ReadonlyArray<string> }> | ""
}

const ticketOf = ({ id, Subject, Status, Started, Requestor, CustomFields }: Listed): Ticket => ({
  id,
  subject: Subject,
  status: Status,
  started: Started,
  requestors: Requestor.map(({ EmailAddress }) => EmailAddress).sort(),
  fields: Object.fromEntries(
    [...CustomFields].map((field) => (typeof field === "string" ? ["", ""] : [field.name, field.values[0] ?? ""]))
  )
})

/** Its people live in another zone than its database: times without a zone are read in theirs. */
const siteConfig = (at: { root: string; port: number; url: string; sendmail: string }): string => `
Set($rtname, 'example.org');
Set($Organization, 'example.org');
Set($WebDomain, '127.0.0.1');
Set($WebPort, ${at.port});
Set($WebBaseURL, '${at.url}');
Set($WebPath, '');
Set($Timezone, 'America/New_York');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '${at.root}/rt.db');
Set($CorrespondAddress, 'support@example.org');
Set($CommentAddress, 'support-comment@example.org');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '${at.sendmail}');
Set($LogToSyslog, undef);
Set($LogToSTDERR, undef);
Set($LogToFile, 'error');
Set($LogDir, '${at.root}');
Set($BcryptCost, 4);
1;
`

/** No more rights than the connector's page asks for. */
const rights = [
  "SeeQueue ShowTicket ShowTicketComments CreateTicket ModifyTicket DeleteTicket SeeCustomField ModifyCustomField",
  "AdminUsers SeeGroup ShowUserHistory AdminQueue AdminCustomField AssignCustomFields"
].join(" ")

const initialData = `
our @Queues = ({ Name => '${QUEUE}', CorrespondAddress => 'support@example.org' });
our @Users = (
  { Name => 'interchannel', EmailAddress => 'interchannel@example.org', Privileged => 1 },
  { Name => '${AGENT.name}', RealName => 'Rita Agent', EmailAddress => 'rita@example.org', Password => '${AGENT.password}', Privileged => 1 },
);
our @ACL = (
  { Right => 'SuperUser', UserId => '${AGENT.name}' },
  (map {{ Right => $_, UserId => 'interchannel' }} qw(${rights})),
  (map {{ Right => $_, GroupDomain => 'SystemInternal', GroupType => 'Everyone' }} qw(CreateTicket ReplyToTicket)),
);
1;
`

const drawToken = `
use RT -init;
my $user = RT::User->new(RT->SystemUser);
$user->Load('interchannel');
my ($ok, $message, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => 'acceptance');
die $message unless $ok;
print $token;
`
