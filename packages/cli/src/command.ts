/** The commands, and what `--help` says of them. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { approve } from "./commands/approve.ts"
import { backup, restore } from "./commands/backup.ts"
import { check } from "./commands/check.ts"
import { decisions } from "./commands/decisions.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { erase, erasures } from "./commands/erase.ts"
import { explain } from "./commands/explain.ts"
import { identity } from "./commands/identity.ts"
import { init } from "./commands/init.ts"
import { handle, merge, unmerge } from "./commands/merge.ts"
import { pause, resume } from "./commands/pause.ts"
import { person } from "./commands/person.ts"
import { plan } from "./commands/plan.ts"
import { prefer } from "./commands/prefer.ts"
import { quarantine } from "./commands/quarantine.ts"
import { replay } from "./commands/replay.ts"
import { review } from "./commands/review.ts"
import { start } from "./commands/start.ts"
import { status } from "./commands/status.ts"
import { undo } from "./commands/undo.ts"
import { Screen } from "./Screen.ts"

const about = `Keeps one customer history in every system you already have.

Begin with \`interchannel init\`, then \`check\`, then \`start\`. The daemon reads at once and writes nothing until you looked at \`plan\` and said \`approve\`. \`demo\` shows all of it without any account.

Ends with 0 when done; 1 when it could not be done, with the reason and what to do; 2 when \`plan\` found something to write, \`doctor\` something to mend, or \`erase\` showed what it would do; 64 when the command line is wrong.

\`--version\`, \`--completions bash|zsh|fish\` and, with each command, \`--help\` and \`--log-level\` are understood too.`

export const command = Command.make("interchannel", {}, () =>
  Effect.flatMap(Screen, ({ say }) => say("interchannel --help lists the commands; begin with: interchannel init"))
).pipe(
  Command.withDescription(about),
  Command.withSubcommands([
    init,
    check,
    start,
    status,
    doctor,
    plan,
    approve,
    pause,
    resume,
    prefer,
    explain,
    review,
    person,
    merge,
    unmerge,
    handle,
    decisions,
    identity,
    undo,
    quarantine,
    replay,
    erase,
    erasures,
    backup,
    restore,
    demo
  ])
)
