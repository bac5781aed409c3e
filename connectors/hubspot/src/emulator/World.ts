/**
 * What happens in the accounts: people and apps make, change, merge and delete records. Each change is told as HubSpot tells
 * it, to webhooks and, where subscribed, to the journal.
 */
import { type EmulatorClock, Outbox } from "@interchannel/connector/testing"
import { associationTypeIds, type ObjectType, objects, objectTypes, type RecordType } from "../objects.ts"
import { notFound, Refusal } from "./Refusal.ts"
import { stored, uniqueNames, validate } from "./schema.ts"
import * as telling from "./telling.ts"
import type { Owner, Portal, Revision, Source, State, Stored, Told } from "./State.ts"

/** Revisions that are kept of one record. */
const REVISIONS_MAX = 20
/** Pushes that are kept, and journal events in no file yet of one account. */
const TOLD_MAX = 20_000
const hand: Source = { changeSource: "CRM_UI" }
type Values = Readonly<Record<string, string>>

export class World {
  readonly clock: EmulatorClock.EmulatorClock
  readonly outbox = new Outbox.Outbox<Told>(() => this.state.told, TOLD_MAX)
  #state: State
  /** Portal, type, property and value to the id: what is unique is found without a search. */
  #index = new Map<string, string>()

  constructor(state: State, clock: EmulatorClock.EmulatorClock) {
    this.clock = clock
    this.#state = state
    this.state = state
  }

  get state(): State {
    return this.#state
  }

  set state(state: State) {
    this.#state = state
    this.#index = new Map()
    for (const portal of state.portals) {
      for (const type of objectTypes)
        for (const record of Object.values(portal.records[type])) this.#enter(portal, record)
    }
  }

  portal(index: 0 | 1): Portal {
    return this.state.portals[index]!
  }

  portalOf({ portalId }: Pick<Told, "portalId">): Portal {
    return this.state.portals.find((portal) => portal.portalId === portalId)!
  }

  /** Whole numbers, each once, as HubSpot draws them. */
  draw(): string {
    return String(++this.state.last)
  }

  /** The record, also by an id it had before a merge. Archived ones only when asked for. */
  find(portal: Portal, type: ObjectType, id: string, archived = false): Stored | undefined {
    let at = id
    for (let next = portal.merged[`${type}/${at}`]; next !== undefined; next = portal.merged[`${type}/${at}`]) at = next
    const record = portal.records[type][at]
    return record !== undefined && (record.archivedAt !== undefined) === archived ? record : undefined
  }

  findBy(portal: Portal, type: ObjectType, property: string, value: string, archived = false): Stored | undefined {
    // The value of an archived record may be taken again, so it is in no index.
    if (archived) return this.all(portal, type, true).findLast(({ properties }) => properties[property] === value)
    const id = this.#index.get(indexKey(portal, type, property, value))
    return id === undefined ? undefined : this.find(portal, type, id)
  }

  /** Live ones, in order of id. */
  all(portal: Portal, type: ObjectType, archived = false): ReadonlyArray<Stored> {
    return Object.values(portal.records[type]).filter((record) => (record.archivedAt !== undefined) === archived)
  }

  create(portal: Portal, type: ObjectType, values: Values, by: Source = hand): Stored {
    validate(portal, type, values, values)
    this.#refuseTaken(portal, type, values, undefined)
    const at = this.clock.now()
    const properties = stored(lowered(values))
    const record: Stored = {
      id: this.draw(),
      type,
      properties,
      createdAt: at,
      updatedAt: at,
      revisions: [{ at, properties }],
      on: {}
    }
    portal.records[type][record.id] = record
    this.#enter(portal, record)
    this.#tell(portal, record, { action: "CREATE", event: "creation", by, details: [{ changeFlag: "CREATED" }] })
    return record
  }

  update(portal: Portal, type: ObjectType, id: string, values: Values, by: Source = hand): Stored {
    const record = this.find(portal, type, id)
    if (record === undefined) throw notFound(`${type} ${id}`)
    const written = stored(lowered(values))
    const changed = Object.entries(written).filter(([name, value]) => (record.properties[name] ?? "") !== value)
    validate(portal, type, values, { ...record.properties, ...written })
    this.#refuseTaken(portal, type, values, record.id)
    if (changed.length === 0) return record
    this.#leave(portal, record)
    record.properties = Object.fromEntries(
      Object.entries({ ...record.properties, ...written }).filter(([, it]) => it !== "")
    )
    record.updatedAt = this.clock.now()
    record.revisions = [...record.revisions, { at: record.updatedAt, properties: record.properties }].slice(
      -REVISIONS_MAX
    )
    this.#enter(portal, record)
    const changes = changed.map(([propertyName, propertyValue]) => ({ propertyName, propertyValue }))
    const facts = { propertyChanges: Object.fromEntries(changed) }
    this.#tell(portal, record, { action: "UPDATE", event: "propertyChange", by, details: changes, facts })
    return record
  }

