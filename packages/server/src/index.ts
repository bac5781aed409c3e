/** HTTP in: what vendors push, and what commands ask of the daemon. */
export * as ControlClient from "./ControlClient.ts"
export * as ControlEndpoint from "./ControlEndpoint.ts"
export * as ControlFile from "./ControlFile.ts"
export * as EntryPage from "./EntryPage.ts"
export * as Intake from "./Intake.ts"
export { ServerError } from "./ServerError.ts"
