/** Which Person each contact belongs to. Ids are append-only history: a retired id redirects to the one that took over. */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

export interface Member {
  readonly contact: string
  readonly person: string
}
export interface PersonRow {
  readonly id: string
  readonly createdAt: Instant.Instant
  /** Set when the id was retired by a merge. */
  readonly mergedInto?: string
  /** The contact that founded it; a split revives a retired id with its founder. */
  readonly founder: string
}

export interface PersonChanges {
  /** The handle keys under which a contact is found; replaces earlier ones. */
  readonly postings: ReadonlyArray<{ readonly contact: string; readonly keys: ReadonlyArray<string> }>
  readonly members: ReadonlyArray<Member>
  /** Contacts that belong to nobody any more. */
  readonly leavers: ReadonlyArray<string>
  readonly persons: ReadonlyArray<PersonRow>
}

export class Persons extends Context.Tag("@interchannel/store/Persons")<
  Persons,
  {
    /** Contacts found under each handle key, at most `capPerKey` of each. */
    readonly postings: (
      keys: ReadonlyArray<string>,
      capPerKey: number
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, StoreError>
    /** The handle keys that a contact is posted under. */
    readonly keysOf: (
      contacts: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, StoreError>
    readonly personOf: (contacts: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StoreError>
    readonly contactsOf: (
      persons: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, StoreError>
    readonly persons: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, PersonRow>, StoreError>
    readonly save: (changes: PersonChanges) => Effect.Effect<void, StoreError>
    /** Live ids only. */
    readonly count: Effect.Effect<number, StoreError>
  }
>() {}