  archive(portal: Portal, type: ObjectType, id: string, by: Source = hand): void {
    const record = this.find(portal, type, id)
    if (record === undefined) throw notFound(`${type} ${id}`)
    this.#leave(portal, record)
    record.archivedAt = this.clock.now()
    this.#tell(portal, record, { action: "DELETE", event: "deletion", by, details: [{}] })
  }

  restore(portal: Portal, type: ObjectType, id: string, by: Source = hand): void {
    const record = this.find(portal, type, id, true)
    if (record === undefined) throw notFound(`${type} ${id}`)
    delete record.archivedAt
    record.updatedAt = this.clock.now()
    record.revisions = [...record.revisions, { at: record.updatedAt, properties: record.properties }].slice(
      -REVISIONS_MAX
    )
    this.#enter(portal, record)
    this.#tell(portal, record, { action: "RESTORE", event: "restore", by, details: [{}] })
  }

  /** For good: the record is on no list, also not on that of the archived ones. */
  forget(portal: Portal, type: ObjectType, id: string, by: Source = hand): void {
    const record = this.find(portal, type, id)
    if (record === undefined) throw notFound(`${type} ${id}`)
    this.#leave(portal, record)
    delete portal.records[type][record.id]
    this.#tell(portal, record, { action: "GDPR_DELETE", event: "privacyDeletion", by, details: [{}] })
  }

  /** Makes a record with an id of its own; the two that went into it are on no list any more, and their ids lead to it. */
  merge(portal: Portal, type: RecordType, primaryId: string, otherId: string, by: Source = hand): Stored {
    const primary = this.find(portal, type, primaryId)
    const other = this.find(portal, type, otherId)
    if (primary === undefined || other === undefined)
      throw notFound(`${type} ${primary === undefined ? primaryId : otherId}`)
    if (primary === other) throw new Refusal(400, "VALIDATION_ERROR", "Cannot merge a record with itself")
    const at = this.clock.now()
    for (const record of [primary, other]) {
      this.#leave(portal, record)
      delete portal.records[type][record.id]
    }
    const properties = { ...other.properties, ...primary.properties, ...mergedProperties(type, primary, other) }
    const record: Stored = {
      id: this.draw(),
      type,
      properties,
      createdAt: Math.min(primary.createdAt, other.createdAt),
      updatedAt: at,
      revisions: [{ at, properties }],
      on: { ...other.on, ...primary.on }
    }
    portal.records[type][record.id] = record
    for (const { id } of [primary, other]) portal.merged[`${type}/${id}`] = record.id
    this.#enter(portal, record)
    this.#moveAssociations(portal, type, [primary.id, other.id], record.id)
    const facts = {
      primaryObjectId: Number(primary.id),
      mergedObjectIds: [Number(other.id)],
      newObjectId: Number(record.id),
      numberOfPropertiesMoved: Object.keys(other.properties).length
    }
    this.#tell(portal, record, { action: "MERGE", event: "merge", by, details: [facts], facts })
    return record
  }

  associate(portal: Portal, from: Stored, to: Stored, typeIds: ReadonlyArray<number>, by: Source = hand): void {
    const key = `${to.type}/${to.id}`
    const added = typeIds.filter((typeId) => from.on[key]?.includes(typeId) !== true)
    from.on[key] = [...(from.on[key] ?? []), ...added]
    if (added.length > 0) this.#push(portal, [telling.ofAssociation(from, to, false, added[0]!, by)])
  }

  dissociate(portal: Portal, from: Stored, toKey: string, by: Source = hand): void {
    const typeIds = from.on[toKey]
    if (typeIds === undefined) return
    delete from.on[toKey]
    const [type = "", id = ""] = toKey.split("/")
    const to = this.find(portal, type as ObjectType, id)
    if (to !== undefined) this.#push(portal, [telling.ofAssociation(from, to, true, typeIds[0] ?? 0, by)])
  }

