/** A question about one field that only a person can answer: which of two values is right. */
import { type ConnectionId, type Instant, Key } from "@interchannel/domain"
import type { Reviews } from "@interchannel/store"
import type { Decision, Situation } from "./FieldDecision.ts"
import type { Ask, FieldIntent } from "./FieldIntent.ts"

export const KIND = "field"

export interface FieldQuestion {
  readonly field: string
  /** The record's address in the destination. */
  readonly record: string
  /** What stands there, and since when. */
  readonly theirs: string | null
  readonly theirsSince: Instant.Instant
  /** What is wanted there, who says so, and since when. */
  readonly ours: string
  readonly source: ConnectionId
  readonly oursSince: Instant.Instant
  readonly policy: string
  readonly rule: string
  /** The systems that write it in turns; nothing is written until a person decides. */
  readonly fight?: ReadonlyArray<ConnectionId>
}

export const idOf = (projection: string, field: string): string => Key.derive("r", KIND, projection, field)

export const of = (
  { projection, ref }: FieldIntent,
  ask: Ask,
  stands: Situation["stands"],
  { rule, fight }: Decision
): Reviews.Question => {
  const body: FieldQuestion = {
    field: ask.name,
    record: `${projection.destination}/${ref.kind}/${ref.id}`,
    theirs: stands.value ?? null,
    theirsSince: stands.changedAt,
    ours: ask.value ?? "",
    source: ask.source,
    oursSince: ask.since,
    policy: ask.policy,
    rule,
    ...(fight === undefined ? {} : { fight })
  }
  return {
    id: idOf(projection.key, ask.name),
    kind: KIND,
    destination: projection.destination,
    subject: projection.key,
    body
  }
}
