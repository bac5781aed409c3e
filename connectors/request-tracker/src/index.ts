/** The connector for Request Tracker. */
export { Credentials, Settings } from "./credentials.ts"
export { RequestTracker } from "./RequestTracker.ts"