  /** An entry that a person puts on contacts. */
  log(
    portal: Portal,
    type: keyof typeof associationTypeIds,
    values: Values,
    contactIds: ReadonlyArray<string>
  ): Stored {
    const at = new Date(this.clock.now()).toISOString()
    const record = this.create(portal, type, { hs_timestamp: at, ...values })
    for (const id of contactIds) {
      const contact = this.find(portal, "contacts", id)
      if (contact === undefined) throw notFound(`contacts ${id}`)
      this.associate(portal, record, contact, [associationTypeIds[type].contacts])
    }
    return record
  }

  addOwner(portal: Portal, given: Pick<Owner, "email" | "firstName" | "lastName">): Owner {
    const at = this.clock.now()
    const owner = { id: this.draw(), ...given, createdAt: at, updatedAt: at }
    portal.owners.push(owner)
    return owner
  }

  /** The journal tells of all object types from now on. */
  subscribe(portal: Portal): void {
    for (const type of objectTypes) {
      portal.subscriptions.push({
        id: Number(this.draw()),
        subscriptionType: "OBJECT",
        objectTypeId: objects[type].typeId,
        actions: ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE", "GDPR_DELETE"],
        createdAt: this.clock.now()
      })
    }
  }

  // -------------------------------------------------------------------------------------------------------------------

  #enter(portal: Portal, record: Stored): void {
    if (record.archivedAt !== undefined) return
    for (const name of uniqueNames(portal, record.type)) {
      const value = record.properties[name]
      if (value) this.#index.set(indexKey(portal, record.type, name, value), record.id)
    }
  }

  #leave(portal: Portal, record: Stored): void {
    for (const name of uniqueNames(portal, record.type)) {
      const key = indexKey(portal, record.type, name, record.properties[name] ?? "")
      if (this.#index.get(key) === record.id) this.#index.delete(key)
    }
  }

  #refuseTaken(portal: Portal, type: ObjectType, values: Values, own: string | undefined): void {
    for (const name of uniqueNames(portal, type)) {
      const value = values[name]
      const taken = value ? this.findBy(portal, type, name, value) : undefined
      if (taken === undefined || taken.id === own) continue
      throw new Refusal(
        409,
        "CONFLICT",
        `${type === "contacts" ? "Contact" : "Object"} already exists. Existing ID: ${taken.id}`
      )
    }
  }

  #moveAssociations(portal: Portal, type: ObjectType, from: ReadonlyArray<string>, to: string): void {
    for (const other of objectTypes) {
      for (const record of Object.values(portal.records[other])) {
        for (const id of from) {
          const typeIds = record.on[`${type}/${id}`]
          if (typeIds === undefined) continue
          delete record.on[`${type}/${id}`]
          record.on[`${type}/${to}`] = typeIds
        }
      }
    }
  }

  #tell(portal: Portal, record: Stored, change: telling.Change): void {
    this.#push(portal, telling.ofRecord(record, change))
    const event = telling.inJournal(portal, record, change, this.clock.now())
    if (event !== undefined) portal.unpublished.push(event)
    if (portal.unpublished.length > TOLD_MAX) portal.unpublished.shift()
  }

  #push(portal: Portal, events: ReadonlyArray<telling.Facts>): void {
    this.outbox.tell(telling.push(portal, events, this.clock.now(), () => this.draw()))
  }
}

/** How the record stood at a time; `undefined` when it was not there yet, or is older than what is kept. */
export const asOf = (record: Stored, at: number): Revision | undefined =>
  record.revisions.findLast((one) => one.at <= at)

const indexKey = (portal: Portal, type: ObjectType, property: string, value: string): string =>
  JSON.stringify([portal.portalId, type, property, value.toLowerCase()])

/** HubSpot keeps addresses in lower case. */
const lowered = (values: Values): Values =>
  values["email"] === undefined ? values : { ...values, email: values["email"].toLowerCase() }

const mergedProperties = (type: RecordType, primary: Stored, other: Stored): Values => {
  const ids = [
    primary.properties["hs_merged_object_ids"],
    other.properties["hs_merged_object_ids"],
    primary.id,
    other.id
  ]
  const emails = [
    primary.properties["hs_additional_emails"],
    other.properties["email"],
    other.properties["hs_additional_emails"]
  ]
  const joined = (pieces: ReadonlyArray<string | undefined>) => pieces.filter((piece) => piece).join(";")
  return {
    hs_merged_object_ids: joined(ids),
    ...(type === "contacts" && joined(emails) !== "" && primary.properties["email"] !== undefined
      ? { hs_additional_emails: joined(emails) }
      : {})
  }
}
