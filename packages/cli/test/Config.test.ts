import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Config from "../src/Config.ts"
import { CONFIG } from "../src/fileNames.ts"
import { commandLine, folder } from "./commandLine.ts"

const slack = (more = "") => `
import { connect, defineConfig, env } from "@interchannel/cli"
import { Slack } from "@interchannel/connector-slack"
export default defineConfig({
  connections: {
    support: connect(Slack, {
      credentials: { botToken: env("SLACK_BOT_TOKEN"), signingSecret: env("SLACK_SIGNING_SECRET") }${more}
    })
  }
})
`
const variables = { SLACK_BOT_TOKEN: "xoxb-invented-1", SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef" }

interface Mistake {
  readonly what: string
  /** Absent: there is no file. */
  readonly text?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly said: string
}

const mistakes: ReadonlyArray<Mistake> = [
  {
    what: "no file",
    said: "interchannel.config.ts: there is no such file; run `interchannel init`, or name it with --config"
  },
  {
    what: "no TypeScript",
    text: "export default {\n  connections: {,\n}",
    said: "interchannel.config.ts:2:16: it is not TypeScript: Unexpected token; correct this line"
  },
  {
    what: "a bracket that is not closed",
    text: "export default {\n  connections: {\n",
    said: "interchannel.config.ts:3:0: it is not TypeScript: Unexpected token; correct this line"
  },
  {
    what: "a package that is not installed",
    text: 'import { Fax } from "@interchannel/connector-fax"\nexport default { connections: { fax: { connector: Fax } } }',
    said: "interchannel.config.ts: it imports @interchannel/connector-fax, which is not installed; npm install @interchannel/connector-fax"
  },
  {
    what: "a file that is not there",
    text: 'import { fax } from "./fax.ts"\nexport default fax',
    said: "interchannel.config.ts: it imports ./fax.ts, which is not there; correct the path"
  },
  {
    what: "a line that fails",
    text: "const nothing: any = undefined\nexport default {\n  connections: nothing.here\n}",
    said: "interchannel.config.ts:3:24: it fails: Cannot read properties of undefined (reading 'here'); correct this line"
  },
  {
    what: "no configuration",
    text: "export const connections = {}",
    said: "interchannel.config.ts: it exports no configuration; end it with `export default defineConfig({ … })`"
  },
  {
    what: "no connection",
    text: "export default { connections: {} }",
    said: "connections: there is none; declare at least two systems to connect"
  },
  {
    what: "a variable that is not set",
    text: slack(),
    environment: { SLACK_SIGNING_SECRET: variables.SLACK_SIGNING_SECRET },
    said: "connections.support.credentials.botToken: the environment variable SLACK_BOT_TOKEN is not set; write SLACK_BOT_TOKEN=… into .env beside the configuration, or export it"
  },
  {
    what: "an unknown connection",
    text: slack(', destination: { from: ["nobody"] }'),
    environment: variables,
    said: 'connections.support.destination.from: there is no connection "nobody"; name connections of this file'
  }
]

describe("a configuration with a mistake", () => {
  for (const { what, text, environment, said } of mistakes) {
    it.scopedLive(`${what}: names the place and the remedy`, () =>
      Effect.gen(function* () {
        const place = yield* folder
        const file = join(place, CONFIG)
        if (text !== undefined) writeFileSync(file, text)
        const error = yield* Effect.flip(Config.load(CONFIG, environment ?? {}, place))
        expect(error.problems.map(({ key, what: wrong, remedy }) => `${key}: ${wrong}; ${remedy}`)).toContain(said)
      })
    )
  }

  it.scopedLive("is shown whole by every command that needs it, without a stack or a secret", () =>
    Effect.gen(function* () {
      const place = yield* folder
      writeFileSync(join(place, CONFIG), slack(', since: "yesterday"'))
      const environment = { SLACK_BOT_TOKEN: "wrong-and-secret" }
      for (const args of [["check"], ["start"], ["status"], ["plan"], ["approve", "support"]]) {
        const ended = yield* commandLine(place, args, environment)
        expect(ended.code).toBe(1)
        expect(ended.err).toContain("interchannel.config.ts has 3 problems:")
        expect(ended.err).toContain("connections.support.since")
        expect(ended.err).not.toContain("wrong-and-secret")
        expect(ended.err).not.toMatch(/^\s+at /m)
      }
    })
  )
})

describe("a configuration without a mistake", () => {
  it.scopedLive("takes variables from .env, and those of the process first", () =>
    Effect.gen(function* () {
      const place = yield* folder
      writeFileSync(join(place, CONFIG), slack())
      writeFileSync(
        join(place, ".env"),
        `# a remark\nSLACK_BOT_TOKEN="not-a-token"\nSLACK_SIGNING_SECRET=${variables.SLACK_SIGNING_SECRET}\n`
      )
      yield* Config.load(CONFIG, { SLACK_BOT_TOKEN: variables.SLACK_BOT_TOKEN }, place)
      const error = yield* Effect.flip(Config.load(CONFIG, {}, place))
      expect(error.problems.map(({ key }) => key)).toEqual(["connections.support.credentials.botToken"])
    })
  )

  it.scopedLive("is read anew, with what it imports", () =>
    Effect.gen(function* () {
      const place = yield* folder
      writeFileSync(
        join(place, CONFIG),
        slack(", since").replace("export", 'import { since } from "./since.ts"\nexport')
      )
      writeFileSync(join(place, "since.ts"), 'export const since: string = "1 days"')
      const load = Effect.map(
        Config.load(CONFIG, variables, place),
        ({ installation }) => installation.connections.get("support")?.since
      )
      expect(yield* load).toEqual({ beforeInstallationMs: 86_400_000 })
      writeFileSync(join(place, "since.ts"), 'export const since: string = "2 days"')
      expect(yield* load).toEqual({ beforeInstallationMs: 2 * 86_400_000 })
    })
  )
})

describe("the command line", () => {
  it.scopedLive("is explained, with its exit codes", () =>
    Effect.gen(function* () {
      const ended = yield* commandLine(yield* folder, ["--help"])
      expect(ended.code).toBe(0)
      expect(ended.out.replaceAll("\n", " ")).toContain("64 when the command line is wrong")
      expect(ended.out.split("\n").filter((line) => line.length > 100)).toEqual([])
      for (const name of [
        "init",
        "check",
        "start",
        "status",
        "plan",
        "approve",
        "pause",
        "resume",
        "explain",
        "replay"
      ]) {
        expect(ended.out).toMatch(new RegExp(`^  - ${name}( |$)`, "m"))
      }
    })
  )

  it.scopedLive("says to a shell what completes it as that shell reads it", () =>
    Effect.gen(function* () {
      const { code, out } = yield* commandLine(yield* folder, ["--completions", "bash"])
      expect(code).toBe(0)
      expect(out.split("\n").some((line) => line.length > 100)).toBe(true)
    })
  )

  const wrong: ReadonlyArray<ReadonlyArray<string>> = [["approve"], ["plan", "--jsno"], ["replay"]]
  for (const args of wrong) {
    it.scopedLive(`${args.join(" ")}: ends with 64 and says why`, () =>
      Effect.gen(function* () {
        const ended = yield* commandLine(yield* folder, args)
        expect(ended.code).toBe(64)
        expect(ended.err + ended.out).not.toBe("")
      })
    )
  }

  it.scopedLive("says that no daemon is running, and how to start it", () =>
    Effect.gen(function* () {
      const place = yield* folder
      writeFileSync(join(place, CONFIG), slack())
      for (const args of [
        ["approve", "support"],
        ["pause", "support"],
        ["resume", "support"],
        ["merge", "--yes", "--why", "one desk", "a@example.com", "b@example.com"]
      ]) {
        const ended = yield* commandLine(place, args, variables)
        expect([ended.code, ended.err]).toEqual([1, "No daemon is running; start it with: interchannel start"])
      }
      const ended = yield* commandLine(place, ["status"], variables)
      expect(ended.err).toBe(
        `Nothing is recorded in ${join(place, "interchannel.db")} yet; start the daemon with: interchannel start`
      )
    })
  )

  it.scopedLive("says what a record is when it is given none", () =>
    Effect.gen(function* () {
      const ended = yield* commandLine(yield* folder, ["explain", "1770000000.000100"])
      expect([ended.code, ended.err]).toEqual([
        1,
        "1770000000.000100 names no record; write connection/kind/id, as logs and `plan` show it"
      ])
    })
  )
})
