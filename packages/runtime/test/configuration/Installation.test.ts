import { Either } from "effect"
import { describe, expect, it } from "vitest"
import { type Configuration, env, Installation } from "../../src/index.ts"
import { chat, chatWorld } from "../sampleVendors/chat.ts"
import { crm } from "../sampleVendors/crm.ts"
import { crmWorld } from "../sampleVendors/crmWorld.ts"
import * as Problem from "../../src/configuration/Problem.ts"
import * as Since from "../../src/configuration/Since.ts"

const good: Configuration = {
  connections: {
    chat: { connector: chat(chatWorld()), credentials: { secret: env("CHAT_SECRET") } },
    crm: { connector: crm(crmWorld()), credentials: { token: "t" }, destination: {} }
  }
}
const variables = { CHAT_SECRET: "s" }
const load = (given: object, environment: Record<string, string> = variables) =>
  Installation.load({ ...good, ...given } as Configuration, environment)
const problemsOf = (given: object, environment?: Record<string, string>) =>
  Either.match(load(given, environment), { onLeft: (problems) => problems, onRight: () => [] })
const withChat = (change: object) => ({
  connections: { ...good.connections, chat: { ...good.connections["chat"], ...change } }
})
const withCrm = (change: object, more: object = {}) => ({
  connections: { ...good.connections, crm: { ...good.connections["crm"], ...change }, ...more }
})
const to = (destination: object) => ({
  connections: { ...good.connections, crm: { ...good.connections["crm"], destination } }
})

