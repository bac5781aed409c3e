/** What people ask of the daemon, carried out. Approving and pausing are rows in the store, so they outlive the process. */
import type { Connector } from "@interchannel/connector"
import { Key, Ref, type VendorRef } from "@interchannel/domain"
import {
  Connections,
  Database,
  Dirty,
  Inbox,
  Ledger,
  Persons,
  Placements,
  Projections,
  type StoreError,
  Pages
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Checkup from "../health/Checkup.ts"
import { type Control, ControlError } from "./Control.ts"
import * as EntryPolicy from "../entries/EntryPolicy.ts"
import * as Requests from "../erasing/Requests.ts"
import * as Estimator from "../people/Estimator.ts"
import * as Identities from "../people/Identities.ts"
import * as Models from "../people/Models.ts"
import * as Inquiry from "../health/Inquiry.ts"
import type { Installation } from "../configuration/Installation.ts"
import { canaryOf } from "../writing/Policy.ts"
import { patiently } from "../connections/Patience.ts"
import * as Questions from "./Questions.ts"
import type * as Report from "../health/Report.ts"
import type { Supervisor } from "../connections/Supervisor.ts"
import * as SetAside from "./SetAside.ts"
import * as Trace from "../health/Trace.ts"
import * as WhoIsWho from "../people/WhoIsWho.ts"
import * as Undo from "../writing/Undo.ts"
import type { DestinationPolicy } from "../configuration/DestinationPolicy.ts"
import type { Problem } from "../configuration/Problem.ts"

export type Services =
  | Requests.Services
  | Checkup.Services
  | Inquiry.Services
  | Placements.Placements
  | Questions.Services
  | Trace.Services
  | Undo.Services
  | Database.Database

/** Planned writes among which the canary's records are chosen. */
const CANARY_LOOK_MAX = 1_000
/** Entries marked in one write. */
const REWRITE_PAGE = 500

interface Options {
  readonly installation: () => Installation
  readonly supervisor: Supervisor
  readonly reload: Effect.Effect<ReadonlyArray<Problem>, StoreError>
  /** What was approved is looked at again by everything that runs. */
  readonly refresh: Effect.Effect<void, StoreError>
}

export const make = (options: Options): Effect.Effect<Context.Tag.Service<typeof Control>, never, Services> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<Services>()
    const provided = <A, E>(effect: Effect.Effect<A, E, Services>): Effect.Effect<A, E> =>
      Effect.provide(effect, context)
    return {
      status: provided(Effect.suspend(() => Inquiry.status(options.installation()))),
      doctor: provided(Effect.suspend(() => Checkup.diagnose(options.installation()))),
      plan: (only) =>
        provided(
          Effect.zipRight(
            only === undefined ? Effect.void : policyOf(only, options),
            Inquiry.plan(options.installation(), only)
          )
        ),
      changes: (destination, after) =>
        provided(
          Effect.zipRight(policyOf(destination, options), Inquiry.changes(options.installation(), destination, after))
        ),
      approve: (destination, how) => provided(approve(destination, how, options)),
      rewrite: (destination) => provided(rewrite(destination, options)),
      pause: (destination) => provided(setPaused(destination, true, options)),
      resume: (destination) => provided(setPaused(destination, false, options)),
      prefer: (record, { by }) => provided(prefer(record, by)),
      explain: (ref) => provided(Trace.explain(options.installation(), ref)),
      undo: (asked) => provided(undo(asked, options)),
      who: (text) => provided(WhoIsWho.who(text, regionOf(options))),
      why: (a, b) => provided(WhoIsWho.why(a, b, regionOf(options))),
      merge: (a, b, word) => provided(WhoIsWho.merge(a, b, word, regionOf(options))),
      parting: (contacts) => provided(WhoIsWho.parting(contacts, regionOf(options))),
      unmerge: (contacts, word) => provided(WhoIsWho.unmerge(contacts, word, regionOf(options))),
      rule: (handle, use, word) => provided(Identities.rule(handle, use, word, regionOf(options))),
      decisions: provided(WhoIsWho.decisions),
      revoke: (id, word) => provided(Identities.revoke(id, word)),
      models: provided(Models.list),
      model: (name) => provided(Models.one(name)),
      switchModel: (name, word) => provided(Models.use(name, word)),
      estimateModel: provided(Estimator.ask),
      questions: (asked) => provided(Questions.list(asked)),
      question: (id) => provided(Questions.one(id)),
      decide: (id, decided) => provided(Effect.suspend(() => Questions.decide(id, decided, options.installation()))),
      quarantine: (which) => provided(SetAside.list(which)),
      release: (which) => provided(SetAside.replay(which)),
      letGo: (which) => provided(SetAside.drop(which)),
      rehearse: (connection, how) =>
        provided(Effect.suspend(() => Inquiry.rehearse(options.installation(), connection, how.state))),
      replay: (connection, how) => provided(replay(connection, how.state, options)),
      erase: (who, { by }) => provided(Effect.suspend(() => Requests.erase(options.installation(), who, by))),
      erasures: provided(Requests.list),
      confirmErasure: (id, { by }) => provided(Requests.confirm(id, by)),
      readmit: (who) => provided(Effect.suspend(() => Requests.readmit(options.installation(), who))),
      reload: provided(options.reload)
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const regionOf = ({ installation }: Options): WhoIsWho.Region => ({ defaultRegion: installation().defaultRegion })

const policyOf = (destination: string, { installation }: Options): Effect.Effect<DestinationPolicy, ControlError> => {
  const policy = installation().connections.get(destination)?.destination
  if (policy !== undefined) return Effect.succeed(policy)
  const known = [...installation().connections.values()]
    .filter((one) => one.destination !== undefined)
    .map(({ id }) => id)
  const remedy =
    known.length === 0 ? "give a connection a `destination` in the configuration" : `choose of ${known.join(", ")}`
  return Effect.fail(new ControlError({ what: `${destination} is no destination`, remedy }))
}

/** First the canary, then the rest; what the vendor needs is set up before anything is written. */
const approve = (
  destination: string,
  { all, by }: { readonly all: boolean; readonly by: string },
  options: Options
): Effect.Effect<Approval, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const policy = yield* policyOf(destination, options)
    const connections = yield* Connections.Connections
    const projections = yield* Projections.Projections
    const prepared = yield* prepare(destination, options)
    const first = projections.due({ destination, now: Number.MAX_SAFE_INTEGER, limit: CANARY_LOOK_MAX })
    const canary = all ? [] : canaryOf(yield* first, policy.canaryRecords)
    if (!all && canary.length === 0) {
      const remedy = "wait until `interchannel plan` shows entries, or approve with --all"
      return yield* Effect.fail(new ControlError({ what: "there is nothing to try out on a few records yet", remedy }))
    }
    const mode = all ? "live" : "canary"
    const approvedAt = yield* Clock.currentTimeMillis
    const known = (yield* connections.all).find(({ id }) => id === destination)
    const per = known?.mode === "observe" ? policy.entries.per : (known?.per ?? policy.entries.per)
    yield* connections.update(destination, { mode, canary, approvedAt, approvedBy: by, per })
    yield* options.refresh
    yield* (yield* Database.Database).signal("projection")
    return { destination, mode, records: canary.length, prepared }
  })

