import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Config from "../src/Config.ts"
import { CONFIG } from "../src/fileNames.ts"
import { commandLine, folder } from "./commandLine.ts"

describe("init", () => {
  it.scopedLive("writes a configuration that loads once its variables and the Hub ID are filled in", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const ended = yield* commandLine(place, ["init"])
      expect([ended.code, ended.err]).toEqual([0, ""])
      const file = join(place, CONFIG)
      const variables = readFileSync(join(place, ".env.example"), "utf8")
      writeFileSync(
        join(place, ".env"),
        variables.replace(/^([A-Z_]+)=$/gm, (_, name) => `${name}=${samples[name]}`)
      )
      const empty = yield* Effect.flip(Config.load(file, {}))
      expect(empty.problems.map(({ key }) => key)).toEqual(["connections.crm.settings.portalId"])
      writeFileSync(file, readFileSync(file, "utf8").replace("portalId: 0", "portalId: 4711"))
      const { installation } = yield* Config.load(file, {})
      expect([...installation.connections.keys()]).toEqual(["support", "crm"])
      expect(installation.store).toEqual({ sqlite: join(place, "interchannel.db") })
    })
  )

  it.scopedLive("offers the telephone and a mailbox, which load when the comment marks are taken off", () =>
    Effect.gen(function* () {
      const place = yield* folder
      yield* commandLine(place, ["init"])
      const file = join(place, CONFIG)
      const text = readFileSync(file, "utf8")
        .replace(/^( *)\/\/ (?=import |phone: |mail: | {2}|\}\),)/gm, "$1")
        .replace("portalId: 0", "portalId: 4711")
        .replace("AC…", `AC${"0".repeat(32)}`)
        .replace("WS…", `WS${"0".repeat(32)}`)
      writeFileSync(file, text)
      const { installation } = yield* Config.load(file, samples)
      expect([...installation.connections.keys()]).toEqual(["support", "phone", "mail", "crm"])
    })
  )

  it.scopedLive("overwrites nothing", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const file = join(place, CONFIG)
      writeFileSync(file, "export default {}")
      const ended = yield* commandLine(place, ["init"])
      expect([ended.code, ended.out]).toEqual([1, ""])
      expect(ended.err).toBe(
        "interchannel.config.ts is already here; it stays as it is. To begin anew, move it away first."
      )
      expect(readFileSync(file, "utf8")).toBe("export default {}")
    })
  )
})

const samples: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: "xoxb-invented",
  SLACK_APP_TOKEN: "xapp-invented",
  SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef",
  HUBSPOT_ACCESS_TOKEN: "pat-invented",
  TWILIO_AUTH_TOKEN: "invented",
  MAIL_PASSWORD: "invented"
}