describe("Installation.load", () => {
  it("fills in what is not said", () => {
    const installation = Either.getOrThrow(load({}))
    expect(installation).toMatchObject({ store: { sqlite: "interchannel.db" }, intake: { host: "127.0.0.1" } })
    expect(installation.identity).toEqual({ hour: 3, unasked: false })
    const off = Either.getOrThrow(load({ identity: { estimateAt: "off", switchUnasked: true } }))
    expect(off.identity).toEqual({ hour: undefined, unasked: true })
    expect(installation.connections.get("crm")?.destination).toMatchObject({
      from: "all",
      timeline: true,
      cards: false,
      withoutRecord: "wait",
      canaryRecords: 10,
      since: { beforeInstallationMs: 0 }
    })
  })

  it.each([
    ["no connections", { connections: {} }, "connections"],
    [
      "a name with a capital",
      { connections: { ...good.connections, Chat: good.connections["chat"] } },
      "connections.Chat"
    ],
    ["no connector", withChat({ connector: undefined }), "connections.chat.connector"],
    ["a misspelt key", { conections: {} }, "conections"],
    ["a misspelt key of a connection", withChat({ sinse: "now" }), "connections.chat.sinse"],
    ["a misspelt key of a destination", to({ writesPerHour: 5 }), "connections.crm.destination.writesPerHour"],
    ["a misspelt key of own", { own: { domain: ["example.com"] } }, "own.domain"],
    ["a misspelt key of identity", { identity: { estimate: 3 } }, "identity.estimate"],
    ["an hour that no day has", { identity: { estimateAt: 24 } }, "identity.estimateAt"],
    ["a choice that is neither yes nor no", { identity: { switchUnasked: "yes" } }, "identity.switchUnasked"],
    ["a misspelt key of the intake", { intake: { prot: 1 } }, "intake.prot"],
    ["a credential that is missing", withChat({ credentials: {} }), "connections.chat.credentials.secret"],
    [
      "a credential too many",
      withChat({ credentials: { secret: "s", more: "m" } }),
      "connections.chat.credentials.more"
    ],
    ["a time that is none", withChat({ since: "yesterday" }), "connections.chat.since"],
    ["a destination's time that is none", to({ since: "2026-99-01" }), "connections.crm.destination.since"],
    ["a system that cannot be written to", withChat({ destination: {} }), "connections.chat.destination"],
    ["cards where there is no place for them", to({ cards: true }), "connections.crm.destination.cards"],
    ["a source that is not there", to({ from: ["chta"] }), "connections.crm.destination.from"],
    ["a choice that is none", to({ withoutRecord: "creat" }), "connections.crm.destination.withoutRecord"],
    ["the place of one that is still there", withCrm({ replaces: "chat" }), "connections.crm.replaces"],
    ["its own place", withCrm({ replaces: "crm" }), "connections.crm.replaces"],
    ["a place where ids hold in every account", withChat({ replaces: "old-chat" }), "connections.chat.replaces"],
    [
      "a place that two take",
      withCrm({ replaces: "old" }, { "crm-2": { ...good.connections["crm"], replaces: "old" } }),
      "connections.crm-2.replaces"
    ],
    ["a cap of nothing", to({ writesPerHourMax: 0 }), "connections.crm.destination.writesPerHourMax"],
    ["a canary of half a record", to({ canaryRecords: 0.5 }), "connections.crm.destination.canaryRecords"],
    ["a settling time before now", to({ settleMs: -1 }), "connections.crm.destination.settleMs"],
    ["a field from nowhere", to({ fields: { job: { from: "tilte" } } }), "connections.crm.destination.fields.job.from"],
    [
      "a field's misspelt key",
      to({ fields: { job: { form: "title" } } }),
      "connections.crm.destination.fields.job.form"
    ],
    [
      "a policy that is none",
      to({ fields: { job: { policy: "always" } } }),
      "connections.crm.destination.fields.job.policy"
    ],
    [
      "an owner that is not written of here",
      to({ from: ["chat"], fields: { job: { policy: { owner: "phone" } } } }),
      "connections.crm.destination.fields.job.policy"
    ],
    ["a country by name", { defaultRegion: "Germany" }, "defaultRegion"],
    ["a country that there is not", { defaultRegion: "XX" }, "defaultRegion"],
    ["a port that there is not", { intake: { port: 99_999 } }, "intake.port"],
    ["half a port", { intake: { port: 0.5 } }, "intake.port"],
    ["a port as a text", { intake: { port: "8420" } }, "intake.port"],
    ["a host that is none", { intake: { host: "" } }, "intake.host"],
    ["a public address without https://", { intake: { publicUrl: "hooks.example.com" } }, "intake.publicUrl"],
    ["a public address with a query", { intake: { publicUrl: "https://example.com/?a=1" } }, "intake.publicUrl"],
    ["a public address that is no text", { intake: { publicUrl: 7 } }, "intake.publicUrl"],
    ["a destination's own history", to({ from: ["chat", "crm"] }), "connections.crm.destination.from"],
    ["a domain that is none", { own: { domains: ["not a domain"] } }, "own.domains.0"],
    ["a number without its country", { own: { numbers: ["2025550100"] } }, "own.numbers.0"]
  ])("%s: the problem names the key and a remedy", (_, given, key) => {
    const problems = problemsOf(given)
    expect(problems.map((problem) => problem.key)).toEqual([key])
    expect(problems[0]?.what).not.toBe("")
    expect(problems[0]?.remedy).not.toBe("")
  })

  it("a field is filled if it is empty, from where it is read there, unless something else is said", () => {
    const fields = { job: {}, plan: { from: "custom.tier", policy: { owner: "crm" } } }
    const installation = Either.getOrThrow(load(to({ from: ["chat"], fields })))
    expect(installation.connections.get("crm")?.destination?.fields).toEqual([
      { name: "job", from: "title", at: "title", policy: "fill-if-empty", region: undefined },
      { name: "plan", from: "custom.tier", at: "custom.plan", policy: { owner: "crm" }, region: undefined }
    ])
  })

  it("all problems are told at once, and none shows a secret", () => {
    const problems = problemsOf({
      ...withChat({ credentials: { secret: 1_234_567, token: "xyzzy-secret" }, since: "soon" }),
      defaultRegion: "xx"
    })
    expect(problems.length).toBeGreaterThanOrEqual(4)
    const text = problems.map(Problem.format).join("\n")
    expect(text).not.toContain("xyzzy-secret")
    expect(text).not.toContain("1234567")
  })

  it("a variable that is not set is told at the key that names it", () => {
    expect(problemsOf({}, {})).toEqual([
      {
        key: "connections.chat.credentials.secret",
        what: "the environment variable CHAT_SECRET is not set",
        remedy: "write CHAT_SECRET=… into .env beside the configuration, or export it"
      }
    ])
  })

  it("the fingerprint changes with everything that is configured, secrets included, and tells nothing of them", () => {
    const of = (given: object, environment = variables) =>
      Either.getOrThrow(load(given, environment)).connections.get("chat")!.fingerprint
    const first = of({})
    expect(of({})).toBe(first)
    const others = [
      of({}, { CHAT_SECRET: "another" }),
      of(withChat({ since: "9 days" })),
      of(withChat({ paused: true }))
    ]
    expect(new Set([first, ...others]).size).toBe(4)
    expect(first).not.toContain("CHAT_SECRET")
  })

  it.each([
    ["now", 5_000, 5_000],
    ["2 hours", 10_000_000, 2_800_000],
    ["1.5 days", 200_000_000, 70_400_000],
    ["1970-01-02", 5, 86_400_000]
  ])("since %s", (since, installedAt, expected) => {
    const installed = Either.getOrThrow(load(withChat({ since }))).connections.get("chat")!
    expect(Since.instant(installed.since, installedAt)).toBe(expected)
  })
})
