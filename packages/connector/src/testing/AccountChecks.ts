/** The facts fit together, the accounts are apart, and setting up can be tried and repeated. */
import { ConnectionId } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Connector from "../Connector.ts"
import { always, type Check, ensure } from "./Check.ts"
import { secretsIn } from "./secrets.ts"
import * as Ledger from "./Ledger.ts"
import { ensureAlike, ensureRead, type Stage } from "./Stage.ts"
import type { Subject } from "./Subject.ts"

const fitTogether: Check = {
  name: "the connector's facts fit together",
  applies: always,
  run: ({ connector, host }) =>
    Effect.gen(function* () {
      const { account } = yield* host()
      const problems = [...misfits(connector), ...limitMisfits(connector, account.settings)]
      yield* ensure(problems.length === 0, problems.join("; "))
    })
}

const misfits = (connector: Connector.Any): ReadonlyArray<string> => {
  const { id, feeds, webhooks, listeners, actions } = connector
  const feedNames = feeds.map(({ name }) => name)
  const webhookNames = webhooks.map(({ name }) => name)
  return [
    ...(Schema.is(ConnectionId)(id) ? [] : [`the id ${id} cannot be a connection's name`]),
    ...repeated("feed", feedNames),
    ...repeated("webhook", webhookNames),
    ...repeated(
      "listener",
      listeners.map(({ name }) => name)
    ),
    ...repeated(
      "action",
      actions.map(({ verb }) => verb)
    ),
    ...[...feedNames, ...webhookNames].filter((name) => !NAME.test(name)).map((name) => `${name} is no usable name`),
    ...listeners
      .filter(({ as }) => !webhookNames.includes(as) && !feedNames.includes(as))
      .map(({ name, as }) => `listener ${name} is read as ${as}, which is no webhook and no feed`),
    ...feeds.flatMap((feed) => [
      ...(feed.cadenceMs > 0 ? [] : [`feed ${feed.name} has a cadence of ${feed.cadenceMs} ms`]),
      ...(feed.gone !== undefined && feed.one === undefined ? [`feed ${feed.name} has \`gone\` without \`one\``] : []),
      ...(feed.shape === "changes" ? (feed.resync ?? []) : [])
        .filter((name) => !feedNames.includes(name))
        .map((name) => `feed ${feed.name} resyncs ${name}, which there is not`),
      ...(feed.shape === "window" && !(feed.sliceMs > 0 && feed.overlapMs >= 0)
        ? [`feed ${feed.name} has slices of ${feed.sliceMs} ms and an overlap of ${feed.overlapMs} ms`]
        : []),
      ...(feed.shape === "window" && feed.reconcile !== undefined && feed.reconcile.windowMs <= feed.reconcile.everyMs
        ? [
            `feed ${feed.name} reconciles ${feed.reconcile.windowMs} ms every ${feed.reconcile.everyMs} ms: the window must be longer`
          ]
        : [])
    ]),
    ...actions
      .filter(({ batchMax }) => !(batchMax >= 1))
      .map(({ verb, batchMax }) => `${verb} has a batchMax of ${batchMax}`)
  ]
}
const NAME = /^[A-Za-z0-9._-]{1,64}$/

