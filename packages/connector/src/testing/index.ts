/** For tests of connectors: the emulator kit and the conformance suite. */
export * as Emulator from "./Emulator.ts"
export * as EmulatorClock from "./EmulatorClock.ts"
export * as Faults from "./Faults.ts"
export type { Account, ActionPlay, Play, Played, Subject } from "./Subject.ts"
export type { Check } from "./Check.ts"
export * as Conformance from "./Conformance.ts"
export * as Pushes from "./Pushes.ts"
export * as SpecCheck from "./SpecCheck.ts"
