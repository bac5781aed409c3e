/** A guest book on a web site: who signed it, and what they wrote. */
import { Connector, Credentials, Feed, Http, Limits } from "@interchannel/connector"
import { Handle, Instant, Part, Ref, Version } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

class GuestbookApi extends Context.Tag("guestbook/GuestbookApi")<GuestbookApi, Http.Http>() {}

const Entry = Schema.Struct({
  id: Schema.NonEmptyString,
  signed_at: Instant.Instant,
  changed_at: Instant.Instant,
  name: Schema.NonEmptyString,
  email: Schema.optional(Schema.String),
  message: Schema.String
})
const Entries = Schema.Struct({ entries: Schema.Array(Schema.Unknown), next: Schema.optional(Schema.String) })

const entries = Feed.window("entries", {
  yields: "interactions",
  item: Entry,
  key: (entry) => entry.id,
  cadenceMs: 60_000,
  overlapMs: 5 * 60_000,
  sliceMs: 30 * 86_400_000,
  page: ({ from, to, token }) =>
    GuestbookApi.pipe(
      Effect.flatMap((api) => api.decoded(Entries, "entries", { path: "/entries", query: { from, to, after: token } })),
      Effect.map((page) => Feed.page(page.entries, page.next))
    ),
  normalize: (entry) => {
    const guest = Ref.local("guest", entry.email?.toLowerCase() ?? entry.id)
    const email = entry.email === undefined ? undefined : Handle.email(entry.email)
    const version = Version.make(entry.changed_at)
    return [
      Part.contact({
        ref: guest,
        kind: "address",
        version,
        fields: { name: { full: entry.name }, ...(email === undefined ? {} : { handles: [email] }) }
      }),
      Part.interaction({
        ref: Ref.local("entry", entry.id),
        version,
        fields: {
          kind: "form",
          direction: "inbound",
          startedAt: entry.signed_at,
          subject: "Guest book",
          text: entry.message,
          participants: [{ contact: guest, name: entry.name }],
          details: { form: "guest book" }
        }
      })
    ]
  }
})

export const Guestbook = Connector.make("guestbook", {
  title: "Guest book",
  credentials: Schema.Struct({ token: Credentials.secret({ from: "the guest book's settings page" }) }),
  settings: Schema.Struct({ apiUrl: Schema.String }),
  api: ({ credentials, settings }) =>
    Layer.scoped(
      GuestbookApi,
      Http.make({
        vendor: "guestbook",
        hosts: [new URL(settings.apiUrl).hostname],
        baseUrl: settings.apiUrl,
        authorize: Effect.succeed({ authorization: Redacted.make(`Bearer ${Redacted.value(credentials.token)}`) })
      })
    ),
  limits: Limits.cautious,
  feeds: [entries],
  check: Effect.as(
    Effect.flatMap(GuestbookApi, (api) => api.request("entries", { path: "/entries", query: { from: 0, to: 1 } })),
    [{ ok: true, what: "the guest book answers" }]
  )
})
