/** HubSpot's stand-in with two accounts, and hands for the conformance suite. */
import type { Timeline } from "@interchannel/connector"
import { EmulatorClock, type Subject } from "@interchannel/connector/testing"
import { Handle, Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type HubSpotEmulator, type Portal, type Stored, startHubSpot } from "../src/emulator.ts"
import { journal } from "../src/journal.ts"
import { type ObjectType, objectTypes } from "../src/objects.ts"
import { JournalEvent } from "../src/wire.ts"

export const START = Date.UTC(2026, 4, 4, 9, 0, 0)

export const credentialsOf = ({ accessToken, clientId, clientSecret }: Portal) => ({
  accessToken,
  clientId,
  clientSecret
})
export const settingsOf = (emulator: HubSpotEmulator, { portalId }: Portal) => ({ portalId, apiUrl: emulator.url })

/** Stand-ins in which something was made that HubSpot itself would not have. */
export const spoilt = new WeakSet<object>()

const typeOfFeed: Readonly<Record<string, ObjectType>> = {
  contacts: "contacts",
  "contact-changes": "contacts",
  journal: "contacts",
  companies: "companies",
  "company-changes": "companies",
  engagements: "notes",
  "record-deletions": "contacts",
  "entry-deletions": "notes"
}

export const subject = Effect.gen(function* () {
  const emulator = yield* startHubSpot({ clock: EmulatorClock.manual(START), pageItems: 3 })
  const { world } = emulator
  const portals = [world.portal(0), world.portal(1)] as const
  const [first] = portals
  for (const portal of portals) world.subscribe(portal)
  /** By feed and key: the record behind an item. */
  const records = new Map<string, Stored>()
  let made = 0

  const customer = world.create(first, "contacts", { email: "carl@example.org", firstname: "Carl" })
  const other = world.create(first, "contacts", { email: "olga@example.org", firstname: "Olga" })
  const company = world.create(first, "companies", { name: "Example Trading", domain: "example.org" })

  const make = (feed: string, account: 0 | 1 = 0): string => {
    const portal = portals[account]
    made += 1
    if (feed === "owners") {
      return world.addOwner(portal, { email: `agent${made}@example.com`, firstName: "Agent", lastName: `${made}` }).id
    }
    const type = typeOfFeed[feed]!
    const record =
      type === "contacts"
        ? world.create(portal, type, { email: `person${made}@example.com`, firstname: `Person ${made}` })
        : type === "companies"
          ? world.create(portal, type, { name: `Company ${made}`, domain: `company${made}.example.com` })
          : world.log(portal, "notes", { hs_note_body: `<p>Note ${made}</p>` }, account === 0 ? [customer.id] : [])
    if (feed.endsWith("-deletions")) world.archive(portal, type, record.id)
    const isKeyedByType = type === "notes" || feed === "record-deletions"
    const key = feed === "journal" ? lastEvent(portal) : isKeyedByType ? `${type}/${record.id}` : record.id
    records.set(`${feed} ${key}`, record)
    return key
  }
  const recordOf = ({ feed, key }: { readonly feed: string; readonly key: string }) => records.get(`${feed} ${key}`)!
  const live = (key: string) =>
    objectTypes
      .flatMap((type) => world.all(first, type))
      .filter((record) => record.properties["interchannel_id"] === key)
  const written = (key: string) => emulator.canonical().filter((one) => one.key === key)
  const deleteByHand = (key: string) => {
    for (const record of live(key)) world.archive(first, record.type, record.id)
  }

  return {
    emulator,
    accounts: portals.map((portal) => ({
      credentials: credentialsOf(portal),
      settings: settingsOf(emulator, portal),
      expireToken: () => {
        portal.revoked = true
      }
    })) as unknown as Subject["accounts"],
    play: {
      item: async (feed, account) => ({
        feed,
        key: make(feed, account),
        ...(account === undefined ? {} : { account })
      }),
      edit: async (played) => {
        const { feed, key, account = 0 } = played
        const portal = portals[account]
        if (feed === "owners") {
          const owner = portal.owners.find(({ id }) => id === key)!
          owner.lastName = "Renamed"
          owner.updatedAt = world.clock.now()
          return
        }
        const { type, id } = recordOf(played)
        const edited = { contacts: "firstname", companies: "name", notes: "hs_note_body" }[type as string]!
        world.update(portal, type, id, { [edited]: "Edited" })
      },
      remove: async (played) => {
        const { feed, key, account = 0 } = played
        const portal = portals[account]
        if (feed === "owners") {
          portal.owners.splice(
            portal.owners.findIndex(({ id }) => id === key),
            1
          )
          return
        }
        const { type, id } = recordOf(played)
        world.archive(portal, type, id)
      },
      merge: async (a, b) => {
        const [one, two] = [recordOf(a), recordOf(b)]
        const survivor = world.merge(first, one.type as "contacts" | "companies", one.id, two.id)
        return { feed: a.feed, key: survivor.id }
      },
      badItem: async (feed) => {
        spoilt.add(emulator.log)
        if (feed === "owners") world.addOwner(first, { email: 7 as never, firstName: "Bad", lastName: "Owner" })
        else if (feed === "journal") first.unpublished.push({ action: "CREATE", objectTypeId: "0-1", objectId: 1 })
        else recordOf({ feed, key: make(feed) }).properties = { firstname: 7, name: 7, hs_note_body: 7 } as never
      },
      manyAtOneInstant: async (feed, n) => {
        for (let count = 0; count < n; count++) make(feed)
      }
    },
    only: {
      edit: ["contacts", "contact-changes", "companies", "company-changes", "engagements", "journal", "owners"],
      remove: ["contacts", "contact-changes", "companies", "company-changes", "engagements", "journal", "owners"],
      merge: ["contacts", "contact-changes", "companies", "company-changes"]
    },
    capped: ["contact-changes", "company-changes", "engagements"],
    deliveries: { events: (account = 0) => emulator.deliveries(portals[account]) },
    actions: {
      AppendTimeline: {
        input: (n) => ({
          key: `entry-${n}`,
          entry: entry(n),
          records: [Ref.local("contact", customer.id), Ref.local("company", company.id)],
          leave: []
        }),
        landed: (key) => live(key).length,
        content: written,
        deleteByHand,
        elsewhere: () => Ref.local("contact", other.id)
      },
      UpsertContact: {
        input: (n) => ({
          key: `contact-${n}`,
          fields: {
            name: { given: "Nora", family: `Number ${n}` },
            handles: [
              // Every third one has a number only, and is found again by our key.
              ...(n % 3 === 0 ? [] : [Handle.email(`nora${n}@example.com`)!]),
              Handle.phone("+1 202 555 0142")!
            ]
          }
        }),
        landed: (key) => live(key).length,
        content: written,
        deleteByHand
      }
    },
    fields: {
      record: () =>
        Ref.local(
          "contact",
          world.create(first, "contacts", { email: `fay${++made}@example.com`, company: "Example" }).id
        ),
      names: ["company", "jobtitle"],
      text: (n) => `Text ${n}`,
      stands: ({ id }) => ({ ...world.find(first, "contacts", id)!.properties }),
      edit: ({ id }, name, value) => void world.update(first, "contacts", id, { [name]: value }),
      deleteByHand: ({ id }) => world.archive(first, "contacts", id)
    }
  } satisfies Subject
})

