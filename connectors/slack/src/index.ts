/** The connector for Slack, and the manifest of the app that it needs there. */
export { Credentials, Settings } from "./credentials.ts"
export { manifest } from "./manifest.ts"
export { Slack } from "./Slack.ts"
