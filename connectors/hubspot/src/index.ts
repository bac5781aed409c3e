/** HubSpot as a connector. */
export { HubSpotApi } from "./api.ts"
export { Credentials, Settings, Tier } from "./credentials.ts"
export { HubSpot } from "./HubSpot.ts"
export { HubSpot as default } from "./HubSpot.ts"
