/** The daemon: reads, resolves, plans and writes. It never names a vendor; vendors arrive by configuration. */
export { connect, type Configuration, defineConfig, env } from "./Configuration.ts"
export { Control, ControlError } from "./Control.ts"
export * as Installation from "./Installation.ts"
export * as Receiver from "./Receiver.ts"
export * as Report from "./Report.ts"
