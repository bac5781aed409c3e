/** A whole daemon in this process: the store, the Connections at work, the intake for vendors, the endpoint for commands. */
import type { Problem } from "@interchannel/runtime"
import { Control, Daemon, EntryTitle, type Installation } from "@interchannel/runtime"
import { ControlEndpoint, ControlFile, EntryPage, Intake, type ServerError } from "@interchannel/server"
import type { Store, StoreError } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { type Loaded, storeFolder } from "./Config.ts"

export interface Options {
  readonly loaded: Loaded
  /** Reads the configuration again. */
  readonly reload: Effect.Effect<Either.Either<Installation.Installation, ReadonlyArray<Problem.Problem>>>
  readonly store: Layer.Layer<Store.Services, StoreError>
  /** This process: the machine's name, the process id, and a part that no other run has. */
  readonly host: string
  readonly pid: number
  readonly run: string
  readonly version: string
}

export interface Launched {
  readonly control: Context.Tag.Service<typeof Control>
  readonly intake: Intake.Intake
}

/** Runs until the scope closes: first nothing more is taken in, then what is under way ends, then the store closes. */
export const launch = (options: Options): Effect.Effect<Launched, StoreError | ServerError, Scope.Scope> =>
  Effect.gen(function* () {
    // What is made from now on holds what customers said: nobody else on this machine reads it.
    process.umask(0o077)
    let current = options.loaded.installation
    const reload = Effect.map(options.reload, (read) => {
      if (Either.isRight(read)) current = read.right
      return read
    })
    const daemon = Daemon.layer({
      installation: current,
      reload,
      host: options.host,
      pid: options.pid,
      run: options.run,
      isAlive
    })
    const context = yield* Layer.build(Layer.provideMerge(daemon, options.store))
    const control = Context.get(context, Control)
    yield* ControlEndpoint.serve({
      folder: storeFolder(options.loaded),
      token: ControlFile.drawToken(),
      pid: options.pid,
      version: options.version
    }).pipe(Effect.provide(context))
    const entryPage = yield* EntryPage.make(() => EntryTitle.reader(current)).pipe(Effect.provide(context))
    const intake = yield* Intake.serve({
      host: current.intake.host,
      port: current.intake.port,
      publicUrl: () => current.intake.publicUrl,
      connected: Context.get(context, Daemon.Connected),
      entryPage
    }).pipe(Effect.provide(context))
    return { control, intake }
  })

/** Is there such a process on this machine? One of another user counts. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM"
  }
}
