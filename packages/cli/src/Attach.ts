/** Finds who answers a command: the running daemon, or, for what only reads, the store itself. */
import { dirname, resolve } from "node:path"
import type { VendorRef } from "@interchannel/domain"
import type { ControlError, Identities, Report, WhoIsWho } from "@interchannel/runtime"
import type { ControlClient } from "@interchannel/server"
import type { Store, StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import * as Layer from "effect/Layer"
import type * as Config from "./Config.ts"
import { lazily } from "./lazily.ts"
import { problemView } from "./render/ProblemView.ts"
import { nobodyAnswers, type Source } from "./render/StatusView.ts"
import { Process } from "./Process.ts"
import { Screen } from "./Screen.ts"
import { because, failed, type Stop } from "./Stop.ts"

type Daemon = NonNullable<Effect.Effect.Success<ReturnType<typeof ControlClient.find>>>

/** The configuration, or the command stops with all that is wrong with it. */
export const configuration = (file: string): Effect.Effect<Config.Loaded, Stop, Process | Screen> =>
  Effect.gen(function* () {
    const { folder, environment } = yield* Process
    const { style } = yield* Screen
    const { load } = yield* lazily(() => import("./Config.ts"))
    return yield* load(file, environment, folder).pipe(
      Effect.mapError((error) => failed(problemView(error.file, error.problems, style)))
    )
  })

/** The running daemon. A configuration that cannot be read does not hide the daemon beside it. */
export const daemon = (file: string): Effect.Effect<Daemon, Stop, Process | Screen> =>
  Effect.gen(function* () {
    const found = yield* findDaemon(file)
    if (found !== undefined) return found
    // Without a store that can be read there is none.
    const known = yield* Effect.scoped(Effect.flatMap(storeReader(file), ({ status }) => status)).pipe(
      Effect.orElseSucceed(() => ({ connections: [] }))
    )
    return yield* failed(nobodyAnswers(known))
  })

/** The daemon if one runs. Beside the configuration first: that is where most stores are, and it spares reading the configuration. */
export const findDaemon = (file: string): Effect.Effect<Daemon | undefined, Stop, Process | Screen> =>
  Effect.gen(function* () {
    const { folder, environment, version } = yield* Process
    const { ControlClient: client } = yield* lazily(() => import("@interchannel/server"))
    const find = (place: string) => client.find(place, version).pipe(Effect.mapError(because))
    const beside = dirname(resolve(folder, file))
    const found = yield* find(beside)
    if (found !== undefined) return found
    const { load, storeFolder } = yield* lazily(() => import("./Config.ts"))
    const loaded = yield* Effect.either(load(file, environment, folder))
    // Without a daemon the configuration is what counts, so what is wrong with it is said.
    if (Either.isLeft(loaded)) {
      yield* configuration(file)
      return undefined
    }
    const place = storeFolder(loaded.right)
    return place === beside ? undefined : yield* find(place)
  })

/** What can be asked without a daemon too. */
export interface Reader {
  readonly source: Source
  readonly status: Effect.Effect<Report.Status, ControlError | StoreError>
  readonly doctor: Effect.Effect<Report.Diagnosis, ControlError | StoreError>
  readonly plan: (
    destination?: string
  ) => Effect.Effect<ReadonlyArray<Report.DestinationPlan>, ControlError | StoreError>
  readonly changes: (
    destination: string,
    after: string
  ) => Effect.Effect<ReadonlyArray<Report.PlannedChange>, ControlError | StoreError>
  readonly quarantine: (
    which: Parameters<Daemon["quarantine"]>[0]
  ) => Effect.Effect<ReadonlyArray<Report.Aside>, ControlError | StoreError>
  readonly rehearse: (
    connection: string,
    options: { readonly state: "done" | "quarantined" }
  ) => Effect.Effect<Report.Rehearsal, ControlError | StoreError>
  readonly explain: (ref: VendorRef) => Effect.Effect<Report.Explanation, ControlError | StoreError>
  readonly who: (text: string) => Effect.Effect<WhoIsWho.Found, ControlError | StoreError>
  readonly why: (a: string, b: string) => Effect.Effect<Identities.PairView, ControlError | StoreError>
  readonly parting: Daemon["parting"]
  readonly decisions: Daemon["decisions"]
  readonly models: Daemon["models"]
  readonly model: Daemon["model"]
  readonly questions: (
    asked: Report.QuestionsAsked
  ) => Effect.Effect<ReadonlyArray<Report.Question>, ControlError | StoreError>
  readonly question: (id: string) => Effect.Effect<Report.Question, ControlError | StoreError>
}

export const reader = (file: string): Effect.Effect<Reader, Stop, Process | Screen | Scope.Scope> =>
  Effect.gen(function* () {
    const running = yield* findDaemon(file)
    return running === undefined ? yield* storeReader(file) : { source: "daemon" as const, ...running }
  })

/** Runs what reads the store, beside a running daemon or without one. */
export const readOnly = (file: string): Effect.Effect<Read, Stop, Process | Screen | Scope.Scope> =>
  Effect.flatMap(configuration(file), readingOf)

// ---------------------------------------------------------------------------------------------------------------------

const storeReader = (file: string): Effect.Effect<Reader, Stop, Process | Screen | Scope.Scope> =>
  Effect.gen(function* () {
    const loaded = yield* configuration(file)
    const read = yield* readingOf(loaded)
    const {
      Checkup,
      Inquiry,
      Models,
      Questions,
      SetAside,
      Trace,
      WhoIsWho: asker
    } = yield* lazily(() => import("@interchannel/runtime"))
    return {
      source: "store" as const,
      status: read(Inquiry.status(loaded.installation)),
      doctor: read(Checkup.diagnose(loaded.installation)),
      plan: (destination) =>
        Effect.zipRight(isDestination(loaded, destination), read(Inquiry.plan(loaded.installation, destination))),
      explain: (ref) => read(Trace.explain(loaded.installation, ref)),
      who: (text) => read(asker.who(text, loaded.installation)),
      why: (a, b) => read(asker.why(a, b, loaded.installation)),
      parting: (contacts) => read(asker.parting(contacts, loaded.installation)),
      decisions: read(asker.decisions),
      models: read(Models.list),
      model: (name) => read(Models.one(name)),
      questions: (asked) => read(Questions.list(asked)),
      question: (id) => read(Questions.one(id)),
      changes: (destination, after) =>
        Effect.zipRight(
          isDestination(loaded, destination),
          read(Inquiry.changes(loaded.installation, destination, after))
        ),
      rehearse: (connection, { state }) => read(Inquiry.rehearse(loaded.installation, connection, state)),
      quarantine: (which) => read(SetAside.list(which))
    }
  })

type Read = <A, E>(effect: Effect.Effect<A, E, Store.Services>) => Effect.Effect<A, E>

const readingOf = (loaded: Config.Loaded): Effect.Effect<Read, Stop, Scope.Scope> =>
  Effect.gen(function* () {
    const Stores = yield* lazily(() => import("./Stores.ts"))
    const context = yield* Layer.build(Stores.layerReadOnly(loaded)).pipe(Effect.mapError(because))
    return (effect) => Effect.provide(effect, context)
  })

const isDestination = ({ installation }: Config.Loaded, name: string | undefined): Effect.Effect<void, ControlError> =>
  Effect.gen(function* () {
    const known = [...installation.connections.values()].filter(({ destination }) => destination !== undefined)
    if (name === undefined || known.some(({ id }) => id === name)) return
    const { ControlError: Refused } = yield* lazily(() => import("@interchannel/runtime"))
    const remedy =
      known.length === 0
        ? "give a connection a `destination` in the configuration"
        : `choose of ${known.map(({ id }) => id).join(", ")}`
    return yield* new Refused({ what: `${name} is no destination`, remedy })
  })
