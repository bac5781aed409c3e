/**
 * Whom a copy of the store brought back: looked for in all that is known by the hashes that were kept of their names, since
 * who they were is known no more. Contacts first, which are forgotten as those of any erasure are; then what they took part
 * in that hangs on no such contact, as of somebody who was let in again.
 */
import type { Contact } from "@interchannel/domain"
import { Database, Erasures, type Leases, Ledger, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Installation } from "../configuration/Installation.ts"
import * as Forgetting from "./Forgetting.ts"
import * as Mention from "./Mention.ts"
import * as Names from "./Names.ts"

/** Contacts or interactions looked at in one step. */
const PAGE_MAX = 500
/** All keys of contacts are before it, and all of interactions after. */
const BETWEEN = "d"

export const step = (
  erasure: Erasures.Erasure,
  installation: Installation,
  lease: Leases.Lease
): Effect.Effect<Forgetting.Outcome, StoreError, Forgetting.Services> =>
  erasure.place < BETWEEN ? contacts(erasure, lease) : interactions(erasure, installation, lease)

// ---------------------------------------------------------------------------------------------------------------------

const contacts = (erasure: Erasures.Erasure, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const erasures = yield* Erasures.Erasures
    const database = yield* Database.Database
    const keys = yield* ledger.contactKeys({ after: erasure.place, limit: PAGE_MAX })
    const parts = yield* ledger.parts(keys)
    const rows = [...(yield* ledger.contacts(keys)).values()]
    const known = rows.map(({ contact }) => knownBy(contact, parts.get(contact.key) ?? []))
    const away = yield* turnedAway(
      erasure,
      known.flatMap(({ mentions }) => mentions.flatMap((mention) => [...mention.names, ...mention.doubtful]))
    )
    const found = known.filter((one) => isTheirs(one, away))
    const names = found.flatMap(({ records, own }) => [...records, ...own.filter((name) => away.has(name))])
    yield* database.write(
      Effect.gen(function* () {
        yield* erasures.addContacts(
          erasure.id,
          found.map(({ key }) => key)
        )
        yield* erasures.turnAway(erasure.id, "person", names)
        const place = keys.at(-1) ?? BETWEEN
        yield* erasures.save({ ...erasure, place, contacts: erasure.contacts + found.length })
      }),
      { lease }
    )
    return "more" as const
  })

const interactions = (erasure: Erasures.Erasure, installation: Installation, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const erasures = yield* Erasures.Erasures
    const database = yield* Database.Database
    const keys = yield* ledger.interactionKeys({ after: erasure.place, limit: PAGE_MAX })
    const parts = yield* ledger.parts(keys)
    const namesOf = (key: string) =>
      (parts.get(key) ?? []).flatMap(({ connection, part }) => Names.ofRecords(connection, part))
    const away = yield* turnedAway(erasure, keys.flatMap(namesOf))
    const theirs = keys.filter((key) => namesOf(key).some((name) => away.has(name)))
    if (theirs.length > 0) {
      const known = new Set(yield* erasures.contacts(erasure.id))
      return yield* Forgetting.interactions(erasure, theirs.slice(0, Forgetting.STEP_MAX), known, installation, lease)
    }
    const last = keys.at(-1)
    const next = last === undefined ? ({ phase: "ledger", place: "" } as const) : { place: last }
    yield* database.write(erasures.save({ ...erasure, ...next }), { lease })
    return "more" as const
  })

/** Those that belong to this erasure. */
const turnedAway = ({ id }: Erasures.Erasure, names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const found = yield* (yield* Erasures.Erasures).turnedAway([...new Set(names)])
    return new Set([...found].flatMap(([name, erasure]) => (erasure === id ? [name] : [])))
  })

interface Known {
  readonly key: string
  readonly mentions: ReadonlyArray<Mention.Mention>
  /** Names of the record itself, and of its addresses. */
  readonly records: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
}

const knownBy = (contact: Contact, parts: ReadonlyArray<Ledger.StoredPart>): Known => ({
  key: contact.key,
  mentions: parts.map(({ connection, part }) => Mention.of(connection, part)),
  records: parts.flatMap(({ connection, part }) => Names.ofRecords(connection, part)),
  own: contact.handles.flatMap(Names.ofHandle)
})

/** As `TurnedAway` has it: a record that is known by an address of its own is somebody else's, unless it was named itself. */
const isTheirs = ({ mentions, records, own }: Known, away: ReadonlySet<string>): boolean =>
  records.some((name) => away.has(name)) ||
  (mentions.some((mention) => Mention.telling(mention).some((name) => away.has(name))) &&
    own.every((name) => away.has(name)))
