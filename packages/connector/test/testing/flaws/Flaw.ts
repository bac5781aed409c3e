/** A mistake that an author could make: Parley with one fact wrong, and the check that must notice it. */
import type { Connector } from "@interchannel/connector"
import type { Conformance, Subject } from "@interchannel/connector/testing"
import { Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { startParley } from "../parley/emulator.ts"
import * as P from "../parley/Parley.ts"

export interface Flaw {
  readonly what: string
  readonly connector: Connector.Any
  readonly options: Conformance.Options
  /** The name of the check; others may fail too. */
  readonly noticed: string
}

/** What is wrong. */
export interface Facts {
  readonly people?: Partial<typeof P.people>
  readonly lines?: Partial<typeof P.lines>
  readonly journal?: Partial<typeof P.journal>
  readonly events?: Partial<typeof P.events>
  readonly socket?: Partial<typeof P.socket>
  readonly appendTimeline?: object
  readonly upsertContact?: object
  readonly sendMessage?: object
  readonly connector?: object
  readonly subject?: (subject: Subject) => Subject
}

export const flaw = (what: string, noticed: string, facts: Facts): Flaw => ({
  what,
  noticed,
  connector: {
    ...P.Parley,
    feeds: [
      { ...P.people, ...facts.people },
      { ...P.lines, ...facts.lines },
      { ...P.journal, ...facts.journal }
    ],
    webhooks: [{ ...P.events, ...facts.events }],
    listeners: [{ ...P.socket, ...facts.socket }],
    actions: [
      { ...P.appendTimeline, ...facts.appendTimeline },
      { ...P.upsertContact, ...facts.upsertContact },
      { ...P.sendMessage, ...facts.sendMessage }
    ],
    ...facts.connector
  } as Connector.Any,
  options: { start: facts.subject === undefined ? startParley : Effect.map(startParley, facts.subject) }
})

/** The outcomes with their parts changed. */
export const changed = (
  outcomes: ReadonlyArray<Part.Outcome>,
  change: (part: Part.Part) => object
): ReadonlyArray<Part.Outcome> =>
  outcomes.map((outcome) => (Part.isRefetch(outcome) ? outcome : ({ ...outcome, ...change(outcome) } as Part.Part)))
