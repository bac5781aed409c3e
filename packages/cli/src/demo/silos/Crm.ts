/** HubSpot with the cast's records in it, and what stands on them. */
import type { Emulator } from "@interchannel/connector/testing"
import { type HubSpotEmulator, type Stored, startHubSpot } from "@interchannel/connector-hubspot/emulator"
import * as Effect from "effect/Effect"
import * as Cast from "../Cast.ts"

export type Deed =
  /** Staff logs a call. */
  | {
      readonly on: "crm"
      readonly does: "log call"
      readonly who: Cast.CustomerName
      readonly title: string
      readonly text: string
    }
  /** This customer gets a record. */
  | { readonly on: "crm"; readonly does: "add record"; readonly who: Cast.CustomerName }
  /** The two records of this customer become a third. */
  | { readonly on: "crm"; readonly does: "merge records"; readonly who: Cast.CustomerName }
  /** An admin deletes the entry with these words. */
  | { readonly on: "crm"; readonly does: "remove entry"; readonly words: string }

/** An entry on records, whoever wrote it. */
export interface Entry {
  readonly at: number
  readonly type: EntryType
  readonly title: string
  readonly text: string
  /** Written by us; else by people or other tools. */
  readonly ours: boolean
  readonly on: ReadonlyArray<Cast.CustomerName>
  readonly properties: Readonly<Record<string, string>>
}
export type EntryType = "call" | "note" | "communication" | "email" | "meeting"

export interface Crm {
  readonly hubspot: HubSpotEmulator
  readonly addresses: Addresses
  readonly perform: (deed: Deed) => void
  /** Every entry that stands there, in order of time. */
  readonly entries: () => ReadonlyArray<Entry>
}

/** What a daemon needs to know to connect. */
export interface Addresses {
  readonly apiUrl: string
  readonly accessToken: string
  readonly clientId: string
  readonly clientSecret: string
  readonly portalId: number
}

export const open = (options: { readonly clock: Emulator.Emulator["clock"] }) =>
  Effect.map(startHubSpot(options), (hubspot): Crm => {
    for (const name of Cast.customerNames) addRecords(hubspot, name)
    const { accessToken, clientId, clientSecret, portalId } = hubspot.portals[0]!
    return {
      hubspot,
      addresses: { apiUrl: hubspot.url, accessToken, clientId, clientSecret, portalId },
      perform: (deed) => perform(hubspot, deed),
      entries: () => entriesOf(hubspot)
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const addRecords = (hubspot: HubSpotEmulator, name: Cast.CustomerName): void => {
  const { records, email, alsoAs } = Cast.customerOf(name)
  if (records === "none") return
  addRecord(hubspot, name, { email, ...(alsoAs === undefined || records === "one each" ? {} : also(alsoAs)) })
  if (alsoAs !== undefined && records === "one each") addRecord(hubspot, name, { email: alsoAs })
}

const also = (email: string) => ({ hs_additional_emails: email })

const addRecord = (
  { world }: HubSpotEmulator,
  name: Cast.CustomerName,
  emails: Readonly<Record<string, string>>
): void => {
  const { name: title, phone, of } = Cast.customerOf(name)
  const [firstname = "", lastname = ""] = title.split(" ")
  world.create(world.portal(0), "contacts", {
    ...emails,
    firstname,
    lastname,
    ...(of === undefined ? {} : { company: of }),
    ...(phone === undefined ? {} : { phone })
  })
}

const perform = (hubspot: HubSpotEmulator, deed: Deed): void => {
  const { world } = hubspot
  const portal = world.portal(0)
  switch (deed.does) {
    case "log call": {
      const values = { hs_call_title: deed.title, hs_call_body: deed.text, hs_call_direction: "INBOUND" }
      world.log(portal, "calls", values, recordsOf(hubspot, deed.who).slice(0, 1))
      return
    }
    case "add record":
      return addRecord(hubspot, deed.who, { email: Cast.customerOf(deed.who).email })
    case "merge records": {
      const [primary, other] = recordsOf(hubspot, deed.who)
      world.merge(portal, "contacts", primary!, other!)
      return
    }
    case "remove entry": {
      const found = storedEntries(hubspot).find(({ properties }) =>
        Object.values(properties).some((value) => value.includes(deed.words))
      )
      if (found === undefined) throw new Error(`the script removes ${deed.words} before it stands there`)
      return world.archive(portal, found.type, found.id)
    }
  }
}

/** Ids of a customer's live records, oldest first. */
const recordsOf = ({ world }: HubSpotEmulator, name: Cast.CustomerName): ReadonlyArray<string> => {
  const { email, alsoAs } = Cast.customerOf(name)
  return world
    .all(world.portal(0), "contacts")
    .filter(({ properties }) => properties["email"] === email || properties["email"] === alsoAs)
    .map(({ id }) => id)
}

/** The property in which our entries carry their key. */
const MARKER = "interchannel_id"

/** Each type with the property that holds its body and, where it has one, its title. */
const readable = {
  calls: ["call", "hs_call_body", "hs_call_title"],
  notes: ["note", "hs_note_body", undefined],
  communications: ["communication", "hs_communication_body", undefined],
  emails: ["email", "hs_email_html", "hs_email_subject"],
  meetings: ["meeting", "hs_meeting_body", "hs_meeting_title"]
} as const
const types = Object.keys(readable) as ReadonlyArray<keyof typeof readable>

const storedEntries = ({ world }: HubSpotEmulator): ReadonlyArray<Stored & { readonly type: keyof typeof readable }> =>
  types.flatMap((type) => world.all(world.portal(0), type).map((record) => ({ ...record, type })))

const entriesOf = (hubspot: HubSpotEmulator): ReadonlyArray<Entry> => {
  const owner = new Map<string, Cast.CustomerName>(
    Cast.customerNames.flatMap((name) => recordsOf(hubspot, name).map((id) => [`contacts/${id}`, name] as const))
  )
  return storedEntries(hubspot)
    .map((record) => {
      const [type, body, titled] = readable[record.type]
      const on = Object.keys(record.on).flatMap((key) => owner.get(key) ?? [])
      return { ...shown(record.properties, body, titled), type, on, properties: record.properties }
    })
    .sort((a, b) => a.at - b.at)
}

const shown = (properties: Entry["properties"], body: string, titled: string | undefined) => {
  const paragraphs = (properties[body] ?? "")
    .split(/<\/p>|\n+/)
    .map(plain)
    .filter((paragraph) => paragraph !== "")
  const given = titled === undefined ? undefined : properties[titled]
  const [title = "", ...rest] = given === undefined ? paragraphs : [given, ...paragraphs]
  const at = properties["hs_timestamp"] ?? ""
  return {
    at: /^\d+$/.test(at) ? Number(at) : Date.parse(at),
    title,
    text: rest.join(" "),
    ours: properties[MARKER] !== undefined
  }
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }

const plain = (html: string): string =>
  html
    .replace(/<br\b[^>]*>/g, " · ")
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "")
