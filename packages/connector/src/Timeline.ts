/** What is written back: a timeline entry and a context card, rendered for people and free of any vendor's format. */
import type { Handle, Instant, Interaction, InteractionKind, Interactions, Role } from "@interchannel/domain"

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
