/**
 * What vendors tell again of people who were erased goes no further, and its raw body goes at once. A record that turns out
 * to be theirs by an address is turned away by its own name from then on: what they take part in may name nothing else.
 */
import { Database, Erasures, Ledger, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Fold from "../ledger/Fold.ts"
import * as Mention from "./Mention.ts"
import * as Names from "./Names.ts"

export interface Sorted {
  readonly welcome: ReadonlyArray<Fold.Told>
  /** Inbox rows that spoke of somebody erased, each with the erasure. */
  readonly rows: ReadonlyMap<string, string>
  /** Records that turned out to be somebody's who was erased. */
  readonly records: ReadonlyArray<Recognised>
}

export interface Recognised {
  readonly erasure: string
  /** The contact that it is, or would be. */
  readonly key: string
  readonly isKnown: boolean
  readonly names: ReadonlyArray<string>
}

export const sort = (
  told: ReadonlyArray<Fold.Told>
): Effect.Effect<Sorted, StoreError, Erasures.Erasures | Ledger.Ledger> =>
  Effect.gen(function* () {
    const named = told.map((one) => ({ one, mention: Mention.of(one.connection, one.part) }))
    const away = yield* turnedAway(named)
    if (away.size === 0) return { welcome: told, rows: new Map(), records: [] }
    const contacts = yield* contactsIn(named)
    let all = away
    const records: Array<Recognised> = []
    // A former name of a record may be all that another one has; each round finds a record or is the last.
    for (let round = 0; round < contacts.length; round++) {
      const found = contacts.flatMap((contact) => recognised(contact, all))
      if (found.length === 0) break
      records.push(...found)
      all = new Map([...all, ...found.flatMap(({ erasure, names }) => names.map((name) => [name, erasure] as const))])
    }
    return {
      welcome: named.filter(({ mention }) => erasureOf(mention, all) === undefined).map(({ one }) => one),
      rows: new Map(
        named.flatMap(({ one, mention }) => {
          const erasure = erasureOf(mention, all)
          return erasure === undefined ? [] : [[one.inboxId, erasure] as const]
        })
      ),
      records
    }
  })

/** Within the write that saves what is welcome: nobody in it was erased since it was sorted. */
export const isStill = ({ welcome }: Sorted): Effect.Effect<boolean, StoreError, Erasures.Erasures | Ledger.Ledger> =>
  Effect.map(sort(welcome), (again) => again.welcome.length === welcome.length)

/** Within the same write: their raw bodies go, and are counted. */
export const forget = ({ rows }: Sorted): Effect.Effect<void, StoreError, Erasures.Erasures> =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    const counts = new Map<string, number>()
    for (const erasure of rows.values()) counts.set(erasure, (counts.get(erasure) ?? 0) + 1)
    yield* erasures.forgetRaw([...rows.keys()])
    yield* erasures.countTurnedAway(counts)
  })

/** Within the same write; what they took part in may have been told before, and is forgotten then. */
export const keep = ({
  records
}: Sorted): Effect.Effect<void, StoreError, Database.Database | Erasures.Erasures | Ledger.Ledger> =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    const ledger = yield* Ledger.Ledger
    const keys = records.map(({ key }) => key)
    const isMore =
      records.some(({ isKnown }) => isKnown) ||
      (yield* ledger.interactionKeysOfContacts(keys, { after: "", limit: 1 })).length > 0
    const open = isMore ? yield* erasures.all : []
    for (const { erasure: id, key, names } of records) {
      const erasure = open.find((one) => one.id === id)
      if (erasure !== undefined) {
        const { doneAt: _, ...again } = erasure
        if (erasure.phase !== "people" && erasure.phase !== "again")
          yield* erasures.save({ ...again, phase: "ledger", place: "" })
        yield* erasures.addContacts(id, [key])
      }
      yield* erasures.turnAway(id, "person", names)
    }
    if (open.length > 0) yield* (yield* Database.Database).signal("control")
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Named {
  readonly one: Fold.Told
  readonly mention: Mention.Mention
}

/** The erasure of whom it speaks. */
const erasureOf = (mention: Mention.Mention, away: ReadonlyMap<string, string>): string | undefined =>
  Mention.telling(mention)
    .map((name) => away.get(name))
    .find((id) => id !== undefined)

const turnedAway = (named: ReadonlyArray<Named>) =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    const nobody: ReadonlyMap<string, string> = new Map()
    if (named.length === 0 || !(yield* erasures.isAnybody)) return nobody
    return yield* erasures.turnedAway([
      ...new Set(named.flatMap(({ mention }) => [...mention.names, ...mention.doubtful]))
    ])
  })

/** The contacts that are told of, with all that is known of each. */
const contactsIn = (named: ReadonlyArray<Named>) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const told = named.flatMap(({ one: { connection, part }, mention }) => {
      if (part.subject !== "contact") return []
      const records = [part.ref, ...(part.former ?? [])].map((ref) => Names.ofRecord(connection, "contact", ref))
      return [{ key: Fold.keyOf(connection, "contact", part.ref), mention, records }]
    })
    const resolved = yield* ledger.resolve([...new Set(told.map(({ key }) => key))])
    const known = yield* ledger.contacts([...new Set(resolved.values())])
    return told.map((one) => {
      const key = resolved.get(one.key) ?? one.key
      const contact = known.get(key)?.contact
      return { ...one, key, ...(contact === undefined ? {} : { own: contact.handles.flatMap(Names.ofHandle) }) }
    })
  })

type Contact = Effect.Effect.Success<ReturnType<typeof contactsIn>>[number]

/** A record that is known by an address of its own is somebody else's, whatever they have in common. */
const recognised = (
  { key, mention, records, own }: Contact,
  away: ReadonlyMap<string, string>
): ReadonlyArray<Recognised> => {
  const erasure = erasureOf(mention, away)
  const fresh = records.filter((record) => !away.has(record))
  if (erasure === undefined || fresh.length === 0 || own?.every((name) => away.has(name)) === false) return []
  return [{ erasure, key, isKnown: own !== undefined, names: fresh }]
}
