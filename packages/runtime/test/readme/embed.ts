import { type Configuration, Control, Daemon } from "@interchannel/runtime"
import { Store } from "@interchannel/store"
import { Effect, Layer } from "effect"

/** Runs the daemon while `work` asks it things; both end together. */
export const beside = <A, E>(configuration: Configuration, work: (control: Control["Type"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(Control, work).pipe(
    Effect.provide(Layer.provideMerge(Daemon.embedded(configuration, process.env), Store.layerTemporary))
  )
