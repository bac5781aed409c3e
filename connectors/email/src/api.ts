/**
 * The mailbox of one account. One IMAP connection reads for all, one user of it at a time, opened anew when it broke; each
 * command is a turn at the Gate. Folders are opened read-only: nothing is marked as seen.
 */
import { type Connector, Gate, VendorError } from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { FetchMessageObject, FetchQueryObject, ImapFlow, SearchObject } from "imapflow"
import type { Credentials, Settings } from "./credentials.ts"
import * as Imap from "./imap.ts"
import { query, read, SOURCE_BYTES_MAX } from "./mail.ts"
import * as Smtp from "./smtp.ts"
import type { Mail } from "./wire.ts"

export const { VENDOR } = Imap

/** A page of long mails over a slow line. */
const FETCH_WITHIN_MS = 180_000
/** Of the sources that one FETCH asks for. */
const IN_FLIGHT_BYTES_MAX = 4 * 1024 * 1024
/** Folders of one account that are looked at. */
const FOLDERS_MAX = 1_000

type Failing<A> = Effect.Effect<A, VendorError.VendorError>

export interface Folder {
  readonly path: string
  readonly use: "inbox" | "sent" | "other"
}

/** A folder that is open, as it was when it was opened. */
export interface Box {
  readonly folder: string
  readonly uidValidity: string
  /** Every later message has this UID or a higher one. */
  readonly uidNext: number
  /** Absent where the server does not count changes. */
  readonly modseq?: bigint
  /** UIDs, ascending. */
  readonly search: (what: SearchObject) => Failing<ReadonlyArray<number>>
  /** Those of the messages that are there, in the server's order. */
  readonly fetch: (
    uids: string,
    what: FetchQueryObject,
    changedSince?: bigint
  ) => Failing<ReadonlyArray<FetchMessageObject>>
  /** The mails in the order of the UIDs; those that are gone are left out. */
  readonly mails: (uids: ReadonlyArray<number>) => Failing<ReadonlyArray<Mail>>
}

export class EmailApi extends Context.Tag("@interchannel/connector-email/EmailApi")<
  EmailApi,
  {
    readonly settings: Settings
    /** All folders of the account, asked for each time. */
    readonly folders: Failing<ReadonlyArray<Folder>>
    /** Runs while the folder is open and nobody else uses the connection. Do not nest. */
    readonly within: <A, R>(
      folder: string,
      use: (box: Box) => Effect.Effect<A, VendorError.VendorError, R>
    ) => Effect.Effect<A, VendorError.VendorError, R>
    /** Runs one command that changes something. */
    readonly change: <A>(
      operation: string,
      folder: string,
      use: (client: ImapFlow) => Promise<A>
    ) => Failing<Exclude<A, false>>
    /** A connection of its own, for listening. */
    readonly connect: Failing<Imap.Wire>
    /** One command on such a connection. */
    readonly command: <A>(
      operation: string,
      wire: Imap.Wire,
      use: (client: ImapFlow) => Promise<A>
    ) => Failing<Exclude<A, false>>
    readonly send: (message: Smtp.Outgoing) => Failing<void>
    /** By folder, up to where a listener has heard of everything: what came while its connection was down lies above. */
    readonly heard: Map<string, { readonly uidValidity: string; readonly next: number }>
  }
>() {}