type Approval = Effect.Effect.Success<ReturnType<Context.Tag.Service<typeof Control>["approve"]>>

const prepare = (destination: string, { supervisor }: Options): Effect.Effect<ReadonlyArray<string>, ControlError> =>
  Effect.gen(function* () {
    const running = supervisor.running(destination)
    if (running === undefined) {
      return yield* Effect.fail(
        new ControlError({ what: `${destination} is not running`, remedy: "see `interchannel status` for the reason" })
      )
    }
    const { prepare } = running.installed.connector
    if (prepare === undefined) return []
    const findings: ReadonlyArray<Connector.Finding> = yield* Effect.mapError(
      patiently(running.call<ReadonlyArray<Connector.Finding>>(prepare)),
      (error) => new ControlError({ what: error.message, remedy: "nothing was approved; mend this and approve again" })
    )
    const bad = findings.find(({ ok }) => !ok)
    if (bad !== undefined) {
      return yield* Effect.fail(
        new ControlError({ what: bad.what, remedy: bad.remedy ?? "mend this and approve again" })
      )
    }
    return findings.map(({ what }) => what)
  })

/** Marks in pages, so that no write takes long; what a page did not reach is in the plan again. */
const rewrite = (destination: string, options: Options) =>
  Effect.gen(function* () {
    const policy = yield* policyOf(destination, options)
    const connections = yield* Connections.Connections
    const projections = yield* Projections.Projections
    const row = (yield* connections.all).find(({ id }) => id === destination)
    if (row === undefined || row.mode === "observe") {
      const remedy = `everything is written as configured once you approve it: interchannel approve ${destination}`
      return yield* Effect.fail(new ControlError({ what: "nothing stands there yet", remedy }))
    }
    const form = EntryPolicy.formOf(policy.entries)
    let entries = 0
    const page = (after: string) => projections.inOtherForm({ destination, form, after, limit: REWRITE_PAGE })
    yield* Pages.forEach({ limit: REWRITE_PAGE, page, keyOf: identity }, (keys) => {
      entries += keys.length
      return Effect.flatMap(Clock.currentTimeMillis, (now) => projections.rewrite(keys, now))
    })
    const { per } = policy.entries
    const switches = row.per !== undefined && row.per !== per
    if (switches) yield* connections.update(destination, { per })
    yield* options.refresh
    yield* (yield* Database.Database).signal("projection")
    return { destination, entries, ...(switches ? { switchedTo: per } : {}) }
  })

