/** Runs the connector on an account without the daemon: pages to the end, and what they tell. */
import { Connector, type Feed, Gate } from "@interchannel/connector"
import type { Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { EmailApi } from "../src/api.ts"
import { Email } from "../src/Email.ts"
import { mails } from "../src/feeds.ts"
import type { Mail } from "../src/wire.ts"
import { PASSWORD } from "./dovecot.ts"

const PAGES_MAX = 1_000

export interface Ports {
  readonly imapPort: number
  readonly smtpPort?: number
}

export const accountOf = (user: string, ports: Ports, settings: Readonly<Record<string, unknown>> = {}) =>
  Either.getOrThrowWith(
    Connector.decodeAccount(Email, {
      connection: "desk",
      credentials: { user, password: PASSWORD },
      settings: {
        imap: { host: "127.0.0.1", port: ports.imapPort, security: "none" },
        smtp: { host: "127.0.0.1", port: ports.smtpPort ?? 9, security: "none" },
        address: `${user}@example.com`,
        ...settings
      }
    }),
    (problems) => new Error(JSON.stringify(problems))
  )
export type Account = ReturnType<typeof accountOf>

export const apiOf = (account: Account): Layer.Layer<EmailApi> =>
  Layer.orDie(Layer.provide(Email.api(account), Gate.layerOpen(Email.id)))

const decode = Schema.decodeUnknownEither(mails.item)

export interface Read {
  readonly items: ReadonlyArray<Mail>
  readonly setAside: ReadonlyArray<string>
  readonly cursor: string | undefined
}

/** Every page from a cursor on. */
export const pull = (partition: string, cursor?: string, since = 0, onPage: (items: number) => void = () => {}) =>
  Effect.gen(function* () {
    const items: Array<Mail> = []
    const setAside: Array<string> = []
    let at = cursor
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const page: Feed.ChangesPage = yield* mails.page({ partition, cursor: at, since })
      onPage(page.items.length)
      for (const raw of page.items) {
        const decoded = decode(JSON.parse(JSON.stringify(raw)))
        if (Either.isRight(decoded)) items.push(decoded.right)
        else setAside.push(decoded.left.message)
      }
      at = page.next
      if (!page.more) return { items, setAside, cursor: at } satisfies Read
    }
    throw new Error(`${partition} does not end after ${PAGES_MAX} pages`)
  })

export const tell = (item: Mail, account: Account): ReadonlyArray<Part.Outcome> =>
  mails.normalize(item, {
    connection: account.connection,
    partition: item.folder,
    acceptedAt: item.receivedAt,
    settings: account.settings
  })
