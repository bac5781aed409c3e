// `npm run build`: every package's src to its dist.
import { fileURLToPath } from "node:url"
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

export const build = command("build", "tsc", ["-b"])

if (process.argv[1] === fileURLToPath(import.meta.url)) runSteps([install, build])
