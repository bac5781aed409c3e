/** The connector for Twilio. */
export { Credentials, Settings } from "./credentials.ts"
export { Twilio } from "./Twilio.ts"