const repeated = (what: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter((name, index) => names.indexOf(name) !== index).map((name) => `two of the ${what}s are named ${name}`)

const limitMisfits = (connector: Connector.Any, settings: unknown): ReadonlyArray<string> => {
  const limits = connector.limits(settings)
  const spent = [...limits.otherwise, ...Object.values(limits.operations).flat()]
  return [
    ...spent
      .map((cost) => (typeof cost === "string" ? cost : cost.bucket))
      .filter((bucket) => !(bucket in limits.buckets))
      .map((bucket) => `the limits spend from ${bucket}, which is no bucket`),
    ...(limits.concurrency >= 1 ? [] : [`the limits allow ${limits.concurrency} calls at once`])
  ]
}

const complete: Check = {
  name: "the Subject can play everything that the connector has",
  applies: always,
  run: ({ connector, subject }) => {
    const missing = unplayable(connector, subject)
    return ensure(missing.length === 0, `the Subject lacks ${missing.join(", ")}; what is not played is not checked`)
  }
}

const unplayable = (connector: Connector.Any, { play, deliveries, actions, heard }: Subject): ReadonlyArray<string> => [
  ...connector.webhooks
    .filter(({ name }) => deliveries?.[name] === undefined)
    .map(({ name }) => `deliveries of ${name}`),
  ...connector.actions.filter(({ verb }) => actions?.[verb] === undefined).map(({ verb }) => `actions.${verb}`),
  ...connector.listeners.filter(({ name }) => heard?.[name] === undefined).map(({ name }) => `heard.${name}`),
  ...(play.reply === undefined && connector.feeds.some((feed) => feed.shape === "window" && feed.strand !== undefined)
    ? ["play.reply, although a feed has a strand"]
    : []),
  ...(play.remove === undefined &&
  connector.feeds.some((feed) => feed.gone !== undefined || (feed.shape === "snapshot" && feed.sweep !== undefined))
    ? ["play.remove, although a feed tells of deletions"]
    : [])
]

const apart: Check = {
  name: "two accounts of the vendor are apart, one after the other and at once",
  applies: (connector) => connector.feeds.length > 0,
  run: (stage) =>
    Effect.gen(function* () {
      const { feeds } = stage.connector
      const mine = (yield* Effect.forEach(feeds, ({ name }) => stage.play(name, 2, 0))).flat()
      const theirs = (yield* Effect.forEach(feeds, ({ name }) => stage.play(name, 3, 1))).flat()
      const [first, second] = [yield* stage.host({ account: 0 }), yield* stage.host({ account: 1 })]
      yield* first.pull()
      yield* second.pull()
      yield* ensureRead(first, mine)
      yield* ensureRead(second, theirs)
      const keys = new Set(first.ledger().entries.map(({ key }) => key))
      const shared = second.ledger().entries.find(({ key }) => keys.has(key))
      yield* ensure(shared === undefined, `both connections hold ${shared?.key}`)
      const [one, other] = [yield* stage.host({ account: 0 }), yield* stage.host({ account: 1 })]
      yield* Effect.all([one.pull(), other.pull()], { concurrency: 2, discard: true })
      yield* ensureAlike(first, one, "with both accounts read at once")
      yield* ensureAlike(second, other, "with both accounts read at once")
      yield* ensureOwn(stage)
    })
}

/** What happens in one account is not read in the other. */
const ensureOwn = (stage: Stage) =>
  Effect.gen(function* () {
    const read = yield* stage.host({ account: 1 })
    yield* read.pull()
    const before = Ledger.canonical(read.ledger()).length
    yield* Effect.forEach(stage.connector.feeds, ({ name }) => stage.play(name, 1, 0))
    yield* stage.settle(read)
    const after = Ledger.canonical(read.ledger()).length
    yield* ensure(after === before, `${after - before} records of the first account were read in the second`)
  })

const installs: Check = {
  name: "check finds a good account ready once it is prepared, and prepare can be repeated",
  applies: always,
  run: (stage) =>
    Effect.gen(function* () {
      const { connector } = stage
      const host = yield* stage.host()
      if (connector.prepare !== undefined) {
        yield* host.use(connector.prepare)
        const again = yield* host.use(connector.prepare)
        const failed = again.find(({ ok }) => !ok)
        yield* ensure(failed === undefined, `\`prepare\` run a second time says: ${failed?.what}`)
      }
      const findings = yield* host.use(connector.check)
      yield* ensure(findings.length > 0, "`check` finds nothing to say about the account")
      const bad = findings.find(({ ok }) => !ok)
      yield* ensure(bad === undefined, `\`check\` finds fault with a good account: ${bad?.what}`)
      const mute = findings.find(({ ok, remedy }) => !ok && remedy === undefined)
      yield* ensure(mute === undefined, `\`check\` does not say what to do about: ${mute?.what}`)
    })
}

const misconfigured: Check = {
  name: "credentials that cannot be are refused before any call, and no secret is shown",
  applies: always,
  run: ({ connector, subject, host }) =>
    Effect.gen(function* () {
      const { log } = subject.emulator
      const before = log.length
      const { account } = yield* host()
      const secrets = secretsIn(account.credentials)
      const given = subject.accounts[0]
      const fields = Object.entries(given.credentials as object)
      const spoilt = fields.flatMap(([name, value]) => [
        { ...Object.fromEntries(fields), [name]: 7 },
        { ...Object.fromEntries(fields), [name]: `${String(value)} ${String(value)}` }
      ])
      for (const credentials of [...JUNK, ...spoilt]) {
        const decoded = Connector.decodeAccount(connector, { ...given, connection: account.connection, credentials })
        const problems = Either.isLeft(decoded) ? decoded.left : []
        const text = JSON.stringify(problems)
        yield* ensure(
          problems.length > 0 || spoilt.includes(credentials as (typeof spoilt)[number]),
          `credentials of ${JSON.stringify(credentials)} are accepted`
        )
        yield* ensure(
          !secrets.some((secret) => text.includes(secret)),
          "what is said about bad credentials shows a secret"
        )
      }
      yield* ensure(log.length === before, "reading credentials called the vendor")
    })
}
const JUNK: ReadonlyArray<unknown> = [undefined, null, 7, "secret", [], {}]

export const accountChecks: ReadonlyArray<Check> = [fitTogether, complete, apart, installs, misconfigured]
