import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Models } from "@interchannel/runtime"
import { ControlFile } from "@interchannel/server"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { load } from "../src/Config.ts"
import { CONFIG, KEY } from "../src/fileNames.ts"
import * as Stores from "../src/Stores.ts"
import { furnish } from "../src/demo/home.ts"
import * as PlayedDay from "../src/demo/PlayedDay.ts"
import * as Stage from "../src/demo/Stage.ts"
import { commandLine, type Ended, folder } from "./commandLine.ts"

const WITHIN_MS = 150_000
const LOOK_EVERY = "200 millis"

/** The vendors after their morning, and a folder with a configuration for them. */
const morning = Effect.gen(function* () {
  const noon = Date.now()
  const beginsAt = noon - PlayedDay.MORNING_MS
  const stage = yield* Stage.set(beginsAt)
  for (const step of PlayedDay.morning) stage.play(step, beginsAt + step.at)
  stage.waitUntil(noon)
  const place = yield* folder
  furnish(place, stage.addresses, { intakePort: 0, canaryRecords: 2 })
  return { stage, place }
})

/** Asks again until the answer is as wanted; the test's own limit ends it. */
const until = (place: string, args: ReadonlyArray<string>, wanted: (ended: Ended) => boolean): Effect.Effect<Ended> =>
  Effect.flatMap(commandLine(place, args), (ended) =>
    wanted(ended)
      ? Effect.succeed(ended)
      : Effect.delay(
          Effect.suspend(() => until(place, args, wanted)),
          LOOK_EVERY
        )
  )

const started = (place: string) =>
  Effect.gen(function* () {
    const daemon = yield* Effect.forkScoped(commandLine(place, ["start", "--log-level", "none"]))
    yield* until(place, ["status"], ({ code, out }) => code === 0 && out.startsWith("CONNECTION"))
    return daemon
  })

/** As the daemon keeps one that would change something. */
const keepModel = (place: string) =>
  Effect.gen(function* () {
    const loaded = yield* load(CONFIG, {}, place)
    const keep = Effect.flatMap(Models.make, (made) =>
      Models.keep({ ...made, model: { ...made.model, version: "tried" } }, Date.now())
    )
    yield* Effect.provide(keep, Stores.layer(loaded))
  })

describe("check", () => {
  it.scopedLive("looks at each account and ends with 1 when something is to be fixed", () =>
    Effect.gen(function* () {
      const { stage, place } = yield* morning
      const good = yield* commandLine(place, ["check"])
      expect([good.code, good.err]).toEqual([0, ""])
      expect(good.out).toContain("interchannel.config.ts: 4 connections, no problem in the file.")
      expect(good.out).toMatch(/store \(SQLite\)\n {2}ok .*interchannel\.db holds nothing yet; the first start/)
      expect(readdirSync(place).sort()).toEqual([".env", CONFIG])
      expect(good.out).toContain("support (Slack)")
      expect(good.out).toContain("Everything is in order.")
      stage.chat.slack.world.revoke(stage.chat.slack.installs[0]!)
      const revoked = yield* commandLine(place, ["check"])
      expect(revoked.code).toBe(1)
      expect(revoked.out).toMatch(/support \(Slack\)\n {2}problem slack .*Unauthorized/)
      expect(revoked.out).toContain("1 problem to fix.")
      expect(revoked.out).not.toContain(stage.addresses.chat.botToken)
    })
  )
})

