/** What the stand-in knows: two accounts and all that is in them, as plain JSON, so that it can be saved and restored. */
import type { ObjectType } from "../objects.ts"

/** How a record stood from `at` on. */
export interface Revision {
  readonly at: number
  readonly properties: Readonly<Record<string, string>>
}

export interface Stored {
  readonly id: string
  readonly type: ObjectType
  properties: Readonly<Record<string, string>>
  readonly createdAt: number
  updatedAt: number
  archivedAt?: number
  /** Oldest first; what an index that lags behind still shows. */
  revisions: ReadonlyArray<Revision>
  /** `contacts/9001`: the association type ids to that record. */
  on: Record<string, ReadonlyArray<number>>
}

/** Who did it: a person, or an app through the API. */
export type Source =
  | { readonly changeSource: "CRM_UI" }
  | { readonly changeSource: "INTEGRATION"; readonly sourceId: string }

export interface Owner {
  readonly id: string
  email: string
  firstName: string
  lastName: string
  readonly createdAt: number
  updatedAt: number
}

export interface PropertyDefinition {
  readonly name: string
  readonly label: string
  readonly type: string
  readonly fieldType: string
  readonly groupName: string
  readonly description: string
  readonly hasUniqueValue: boolean
}

/** The events of one thing that happened, pushed together. */
export interface Told {
  readonly portalId: number
  readonly at: number
  readonly events: ReadonlyArray<Readonly<Record<string, unknown>>>
  delivered: boolean
}

export interface JournalFile {
  readonly offset: string
  readonly publishedAt: number
  readonly events: ReadonlyArray<Readonly<Record<string, unknown>>>
}

export interface Subscription {
  readonly id: number
  readonly subscriptionType: string
  readonly objectTypeId: string
  readonly actions: ReadonlyArray<string>
  readonly createdAt: number
}

export interface Portal {
  readonly portalId: number
  readonly appId: number
  readonly accessToken: string
  readonly clientId: string
  readonly clientSecret: string
  revoked: boolean
  readonly records: Record<ObjectType, Record<string, Stored>>
  /** `contacts/9001`: the id of what it was merged into. */
  readonly merged: Record<string, string>
  readonly properties: Record<ObjectType, Array<PropertyDefinition>>
  readonly groups: Record<ObjectType, Array<{ readonly name: string; readonly label: string }>>
  /** Properties that the account's admins demand on every write of a type. */
  readonly demanded: Record<string, ReadonlyArray<string>>
  readonly owners: Array<Owner>
  readonly subscriptions: Array<Subscription>
  readonly appTokens: Array<{ readonly token: string; readonly until: number }>
  /** Journal events that are in no file yet. */
  unpublished: Array<Readonly<Record<string, unknown>>>
  files: Array<JournalFile>
}

export interface State {
  /** All ids are drawn from here. */
  last: number
  readonly portals: Array<Portal>
  /** Of all of them, oldest first. */
  readonly told: Array<Told>
}
