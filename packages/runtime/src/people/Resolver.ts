/**
 * Works out who is the same person: takes contacts that were told anew, changed or went, and decisions that people made,
 * places them one after another, and saves many placements in one write with the removal of their marks and the marks of
 * all that they touch. Runs under a lease of its own, since two placements at once would decide on what the other changes.
 */
import { type Contact, type Handle, Key, Own } from "@interchannel/domain"
import { Decision, Evidence, Features, type Place } from "@interchannel/identity"
import { Database, Dirty, type Leases, Ledger, Persons, type StoreError, Pages } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as History from "./History.ts"
import * as Inherited from "./Inherited.ts"
import * as Models from "./Models.ts"
import * as Placer from "./Placer.ts"

/** Changes of one write; keeps it short. */
export const BATCH_MAX = 100
/** Contacts marked in one write of a sweep. */
const SWEEP_MAX = 500
/** After everything that is fresh. */
const SWEEP_LANE = 3
/** A contact that too much is connected with is looked at again after this, then after twice as long, up to a day. */
const UNRESOLVED_WAIT_MS = 10 * 60_000
const UNRESOLVED_WAIT_MAX_MS = 24 * 3_600_000

export type Services = Database.Database | Dirty.Dirty | Ledger.Ledger | Persons.Persons

export interface Options {
  /** Who our own people are, as it is now. */
  readonly own: () => Own.Own
}

export interface Resolver {
  /** Works off one batch of due marks; answers how many. */
  readonly step: Effect.Effect<number, StoreError, Services>
}

/** For as long as the lease is held: what it has read stays true only while nobody else writes. */
export const make = (options: Options, lease: Leases.Lease): Resolver => {
  let current: { readonly placer: Placer.Placer; readonly under: string } | undefined
  const step = Effect.gen(function* () {
    const own = options.own()
    // Models are large; their names are not.
    const under = Key.contentHash({ own, model: yield* Models.nameInUse, rules: Evidence.RULES })
    if (current?.under !== under) {
      yield* sweep(under, lease)
      current = { placer: yield* Placer.make(yield* Models.inUse), under }
    }
    return yield* work(current.placer, own, lease)
  })
  return {
    // What was placed and not written is forgotten: the marks are still there.
    step: Effect.onError(step, () => Effect.sync(() => void (current = undefined))).pipe(Effect.withSpan("resolve"))
  }
}

/**
 * What resolution looks at in a contact. The company's own numbers and role mailboxes are nobody's: they prove nothing. A
 * mailbox of one of our own people is theirs; who has it is one of us, and nothing is written about them.
 */
export const featuresOf = (contact: Contact, own: Own.Own): Features.Features => {
  const isNobodys = (handle: Handle.Handle) =>
    Own.ownsHandle(own, handle) && (handle.kind !== "email" || handle.shared === true)
  return Features.make({ ...contact, handles: contact.handles.filter((handle) => !isNobodys(handle)) })
}

// ---------------------------------------------------------------------------------------------------------------------

const work = (placer: Placer.Placer, own: Own.Own, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const dirty = yield* Dirty.Dirty
    const database = yield* Database.Database
    const persons = yield* Persons.Persons
    const now = yield* Clock.currentTimeMillis
    const marks = yield* dirty.toResolve.due(now, BATCH_MAX)
    if (marks.length === 0) return 0
    const asked = yield* changesFor(marks, own)
    yield* placer.prepare(asked.map(({ change }) => change))
    const decided: Array<Persons.DecisionRow> = []
    const placed: Array<Placed> = []
    for (const { change: wanted, mark } of asked) {
      const { changes, rows } = yield* Inherited.of(wanted, placer, now)
      decided.push(...rows)
      for (const change of [...changes, wanted]) {
        const before = subjectOf(change).map((contact) => placer.member(contact)?.person)
        const placement = yield* placer.place(change, now)
        placed.push({
          mark,
          change,
          placement,
          before,
          touched: touchedBy({ mark, change }, placement, before, placer)
        })
      }
    }
    yield* database.write(
      Effect.gen(function* () {
        const events = placed.flatMap(({ change, placement }) => History.of(change, placement, now))
        yield* persons.save({ ...placer.rows(), events })
        yield* persons.decide(decided)
        yield* dirty.done(marks)
        yield* dirty.mark(placed.flatMap((one) => [...personMarks(one, now), ...againLater(one, now)]))
      }),
      { lease }
    )
    placer.settle()
    return marks.length
  })

interface Asked {
  readonly mark: Dirty.Marked
  readonly change: Place.Change
}
interface Placed extends Asked {
  readonly placement: Place.Placement
  readonly before: ReadonlyArray<string | undefined>
  readonly touched: ReadonlySet<string>
}

/**
 * The state of the ledger and of what people decided says what each mark asks for. Arrivals first, since a record may go into
 * one; those that go last, so that what was decided about one meanwhile is passed on.
 */
