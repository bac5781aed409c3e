/**
 * A stand-in for a mail host, for the demo and the conformance suite: IMAP and SMTP on loopback, for two accounts or more.
 * It knows mails of plain text only; what real mails look like is tried on a real server. `world` is what people do there.
 */
import { MailParts } from "@interchannel/connector/mail"
import { type Emulator, EmulatorClock } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Imap from "./emulator/imap.ts"
import { listen, trouble } from "./emulator/lines.ts"
import * as Smtp from "./emulator/smtp.ts"
import { type Account, empty, headerOf, type State, World } from "./emulator/World.ts"

export type { Account, Folder, Letter, Message } from "./emulator/World.ts"
export type { World } from "./emulator/World.ts"

export interface Options {
  readonly clock?: EmulatorClock.EmulatorClock
  readonly imapPort?: number
  readonly smtpPort?: number
  /** A state that `snapshot` gave. */
  readonly saved?: string
}

export interface EmailEmulator extends Emulator.Emulator {
  readonly world: World
  /** The first two exist from the start. */
  readonly accounts: ReadonlyArray<Account>
  /** As they stand in a configuration. */
  readonly configured: (account: Account) => { readonly credentials: unknown; readonly settings: Configured }
  /** The server refuses the account from now on. */
  readonly revoke: (account: Account) => void
  /** What was sent by our keys: sorted, without the times that are drawn. */
  readonly canonical: () => ReadonlyArray<Written>
  readonly snapshot: () => string
  readonly restore: (saved: string) => void
}

export interface Configured {
  readonly imap: { readonly host: string; readonly port: number; readonly security: "none" }
  readonly smtp: { readonly host: string; readonly port: number; readonly security: "none" }
  readonly address: string
  readonly sentCopy: "server"
}

/** One mail of ours. */
export interface Written {
  readonly key: string
  readonly user: string
  readonly to: ReadonlyArray<string>
  readonly subject: string
  readonly inReplyTo: string
  readonly text: string
}

export const startEmail = (options: Options = {}): Effect.Effect<EmailEmulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = options.clock ?? EmulatorClock.system
    const world = new World(options.saved === undefined ? empty() : (JSON.parse(options.saved) as State), clock)
    if (options.saved === undefined) for (const host of ["one", "two"]) world.addAccount(`support@${host}.example.com`)
    const faulty = trouble(clock)
    const server = (serve: Parameters<typeof listen>[0], port: number | undefined) =>
      Effect.acquireRelease(
        Effect.promise(() => listen(serve, port)),
        ({ close }) => Effect.promise(close)
      )
    const imap = yield* server(Imap.serve(world, faulty), options.imapPort)
    const smtp = yield* server(Smtp.serve(world, faulty), options.smtpPort)
    const at = (port: number) => ({ host: "127.0.0.1", port, security: "none" as const })
    return {
      url: `imap://127.0.0.1:${imap.port}`,
      clock,
      log: faulty.log,
      faults: faulty.faults,
      host: { onUpgrade: undefined },
      world,
      get accounts() {
        return world.state.accounts
      },
      configured: ({ user, password, address }) => ({
        credentials: { user, password },
        settings: { imap: at(imap.port), smtp: at(smtp.port), address, sentCopy: "server" }
      }),
      revoke: (account) => {
        account.revoked = true
      },
      canonical: () => canonical(world),
      snapshot: () => JSON.stringify(world.state),
      restore: (saved) => {
        world.state = JSON.parse(saved) as State
      }
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const canonical = (world: World): ReadonlyArray<Written> =>
  world.state.sent
    .map(({ user, to, raw }) => ({
      key: headerOf(raw, MailParts.MARKER),
      user,
      to,
      subject: headerOf(raw, "subject"),
      inReplyTo: headerOf(raw, "in-reply-to"),
      text: raw.slice(raw.indexOf("\r\n\r\n") + 4).trim()
    }))
    .filter(({ key }) => key !== "")
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
