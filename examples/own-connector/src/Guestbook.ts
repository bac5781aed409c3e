/** A guest book on a web site: who signed it, and what they wrote. */
import { Connector, Credentials, Feed, Finding, Http, Limits, RecordFields, Wire } from "@interchannel/connector"
import { Part, Ref, Version } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

class GuestbookApi extends Context.Tag("guestbook/GuestbookApi")<GuestbookApi, Http.Http>() {}

const Entry = Schema.Struct({
  id: Wire.id,
  signed_at: Wire.time,
  changed_at: Wire.time,
  name: Schema.NonEmptyString,
  email: Wire.text,
  message: Schema.String
})
const Entries = Schema.Struct({ entries: Schema.Array(Schema.Unknown), next: Wire.text })

/** Which value of a contact each field is. */
const paths: RecordFields.Paths = { name: "name.full", email: "email" }

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
    const version = Version.make(entry.changed_at)
    return [
      Part.contact({
        ref: guest,
        kind: "address",
        version,
        fields: RecordFields.toContact(paths, { name: entry.name, email: entry.email })
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
        authorize: Http.bearer(credentials.token)
      })
    ),
  limits: Limits.cautious,
  feeds: [entries],
  check: Effect.as(
    Effect.flatMap(GuestbookApi, (api) => api.request("entries", { path: "/entries", query: { from: 0, to: 1 } })),
    [Finding.good("the guest book answers")]
  )
})
