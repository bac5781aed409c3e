/** A seeded world in virtual time that proves the write-back. */
export type { Mutant } from "./Mutant.ts"
export * as Simulation from "./Simulation.ts"
export * as Trouble from "./Trouble.ts"
