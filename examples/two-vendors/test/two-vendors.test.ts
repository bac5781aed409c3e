import { startHubSpot } from "@interchannel/connector-hubspot/emulator"
import { startSlack } from "@interchannel/connector-slack/emulator"
import { Control, Daemon } from "@interchannel/runtime"
import { Store } from "@interchannel/store"
import { Duration, Effect, Layer, Logger } from "effect"
import { expect, it } from "vitest"
import configuration from "../interchannel.config.ts"

const eventually = <E>(what: string, condition: Effect.Effect<boolean, E>) =>
  Effect.gen(function* () {
    while (!(yield* condition)) yield* Effect.sleep("50 millis")
  }).pipe(Effect.timeoutFail({ duration: Duration.seconds(30), onTimeout: () => new Error(`never: ${what}`) }))

const story = Effect.gen(function* () {
  const slack = yield* startSlack()
  const hubspot = yield* startHubSpot()
  const [workspace] = slack.installs
  const [portal] = hubspot.portals
  const customers = slack.world.addTeam("Acme")
  const ana = slack.world.addUser({ team: customers, name: "Ana Example", email: "ana@example.com" })
  const agent = slack.world.addUser({ team: workspace!.team, name: "Sam Support", email: "sam@example.org" })
  const channel = slack.world.addChannel({
    team: workspace!.team,
    name: "acme",
    members: [workspace!.user, ana, agent],
    sharedWith: [customers]
  })
  hubspot.world.create(portal!, "contacts", { email: "ana@example.com", firstname: "Ana", lastname: "Example" })

  const environment = {
    SLACK_TEAM: workspace!.team,
    SLACK_BOT_TOKEN: workspace!.botToken,
    SLACK_SIGNING_SECRET: workspace!.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    HUBSPOT_ACCESS_TOKEN: portal!.accessToken,
    HUBSPOT_API_URL: hubspot.url
  }
  const daemon = Daemon.embedded(configuration, environment)
  yield* Effect.gen(function* () {
    const control = yield* Control
    const thread = slack.world.post(channel, ana, "Hello, where is my parcel?")
    slack.world.post(channel, agent, "On its way!", { thread })
    const created = Effect.map(control.plan("crm"), ([plan]) => plan?.writes[0]?.create ?? 0)
    yield* eventually(
      "both messages are planned",
      Effect.map(created, (count) => count === 2)
    )
    expect(hubspot.canonical()).toEqual([])
    yield* control.approve("crm", { all: true, by: "the example" })
    const stands = Effect.sync(() => hubspot.canonical().filter(({ on }) => on.length > 0).length === 2)
    yield* eventually("both messages stand on the contact", stands)
  }).pipe(Effect.provide(Layer.provideMerge(daemon, Store.layerTemporary)))

  const written = hubspot.canonical()
  expect(written.map(({ on }) => on)).toEqual([["contact ana@example.com"], ["contact ana@example.com"]])
  expect(JSON.stringify(written)).toContain("Chat from Ana Example")
  expect(JSON.stringify(written)).toContain("where is my parcel?")
})

it(
  "what a customer says in Slack stands on the contact in HubSpot, after approval",
  () => Effect.runPromise(story.pipe(Effect.scoped, Effect.provide(Logger.remove(Logger.defaultLogger)))),
  60_000
)