const changesFor = (marks: ReadonlyArray<Dirty.Marked>, own: Own.Own) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const keysOf = (kind: Dirty.Mark["kind"]) => marks.filter((mark) => mark.kind === kind).map(({ key }) => key)
    const told = new Set(keysOf("contact"))
    const decisions = yield* persons.decisions(keysOf("decision"))
    const decided = [...decisions.values()].flatMap(({ data }) => Decision.contactsOf(data as Decision.Decision))
    const contacts = [...new Set([...told, ...keysOf("placing"), ...decided])]
    const rows = yield* ledger.contacts(contacts)
    const aliases = yield* ledger.resolve(contacts.filter((key) => !rows.has(key)))
    const isThere = (key: string) => rows.get(key)?.deleted === false
    const gone = (mark: Dirty.Marked, contact: string): Asked => {
      const into = aliases.get(contact)
      const removed = { _tag: "Remove", contact } as const
      return { mark, change: into === undefined || into === contact ? removed : { ...removed, into } }
    }
    const asked = marks.flatMap((mark): ReadonlyArray<Asked> => {
      if (mark.kind === "decision") {
        const row = decisions.get(mark.key)
        if (row === undefined) return []
        const about = row.data as Decision.Decision
        if (row.revoked !== undefined) return [{ mark, change: { _tag: "Revoke", decisions: [about] } }]
        // Whom somebody decided about may have gone before that was known here.
        const lost = Decision.contactsOf(about).filter((contact) => !isThere(contact))
        return [{ mark, change: { _tag: "Decide", decisions: [about] } }, ...lost.map((contact) => gone(mark, contact))]
      }
      if (mark.kind === "placing" && told.has(mark.key)) return []
      const row = rows.get(mark.key)
      return row !== undefined && !row.deleted
        ? [{ mark, change: { _tag: "Put", features: featuresOf(row.contact, own) } }]
        : [gone(mark, mark.key)]
    })
    const rank = { Put: 0, Decide: 1, Revoke: 2, Remove: 3 }
    return asked.sort((a, b) => rank[a.change._tag] - rank[b.change._tag])
  })

const subjectOf = (change: Place.Change): ReadonlyArray<string> => {
  switch (change._tag) {
    case "Put":
      return [change.features.contact]
    case "Remove":
      return [change.contact]
    default:
      return change.decisions.flatMap(Decision.contactsOf)
  }
}

/** Persons whose contacts or sure groups changed, or whose contact was told anew; a contact without one stands for itself. */
const touchedBy = (
  { mark, change }: Asked,
  placement: Place.Placement,
  before: ReadonlyArray<string | undefined>,
  placer: Placer.Placer
): ReadonlySet<string> => {
  const touched = new Set<string>()
  const add = (contact: string) => touched.add(placer.member(contact)?.person ?? contact)
  const isAsItWas = mark.kind === "placing" && change._tag === "Put"
  if (!isAsItWas) for (const contact of subjectOf(change)) add(contact)
  for (const { contact } of [...placement.moved, ...placement.sure]) add(contact)
  if (!isAsItWas) for (const person of before) if (person !== undefined) touched.add(person)
  for (const event of placement.events) if (event._tag === "Moved" && event.from !== undefined) touched.add(event.from)
  return touched
}

/** What a person decided goes first. */
const personMarks = ({ mark, touched }: Placed, now: number): ReadonlyArray<Dirty.Mark> => {
  const lane = mark.kind === "decision" || mark.lane > 0 ? mark.lane : 1
  return [...touched].map((key) => ({ kind: "person", key, dueAt: now, lane }))
}

/** Placed alone for the time being: what is connected may have become less. */
const againLater = ({ mark, placement }: Placed, now: number): ReadonlyArray<Dirty.Mark> => {
  if (!placement.unresolved) return []
  const attempts = Number(mark.progress ?? 0) + 1
  const wait = Math.min(UNRESOLVED_WAIT_MAX_MS, UNRESOLVED_WAIT_MS * 2 ** Math.min(attempts - 1, 10))
  return [{ kind: mark.kind, key: mark.key, dueAt: now + wait, lane: SWEEP_LANE, progress: String(attempts) }]
}

/** Places all contacts anew when our own people, the model or its rules are not those that they were placed under. */
const sweep = (under: string, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const database = yield* Database.Database
    const dirty = yield* Dirty.Dirty
    if ((yield* persons.state("placed under")) === under) return
    const page = (after: string) => persons.features({ after, limit: SWEEP_MAX })
    yield* Pages.forEach({ limit: SWEEP_MAX, page, keyOf: ({ contact }) => contact }, (read) =>
      Effect.gen(function* () {
        const dueAt = yield* Clock.currentTimeMillis
        const marks = read.map(({ contact }) => ({ kind: "placing", key: contact, dueAt, lane: SWEEP_LANE }) as const)
        yield* database.write(dirty.mark(marks), { lease })
      })
    )
    yield* database.write(persons.setState("placed under", under), { lease })
  })
