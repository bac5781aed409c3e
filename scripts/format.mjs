// `npm run format`: writes the layout that `npm run check` asks for.
import { install } from "./install.mjs"
import { command, runSteps } from "./steps.mjs"

runSteps([install, command("format", "biome", ["check", "--write", "."])])