const lastEvent = (portal: Portal): string =>
  journal.key(Schema.decodeUnknownSync(JournalEvent)(portal.unpublished.at(-1)))

const common = {
  startedAt: START,
  to: [],
  facts: [
    { label: "When", value: "Mon 4 May 2026, 09:00 UTC" },
    { label: "Queue", value: "Orders & returns" }
  ],
  body: "Asked about the order.\n\nWants <b>two</b> & no more.",
  details: {}
} as const

/** Entries of all kinds in turn. */
export const entry = (n: number): Timeline.Entry => {
  const title = `Entry ${n}`
  const links = [{ label: "Whole story", url: `https://example.com/${n}` }]
  const more = { ...common, title, links }
  const customer = { role: "customer", name: "Carl", handle: Handle.phone("+1 202 555 0101")! } as const
  const kinds: ReadonlyArray<Timeline.Entry> = [
    { ...more, kind: "chat", direction: "inbound" },
    { ...more, kind: "voice", direction: "inbound", endedAt: START + 90_000, from: customer, outcome: "Answered" },
    {
      ...more,
      kind: "email",
      direction: "outbound",
      from: { role: "agent", handle: Handle.email("agnes@example.com")! }
    },
    { ...more, kind: "sms", direction: "inbound", from: customer },
    { ...more, kind: "appointment", direction: "outbound", endedAt: START + 1_800_000 }
  ]
  return kinds[n % kinds.length]!
}
