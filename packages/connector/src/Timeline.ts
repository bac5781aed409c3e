/** What is written back: a timeline entry and a context card, rendered for people and free of any vendor's format. */
import {
  type Handle,
  Instant,
  type Interaction,
  type InteractionKind,
  type Interactions,
  type Role
} from "@interchannel/domain"
import * as Html from "./Html.ts"
import { cut } from "./Text.ts"

/** One Interaction, or one Conversation where the policy says so, as a reader of the destination sees it. */
export interface Entry {
  readonly kind: InteractionKind
  readonly direction: Interactions.Direction
  readonly startedAt: Instant.Instant
  readonly endedAt?: Instant.Instant
  /** One line: `Chat in #acme-shared (Slack, support-eu)`. */
  readonly title: string
  /** At a glance: when, how long, between whom. One line each; left out where the vendor has a field that shows it better. */
  readonly facts: ReadonlyArray<Fact>
  /** Plain text, paragraphs apart by a blank line. May be long: cut to the vendor's limit and link on. */
  readonly body: string
  readonly outcome?: string
  readonly from?: Party
  readonly to: ReadonlyArray<Party>
  readonly links: ReadonlyArray<Interactions.Link>
  /** The kind's own details, for vendors that have fields for them (call duration, mail headers). */
  readonly details: Interaction["details"]
}

export interface Fact {
  readonly label: "When" | "Duration" | "From" | "To" | (string & {})
  readonly value: string
}

export interface Party {
  readonly role: Role
  readonly name?: string
  readonly handle?: Handle.Handle
}

/** What an agent sees beside a conversation: who it is, and what happened on the other channels. */
export interface Card {
  readonly title: string
  readonly subtitle?: string
  readonly facts: ReadonlyArray<{ readonly label: string; readonly value: string; readonly url?: string }>
  /** Newest first. */
  readonly recent: ReadonlyArray<{
    readonly at: Instant.Instant
    readonly kind: InteractionKind
    readonly where: string
    readonly text: string
    readonly url?: string
  }>
}

/** An entry for a field of plain text. The links stay whole, whatever has to be cut: they lead to what is missing. */
export const entryText = ({ facts, body, outcome, links }: Entry, charactersMax: number): string => {
  const glance = facts.map(({ label, value }) => `${label}: ${value}`).join("\n")
  const tail = [outcome, ...links.map(({ label, url }) => `${label}: ${url}`)].filter(Boolean).join("\n")
  const around = [glance, tail].filter(Boolean).join("\n\n").length
  return [glance, cut(body, Math.max(1, charactersMax - around)), tail].filter(Boolean).join("\n\n")
}

/** The same for a field of HTML. `head` is HTML that goes before all else. */
export const entryHtml = ({ facts, body, outcome, links }: Entry, charactersMax: number, head = ""): string => {
  const glance = facts.map(({ label, value }) => `${label}: ${value}`).join("\n")
  const before = head + Html.fromTextWithin(glance, GLANCE_CHARACTERS_MAX)
  const ending = outcome === undefined ? "" : Html.fromTextWithin(outcome, OUTCOME_CHARACTERS_MAX)
  const after = links
    .filter(({ url }) => /^https?:\/\//i.test(url))
    .map(({ url, label }) => `<p><a href="${Html.escape(url)}">${Html.escape(label)}</a></p>`)
    .reduce((sum, link) => (sum.length + link.length > charactersMax / 2 ? sum : sum + link), "")
  const room = charactersMax - before.length - ending.length - after.length
  return before + Html.fromTextWithin(body, Math.max(1, room)) + ending + after
}

/** A card for a field of plain text: who it is, and what happened elsewhere, newest first. */
export const cardText = ({ title, subtitle, facts, recent }: Card, charactersMax: number): string =>
  cut(
    [
      [title, subtitle].filter(Boolean).join(", "),
      ...facts.map(({ label, value, url }) => `${label}: ${[value, url].filter(Boolean).join(" ")}`),
      ...(recent.length === 0 ? [] : [""]),
      ...recent.map(({ at, where, text, url }) => [Instant.toText(at), where, text, url].filter(Boolean).join(" · "))
    ].join("\n"),
    charactersMax
  )

/** A card for a place with little room: so many facts and events, each text cut. */
export const smallCard = (
  { title, subtitle, facts, recent }: Card,
  most: { readonly facts: number; readonly recent: number; readonly characters: number }
): Card => ({
  title: cut(title, most.characters),
  ...(subtitle === undefined ? {} : { subtitle: cut(subtitle, most.characters) }),
  facts: facts.slice(0, most.facts).map((fact) => ({ ...fact, value: cut(fact.value, most.characters) })),
  recent: recent.slice(0, most.recent).map((event) => ({ ...event, text: cut(event.text, most.characters) }))
})

// ---------------------------------------------------------------------------------------------------------------------

const GLANCE_CHARACTERS_MAX = 4_000
const OUTCOME_CHARACTERS_MAX = 600
