/** The mailbox of one account. One IMAP connection reads for all, one user of it at a time, opened anew when it broke. */
import { type Connector, Gate, VendorError } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ImapFlow } from "imapflow"
import * as Box from "./box.ts"
import type { Credentials, Settings } from "./credentials.ts"
import * as Imap from "./imap.ts"
import * as Smtp from "./smtp.ts"

export const { fail, VENDOR } = Imap

/** Folders of one account that are looked at. */
const FOLDERS_MAX = 1_000

type Failing<A, R = never> = Effect.Effect<A, VendorError.VendorError, R>

export class EmailApi extends Context.Tag("@interchannel/connector-email/EmailApi")<
  EmailApi,
  {
    readonly settings: Settings
    /** Runs while nobody else uses the connection. Do not nest. */
    readonly alone: <A, R>(use: (wire: Imap.Wire) => Failing<A, R>) => Failing<A, R>
    /** A connection of its own, for listening. */
    readonly connect: Failing<Imap.Wire>
    readonly send: (message: Smtp.Outgoing) => Failing<void>
    /** By folder, up to where a listener has heard of everything: what came while its connection was down lies above. */
    readonly heard: Map<string, { readonly uidValidity: string; readonly next: number }>
  }
>() {}

export type Doing<A> = Failing<A, EmailApi>

export const settings = Effect.map(EmailApi, (api) => api.settings)

export interface Folder {
  readonly path: string
  readonly use: "inbox" | "sent" | "other"
}

/** All folders of the account, asked for each time. */
export const folders: Doing<ReadonlyArray<Folder>> = Effect.flatMap(EmailApi, ({ alone, settings: known }) =>
  Effect.map(
    alone(({ run }) => run("list", (client) => client.list())),
    (listed) =>
      listed
        .filter(({ flags }) => !flags.has("\\Noselect") && !flags.has("\\NonExistent"))
        .slice(0, FOLDERS_MAX)
        .map(({ path, specialUse }) => ({ path, use: useOf(path, specialUse, known) }))
  )
)

/** Those that are read. */
export const readFolders = Effect.zipWith(folders, settings, (all, { folders: listed }) =>
  all.filter(({ path, use }) => listed?.includes(path) ?? use !== "other")
)

/** Where sent mail lies; `undefined` when the server has no such folder. */
export const sentFolder = Effect.map(folders, (all) => all.find(({ use }) => use === "sent")?.path)

/** Runs while the folder is open and nobody else uses the connection. Do not nest. */
export const within = <A>(folder: string, use: (box: Box.Box) => Failing<A>): Doing<A> =>
  Effect.flatMap(EmailApi, ({ alone }) => alone((wire) => Effect.flatMap(Box.open(wire, folder), use)))

/** Runs one command that changes something. */
export const change = <A>(operation: string, folder: string, use: (client: ImapFlow) => Promise<A>) =>
  Effect.flatMap(EmailApi, ({ alone }) =>
    alone(({ run }) =>
      Effect.zipRight(
        run("select", (client) => client.mailboxOpen(folder)),
        run(operation, use, true)
      )
    )
  )

export const layer = ({
  credentials,
  settings
}: Connector.Account<Credentials, Settings>): Layer.Layer<EmailApi, VendorError.VendorError, Gate.Gate> =>
  Layer.scoped(
    EmailApi,
    Effect.gen(function* () {
      const gate = yield* Gate.Gate
      const turn = yield* Effect.makeSemaphore(1)
      const connect = Effect.provideService(Imap.connect(settings.imap, credentials), Gate.Gate, gate)
      let current: Imap.Wire | undefined
      yield* Effect.addFinalizer(() => Effect.sync(() => current?.client.close()))
      const connected = Effect.suspend(() =>
        current?.client.usable === true
          ? Effect.succeed(current)
          : Effect.tap(connect, (wire) => Effect.sync(() => void (current = wire)))
      )
      return {
        settings,
        alone: (use) => turn.withPermits(1)(Effect.flatMap(connected, use)),
        connect,
        heard: new Map(),
        send: (message) =>
          gate.call(
            "smtp.send",
            Effect.mapError(Smtp.send({ server: settings.smtp, credentials }, message), (reason) =>
              fail.because("smtp.send", VendorError.without(reason, Imap.secretsOf(credentials)))
            )
          )
      }
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

const useOf = (path: string, specialUse: string | undefined, { sentFolder: named }: Settings): Folder["use"] => {
  const isSent = named === undefined ? specialUse === "\\Sent" : path === named
  return isSent ? "sent" : path.toUpperCase() === "INBOX" ? "inbox" : "other"
}
