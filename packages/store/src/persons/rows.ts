/** Rows of who-is-who: what is asked for, what is found, what is written. */
import type { Instant } from "@interchannel/domain"

export interface Member {
  readonly contact: string
  /** Absent: it is on a line. */
  readonly person?: string
  /** The first contact of its sure group. */
  readonly sure: string
}

export interface PersonRow {
  readonly id: string
  readonly createdAt: Instant.Instant
  /** The contact it was made for; a split revives a retired id with its founder. */
  readonly founder: string
  /** Retired by a merge: who it became. */
  readonly mergedInto?: string
  /** Retired: its last contact went. */
  readonly emptied?: true
}

/** A decision of people. `data` is its own business. */
export interface DecisionRow {
  readonly id: string
  readonly data: object
  /** Who took it back, when and why; it stays readable. */
  readonly revoked?: object
}

/** Something that became of a person, for its history. */
export interface EventRow {
  readonly at: Instant.Instant
  readonly person: string
  /** The other person it is about: who it merged into, was split from, moved to. */
  readonly other?: string
  readonly data: object
}

export interface Wanted {
  readonly contacts: ReadonlyArray<string>
  readonly persons: ReadonlyArray<string>
  /** Persons whose contacts are wanted. */
  readonly members: ReadonlyArray<string>
  /** Contacts that may have founded persons. */
  readonly founded: ReadonlyArray<string>
  readonly refined: ReadonlyArray<number>
  readonly postings: ReadonlyArray<number>
  readonly edges: ReadonlyArray<string>
  readonly firstNames: ReadonlyArray<number>
}

export interface Found {
  readonly contacts: ReadonlyMap<string, Member & { readonly features: object }>
  readonly persons: ReadonlyArray<PersonRow>
  readonly members: ReadonlyMap<string, ReadonlyArray<string>>
  readonly refined: ReadonlySet<number>
  /** Sorted, at most as many as asked for. */
  readonly postings: ReadonlyMap<number, ReadonlyArray<string>>
  readonly edges: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly firstNames: ReadonlyMap<number, number>
}

/** Everything that some placements change; saved in one write. Saving it again changes nothing but the history. */
export interface Changes {
  /** Features where they are others than before. */
  readonly members: ReadonlyArray<Member & { readonly features?: object }>
  /** Contacts that are there no more. */
  readonly gone: ReadonlyArray<string>
  readonly persons: ReadonlyArray<PersonRow>
  readonly refined: ReadonlyArray<number>
  readonly postings: ReadonlyArray<{ readonly key: number; readonly contact: string; readonly there: boolean }>
  /** One direction each; without bits it goes. */
  readonly edges: ReadonlyArray<{ readonly a: string; readonly b: string; readonly bits: number | undefined }>
  readonly firstNames: ReadonlyArray<{ readonly handle: number; readonly names: number | undefined }>
  readonly events: ReadonlyArray<EventRow>
}
