/** What a user's folder holds. */

export const CONFIG = "interchannel.config.ts"
/** Variables for the configuration; beside it. */
export const VARIABLES = ".env"
/** Seals what is stored. Beside the store; created on first start, readable by its owner only. */
export const KEY = "interchannel.key"
