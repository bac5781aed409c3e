import { type Configuration, Control, Daemon, Installation, Problem } from "@interchannel/runtime"
import { Store } from "@interchannel/store"
import { Effect, Either, Layer } from "effect"

/** Runs the daemon while `work` asks it things; both end together. */
export const beside = <A, E>(configuration: Configuration, work: (control: Control["Type"]) => Effect.Effect<A, E>) => {
  const load = Installation.load(configuration, process.env)
  const daemon = Daemon.layer({
    installation: Either.getOrThrowWith(load, (problems) => new Error(problems.map(Problem.format).join("\n"))),
    reload: Effect.succeed(load),
    host: "this machine",
    pid: process.pid,
    run: String(process.hrtime.bigint()),
    isAlive: (pid) => pid === process.pid
  })
  return Effect.flatMap(Control, work).pipe(Effect.provide(Layer.provideMerge(daemon, Store.layerTemporary)))
}