export const layer = (
  account: Connector.Account<Credentials, Settings>
): Layer.Layer<EmailApi, VendorError.VendorError, Gate.Gate> =>
  Layer.scoped(
    EmailApi,
    Effect.gen(function* () {
      const { credentials, settings } = account
      const gate = yield* Gate.Gate
      const turn = yield* Effect.makeSemaphore(1)
      const secrets = Imap.secretsOf(credentials)
      let current: Imap.Wire | undefined
      yield* Effect.addFinalizer(() => Effect.sync(() => current?.client.close()))

      const command = <A>(
        operation: string,
        wire: Imap.Wire,
        use: (client: ImapFlow) => Promise<A>,
        changes = false
      ): Failing<Exclude<A, false>> =>
        gate.call(
          operation,
          Effect.tryPromise({
            try: async () => {
              wire.listen()
              const answer = await use(wire.client)
              if (answer === false) throw wire.refusal() ?? new Error("refused")
              return answer as Exclude<A, false>
            },
            catch: (error) => fail.because(operation, VendorError.without(Imap.reasonOf(error, wire, changes), secrets))
            // A command that nobody waits for any more would answer into the next one.
          }).pipe(Effect.onInterrupt(() => Effect.sync(() => wire.client.close()))),
          { timeoutMs: FETCH_WITHIN_MS }
        )
      const connect = Effect.suspend(() => {
        const wire = Imap.make(settings.imap, credentials)
        return command("login", wire, (client) => client.connect()).pipe(
          Effect.as(wire),
          Effect.onError(() => Effect.sync(() => wire.client.close()))
        )
      })
      const connected = Effect.suspend(() =>
        current?.client.usable === true
          ? Effect.succeed(current)
          : Effect.tap(connect, (wire) => Effect.sync(() => void (current = wire)))
      )
      const opened = (wire: Imap.Wire, folder: string): Failing<Box> =>
        Effect.map(
          command("select", wire, (client) => client.mailboxOpen(folder, { readOnly: true })),
          (box) => {
            const place = { folder, uidValidity: String(box.uidValidity) }
            const fetch: Box["fetch"] = (uids, what, changedSince) =>
              command("fetch", wire, (client) =>
                client.fetchAll(uids, what, { uid: true, ...(changedSince === undefined ? {} : { changedSince }) })
              )
            return {
              ...place,
              uidNext: box.uidNext,
              ...(box.highestModseq === undefined || box.noModseq === true ? {} : { modseq: box.highestModseq }),
              search: (what) =>
                Effect.map(
                  command("search", wire, (client) => client.search(what, { uid: true })),
                  (uids) => [...(uids ?? [])].sort((a, b) => a - b)
                ),
              fetch,
              mails: (uids) => mails(fetch, uids, place)
            }
          }
        )
      return {
        settings,
        folders: turn.withPermits(1)(
          Effect.flatMap(connected, (wire) =>
            Effect.map(
              command("list", wire, (client) => client.list()),
              (listed) =>
                listed
                  .filter(({ flags }) => !flags.has("\\Noselect") && !flags.has("\\NonExistent"))
                  .slice(0, FOLDERS_MAX)
                  .map(({ path, specialUse }) => ({ path, use: useOf(path, specialUse, settings) }))
            )
          )
        ),
        within: (folder, use) =>
          turn.withPermits(1)(Effect.flatMap(connected, (wire) => Effect.flatMap(opened(wire, folder), use))),
        change: (operation, folder, use) =>
          turn.withPermits(1)(
            Effect.flatMap(connected, (wire) =>
              Effect.zipRight(
                command("select", wire, (client) => client.mailboxOpen(folder)),
                command(operation, wire, use, true)
              )
            )
          ),
        connect,
        command,
        heard: new Map(),
        send: (message) =>
          gate.call(
            "smtp.send",
            Effect.mapError(Smtp.send({ server: settings.smtp, credentials }, message), (reason) =>
              fail.because("smtp.send", VendorError.without(reason, secrets))
            )
          )
      }
    })
  )

export const fail = VendorError.of(VENDOR)

export type Doing<A> = Effect.Effect<A, VendorError.VendorError, EmailApi>

/** Where sent mail lies; `undefined` when the server has no such folder. */
export const sentFolder = Effect.flatMap(EmailApi, ({ folders }) =>
  Effect.map(folders, (all) => all.find(({ use }) => use === "sent")?.path)
)

// ---------------------------------------------------------------------------------------------------------------------

const useOf = (path: string, specialUse: string | undefined, settings: Settings): Folder["use"] => {
  if (settings.sentFolder !== undefined) {
    if (path === settings.sentFolder) return "sent"
  } else if (specialUse === "\\Sent") return "sent"
  return path.toUpperCase() === "INBOX" ? "inbox" : "other"
}

const mails = (
  fetch: Box["fetch"],
  uids: ReadonlyArray<number>,
  place: Pick<Mail, "folder" | "uidValidity">
): Failing<ReadonlyArray<Mail>> =>
  Effect.gen(function* () {
    const found = new Map<number, Mail>()
    // A few may be of any size; of many it is asked first, so that small ones come together.
    const isFew = uids.length * SOURCE_BYTES_MAX <= IN_FLIGHT_BYTES_MAX
    const sized = isFew ? [] : yield* fetch(uids.join(","), { uid: true, size: true })
    const sizes = new Map(sized.map(({ uid, size }) => [uid, size]))
    for (const group of inFlight(uids, (uid) => sizes.get(uid))) {
      for (const message of yield* fetch(group.join(","), query)) {
        found.set(message.uid, yield* Effect.promise(() => read(message, place)))
      }
    }
    return uids.flatMap((uid) => found.get(uid) ?? [])
  })

/** In order, in groups of which the sources fit in flight together. */
const inFlight = (
  uids: ReadonlyArray<number>,
  bytesOf: (uid: number) => number | undefined
): ReadonlyArray<ReadonlyArray<number>> => {
  const groups: Array<Array<number>> = []
  let room = 0
  for (const uid of uids) {
    const bytes = Math.min(SOURCE_BYTES_MAX, bytesOf(uid) ?? SOURCE_BYTES_MAX)
    if (bytes > room || groups.length === 0) {
      groups.push([])
      room = IN_FLIGHT_BYTES_MAX
    }
    groups.at(-1)!.push(uid)
    room -= bytes
  }
  return groups
}