describe("a daemon from its first start to its end", () => {
  it.scopedLive(
    "is asked, approved, paused, given a new configuration and stopped by the other commands",
    () =>
      Effect.gen(function* () {
        const { stage, place } = yield* morning
        const daemon = yield* started(place)
        const second = yield* commandLine(place, ["start"])
        expect([second.code, second.err]).toEqual([
          1,
          "A daemon is running on this store already; see: interchannel status"
        ])

        const plan = yield* until(place, ["plan", "crm"], ({ out }) => out.includes("15 entries on 10 records"))
        expect(plan.code).toBe(2)
        expect(plan.out).toContain("crm (HubSpot): observing, nothing is written until it is approved")
        expect(stage.crm.hubspot.canonical()).toEqual([])

        const unknown = yield* commandLine(place, ["approve", "crmm"])
        expect([unknown.code, unknown.err]).toEqual([1, "crmm is no destination; choose of support, phone, crm"])

        const canary = yield* commandLine(place, ["approve", "crm"])
        expect(canary.out).toMatch(/crm: \d+ entries on \d+ records, about .+ of quota/)
        expect(canary.out).toContain("crm may write to 2 records.")
        const copy = yield* commandLine(place, ["backup", "copy.db"])
        expect([copy.code, copy.err]).toEqual([0, ""])
        expect((yield* commandLine(place, ["restore", "copy.db"])).err).toContain("A daemon is running on this store")
        const paused = yield* commandLine(place, ["pause", "crm"])
        expect(paused.code).toBe(0)
        const control = ControlFile.pathIn(place)
        renameSync(control, `${control}.away`)
        const away = yield* commandLine(place, ["resume", "crm"])
        renameSync(`${control}.away`, control)
        expect([away.code, away.err]).toEqual([
          1,
          "A daemon is at work, and does not answer here: it runs elsewhere, or is starting or stopping"
        ])
        const all = yield* commandLine(place, ["approve", "crm", "--all"])
        expect(all.out).toContain("crm is live")
        expect((yield* commandLine(place, ["status"])).out).toMatch(/crm +live, paused/)
        expect((yield* commandLine(place, ["resume", "crm"])).code).toBe(0)
        const done = yield* until(place, ["plan", "crm"], ({ code }) => code === 0)
        expect(done.out).toContain("nothing to write")
        expect(stage.crm.hubspot.canonical()).toHaveLength(15)

        const status = JSON.parse((yield* commandLine(place, ["status", "--json"])).out)
        expect(status).toMatchObject({ daemon: true, interactions: 21 })
        const well = yield* until(place, ["doctor"], ({ code }) => code === 0)
        expect(well.out).toContain("All is well.")
        expect(well.out).toMatch(/well crm \(HubSpot\), running/)
        expect(well.out).toContain("of 250,000 left of daily")
        const entry = stage.crm.hubspot.world.all(stage.crm.hubspot.portals[0]!, "notes")[0]!
        const explained = yield* commandLine(place, ["explain", `crm/note/${entry.id}`])
        expect(explained.out).toContain("AppendTimeline in HubSpot (crm): settled")

        const review = yield* commandLine(place, ["review"])
        expect(review.out).toContain("Are Grace Gorse and Grace Gorse one person?")
        expect(review.out).not.toContain("those that follow")
        expect((yield* commandLine(place, ["review", "--kind", "field"])).out).toBe("Nothing waits for a person.")
        const noQuestion = yield* commandLine(place, ["review", "r_none", "theirs"])
        expect([noQuestion.code, noQuestion.err]).toEqual([
          1,
          "there is no question r_none; list the open ones with: interchannel review"
        ])

        const undoing = yield* commandLine(place, ["undo", "--destination", "crm"])
        expect([undoing.code, undoing.err]).toEqual([0, ""])
        expect(undoing.out).toContain("This would be taken back:\n  15 entries taken out")
        expect(stage.crm.hubspot.canonical()).toHaveLength(15)
        const soon = yield* commandLine(place, ["undo", "--from", "soon"])
        expect([soon.code, soon.err]).toEqual([1, "--from soon is no time; write one such as 2026-01-31T10:00:00Z"])
        const vague = yield* commandLine(place, ["undo", "--yes"])
        expect(vague.err).toContain("nothing says which writes are to be taken back")

        expect((yield* commandLine(place, ["erase", "nobody"])).err).toContain("nobody is no address, person or record")
        const erasing = yield* commandLine(place, ["erase", "a.stranger@example.com"])
        expect([erasing.code, erasing.err]).toEqual([2, ""])
        expect(erasing.out).toContain(
          "Nothing was removed yet. To do it: interchannel erase a.stranger@example.com --yes"
        )
        expect((yield* commandLine(place, ["erasures"])).out).toBe("Nobody was erased.")
        const erased = yield* commandLine(place, ["erase", "nobody.known@example.com", "--yes"])
        expect([erased.code, erased.err]).toEqual([0, ""])

        const bruno = yield* commandLine(place, ["person", "bruno@birch.example.org"])
        expect([bruno.code, bruno.err]).toEqual([0, ""])
        expect(bruno.out).toMatch(/^Bruno Birch {2}p_\S+, known since/)
        expect(bruno.out).toContain("crm/contact/")
        expect(bruno.out).toContain("support/user/")
        const [inChat] = bruno.out.match(/support\/user\/\S+/)!
        const parting = yield* commandLine(place, ["unmerge", inChat])
        expect([parting.code, parting.out]).toEqual([2, expect.stringMatching(/somebody else:\n.*user[^]*now:\n.*crm/)])
        const two = ["bruno@birch.example.org", "chiara@cedar.example.org"]
        const preview = yield* commandLine(place, ["merge", ...two])
        expect(preview.code).toBe(2)
        expect(preview.out).toContain("would be one person. Nothing was changed")
        const himself = yield* commandLine(place, ["merge", two[0]!, two[0]!])
        expect([himself.code, himself.out]).toEqual([1, ""])
        expect(himself.err).toContain("name one and the same contact")
        expect((yield* commandLine(place, ["explain", ...two])).out).toContain("two people")
        const nobody = yield* commandLine(place, ["unmerge", "nobody@example.com"])
        expect([nobody.code, nobody.out]).toEqual([1, ""])
        expect((yield* commandLine(place, ["merge", "--yes", ...two])).err).toContain("Say why")
        expect((yield* commandLine(place, ["decisions"])).out).toBe("Nobody decided anything about who is who.")
        const merged = yield* commandLine(place, ["merge", "--yes", "--why", "a test", ...two])
        expect((yield* commandLine(place, ["decisions"])).out).toMatch(/Bruno Birch \(\w+\/\w+\/\S+\) and .* are one/)
        const revoking = merged.out.match(/--revoke \S+/g)!.flatMap((option) => option.split(" "))
        yield* until(place, ["explain", ...two], ({ out }) => /: one person/.test(out))
        const revoked = yield* commandLine(place, ["decisions", ...revoking, "--why", "over"])
        expect([revoked.code, revoked.err]).toEqual([0, ""])
        yield* until(place, ["explain", ...two], ({ out }) => /: two people/.test(out))
        yield* until(place, ["plan", "crm"], ({ code }) => code === 0)
        const dryRun = yield* commandLine(place, ["identity", "dry-run"])
        expect([dryRun.code, dryRun.err]).toEqual([0, ""])
        expect(dryRun.out).toContain("Nothing was changed.")
        yield* commandLine(place, ["identity", "estimate"])
        const estimated = yield* until(place, ["identity", "models"], ({ out }) => out.includes("The last estimate"))
        expect(estimated.out).toMatch(/^standard-1 {2}in use, comes with this release$/m)
        yield* keepModel(place)
        expect((yield* commandLine(place, ["identity", "show", "tried"])).out).toMatch(
          /^tried {2}made .*, \+0 merges, −0 splits/
        )
        expect((yield* commandLine(place, ["identity", "switch", "tried"])).code).toBe(2)
        expect((yield* commandLine(place, ["identity", "switch", "tried", "--yes"])).err).toContain("Say why")
        const switched = yield* commandLine(place, ["identity", "switch", "tried", "--yes", "--why", "looked"])
        expect(switched.out).toContain("identity switch standard-1 --yes")
        yield* until(place, ["identity", "models"], ({ out }) => out.includes("Every contact is placed"))
        expect((yield* commandLine(place, ["plan", "crm"])).code).toBe(0)

        const config = join(place, CONFIG)
        writeFileSync(
          config,
          readFileSync(config, "utf8").replace("support: connect(Slack, {", "$&\n      paused: true,")
        )
        yield* until(place, ["status"], ({ out }) => /support +Slack +parked/.test(out))
        appendFileSync(config, "}")
        const broken = yield* commandLine(place, ["status"])
        expect([broken.code, broken.err]).toEqual([0, ""])

        yield* Fiber.interrupt(daemon)
        expect(existsSync(ControlFile.pathIn(place))).toBe(false)
        const mistaken = yield* commandLine(place, ["status"])
        expect(mistaken.err).toContain("it is not TypeScript")
        writeFileSync(config, readFileSync(config, "utf8").slice(0, -1))
        const later = yield* commandLine(place, ["plan", "crm"])
        expect([later.code, later.out]).toEqual([0, done.out])
        const wrong = yield* commandLine(place, ["plan", "crmm"])
        expect(wrong.err).toBe("crmm is no destination; choose of support, phone, crm")

        expect((yield* commandLine(place, ["check"])).out).toContain(
          "interchannel.db can be opened, under the master key"
        )
        const key = join(place, KEY)
        renameSync(key, `${key}.away`)
        const strange = yield* commandLine(place, ["check"])
        expect([strange.code, existsSync(key)]).toEqual([1, false])
        expect(strange.out).toMatch(/store \(SQLite\)\n {2}problem .*this database was used with another one/)
        renameSync(`${key}.away`, key)
        const alone = yield* until(place, ["doctor", "--json"], ({ code }) => code === 2)
        expect(JSON.parse(alone.out)).toMatchObject({
          healthy: false,
          findings: [{ key: "daemon" }, { key: "alarms" }]
        })
        expect((yield* commandLine(place, ["restore", "none.db"])).err).toContain("There is no")
        const noCopy = yield* commandLine(place, ["restore", basename(config)])
        expect(noCopy.err).toContain("is no sound copy of a store; nothing was changed")
        const restored = yield* commandLine(place, ["restore", "copy.db"])
        expect(restored.out).toContain("What was there before is in")
        expect(restored.out).toMatch(
          /1 erasure since then will be carried out again as soon as the daemon runs.*\n {2}\S+$/
        )
        const before = yield* commandLine(place, ["status"])
        expect([before.code, before.err]).toEqual([0, ""])
        expect(before.out).toMatch(/crm +canary/)
      }),
    WITHIN_MS
  )
})
