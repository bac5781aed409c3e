/** What a configuration file imports. */
export { connect, type Configuration, defineConfig, env } from "@interchannel/runtime"