const setPaused = (destination: string, paused: boolean, options: Options) =>
  Effect.gen(function* () {
    yield* policyOf(destination, options)
    yield* (yield* Connections.Connections).update(destination, { paused })
    yield* (yield* Database.Database).signal("projection")
  })

/** The choice before, if there was one, is over; what stands on the other records moves. */
const prefer = (record: VendorRef, by: string) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const placements = yield* Placements.Placements
    const key = Key.contact(record.connection, record)
    const stays = (yield* ledger.resolve([key])).get(key) ?? key
    const person = (yield* persons.members([stays])).get(stays)?.person
    if (person === undefined) {
      const remedy = "write connection/kind/id as `interchannel explain` shows it, of a record that was read"
      return yield* Effect.fail(new ControlError({ what: `${Ref.format(record)} is nobody's record`, remedy }))
    }
    const members = (yield* persons.membersOf([person])).get(person) ?? []
    const contacts = [...(yield* ledger.contacts(members.map(({ contact }) => contact))).values()]
    const others = contacts.filter(({ contact }) => contact.connection === record.connection && contact.key !== stays)
    const at = yield* Clock.currentTimeMillis
    const dirty = yield* Dirty.Dirty
    yield* (yield* Database.Database).write(
      Effect.all(
        [
          placements.preferNot(others.map(({ contact }) => contact.key)),
          placements.prefer(stays, { by, at }),
          dirty.mark([{ kind: "person", key: person, dueAt: at, lane: 0 }])
        ],
        { discard: true }
      )
    )
  })

const undo = (asked: Report.UndoAsked, options: Options) =>
  Effect.zipRight(
    asked.destination === undefined ? Effect.void : policyOf(asked.destination, options),
    Undo.undo(asked, options.installation())
  )

const replay = (connection: string, state: "done" | "quarantined", options: Options) =>
  Effect.gen(function* () {
    if (!options.installation().connections.has(connection)) {
      const remedy = `choose of ${[...options.installation().connections.keys()].join(", ")}`
      return yield* Effect.fail(new ControlError({ what: `there is no connection ${connection}`, remedy }))
    }
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    return yield* database.write(Effect.zipLeft(inbox.reopen({ connection, state }), database.signal("inbox")))
  })
